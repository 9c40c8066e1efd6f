from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Only normal facts, for everybody: a domain somebody stored (mailing, policy, program, segment) is evaluated with
    # more rights than its writer has, and would tell restricted values by who is found. Those are reached through
    # crm.profile.fact itself, within its record rules.
    profile_fact_ids = fields.One2many(
        "crm.profile.fact", "partner_id", "Facts", domain=[("sensitivity", "=", "normal")],
        groups="crm_profile.group_user",
    )
    competitor_assessment_ids = fields.One2many(
        "crm.competitor.assessment", "partner_id", "Competitors", groups="crm_profile.group_user"
    )

    profile_fact_count = fields.Integer("Facts Known", compute="_compute_profile", groups="crm_profile.group_user")
    profile_disputed_count = fields.Integer(
        "Facts in Doubt", compute="_compute_profile", groups="crm_profile.group_user"
    )
    profile_html = fields.Html(
        "Known Facts", compute="_compute_profile", sanitize=False, groups="crm_profile.group_user"
    )

    @api.depends("profile_fact_ids.status")
    @api.depends_context("lang", "uid", "profile_open_only")
    def _compute_profile(self):
        """What is known, by section; one read for all partners, within what the user may see."""
        domain = Domain("partner_id", "in", self.ids) & Domain("status", "in", ("stated", "verified", "disputed"))
        Fact = self.env["crm.profile.fact"]
        if self.env.su:  # a program shows them to somebody: only what everybody may see
            Fact = Fact.with_context(profile_open_only=True)
        facts = Fact.search(domain).grouped("partner_id")
        for partner in self:
            mine = facts.get(partner._origin, self.env["crm.profile.fact"])
            partner.profile_fact_count = len(mine.filtered(lambda fact: fact.status != "disputed"))
            partner.profile_disputed_count = len(mine) - partner.profile_fact_count
            partner.profile_html = mine._render_sections()

    @api.private
    def _profile_record(self, values, source, source_ref=None, collected_on=None, confidence=None):
        """Record what was learnt about these partners.

        :param values: {attribute code: Python value}; choice: option code, multi: list of option codes; None is skipped
        :param source: survey, partner, employee, import or third_party
        :param source_ref: where it comes from, as text
        :param collected_on: date (default today)
        :param confidence: 0–1 (default by source)
        :return: crm.profile.fact: for each partner and value the new fact, or the one it confirms. What no running
            collection plan asks for is refused; of a survey it is left out and counted
        :raise UserError: for an unknown code, a value that does not fit, an attribute not for such a partner
        """
        values = {code: value for code, value in values.items() if value is not None}
        attributes = self.env["crm.profile.attribute"]._by_codes(values)
        facts = self.env["crm.profile.fact"]
        record = facts._record_in_scope if source == "survey" else facts._record
        return record(
            [
                {
                    "partner_id": partner.id,
                    "attribute_id": attributes[code].id,
                    "value": value,
                    "source": source,
                    "source_ref": source_ref,
                    "collected_on": collected_on,
                    "confidence": confidence,
                }
                for partner in self
                for code, value in values.items()
            ]
        )

    @api.model
    def _profile_record_many(self, entries, source):
        """Like :meth:`_profile_record` for many customers, each with values of its own, in a fixed number of queries.

        :param entries: list of (partner id, {attribute code: value}, source_ref, collected_on)
        :param source: survey, partner, employee, import or third_party
        :return: crm.profile.fact in the order of the entries and their values
        :raise UserError: as :meth:`_profile_record`
        """
        codes = {code for _partner, values, _ref, _day in entries for code in values}
        attributes = self.env["crm.profile.attribute"]._by_codes(codes)
        facts = self.env["crm.profile.fact"]
        record = facts._record_in_scope if source == "survey" else facts._record
        return record(
            [
                {
                    "partner_id": partner_id,
                    "attribute_id": attributes[code].id,
                    "value": value,
                    "source": source,
                    "source_ref": source_ref,
                    "collected_on": collected_on,
                }
                for partner_id, values, source_ref, collected_on in entries
                for code, value in values.items()
                if value is not None
            ]
        )

    @api.private
    def _profile_value(self, code, as_of=None):
        """The value of one partner for messages, scripts and prefilled answers: the only method for that use.

        Stated or verified, visible to the user; neither doubted, expired, of low confidence, nor of a third party
        unless verified (:func:`standing.is_sure`).

        :param code: attribute code
        :param as_of: date on which it must not have expired (default today)
        :return: Python value, option code(s) for choices; None when there is none
        """
        self.ensure_one()
        return self._profile_values([code], as_of=as_of)[self.id].get(code)

    @api.private
    def _profile_values(self, codes, as_of=None):
        """Like :meth:`_profile_value` for many partners and attributes at once.

        :return: {partner id: {code: value}}, without the codes of which nothing usable is known
        """
        as_of = as_of or fields.Date.context_today(self)
        domain = Domain("partner_id", "in", self.ids)
        domain &= Domain("attribute_id.code", "in", list(codes))
        domain &= self.env["crm.profile.fact"]._get_sure_domain()
        domain &= Domain("expires_on", "=", False) | Domain("expires_on", ">", as_of)
        found = {partner_id: {} for partner_id in self.ids}
        for fact in self.env["crm.profile.fact"].search(domain, order="collected_on, id"):
            found[fact.partner_id.id][fact.attribute_id.code] = fact._python_value()
        return found
