from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    interaction_ids = fields.One2many(
        "crm.interaction", "partner_id", "Interactions", groups="crm_contact_policy.group_user"
    )
    contact_consent_ids = fields.One2many(
        "crm.contact.consent", "partner_id", "Consents", groups="crm_contact_policy.group_user"
    )
    contact_preference_ids = fields.One2many(
        "crm.contact.preference", "partner_id", "Contact Preferences", groups="crm_contact_policy.group_user"
    )
    interaction_count = fields.Integer(compute="_compute_interaction_count", groups="crm_contact_policy.group_user")

    mention_count = fields.Integer(compute="_compute_mention_count", groups="crm_contact_policy.group_user")

    def _compute_mention_count(self):
        counts = self._count_with_contacts("crm.mention")
        for partner in self:
            partner.mention_count = counts.get(partner.id, 0)

    def _compute_interaction_count(self):
        """Of the whole customer: a contact person shows those of the company and of its other people, too."""
        rows = self.env["crm.interaction"]._read_group(
            [("commercial_partner_id", "in", self.commercial_partner_id.ids)], ["commercial_partner_id"], ["__count"]
        )
        counts = dict(rows)
        for partner in self:
            partner.interaction_count = counts.get(partner.commercial_partner_id, 0)

    def _count_with_contacts(self, model):
        """How many records each partner has, those of the contacts below it included.

        :param model: name of a model with a ``partner_id``
        :return: {partner id: number}, as the user may see them; one group query
        """
        counts = dict.fromkeys(self.ids, 0)
        rows = self.env[model]._read_group([("partner_id", "child_of", self.ids)], ["partner_id"], ["__count"])
        for partner, number in rows:
            while partner:
                if partner.id in counts:
                    counts[partner.id] += number
                partner = partner.parent_id
        return counts

    def action_contact_timeline(self):
        """Open every contact in or out of the whole customer, the latest first."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("crm_contact_policy.crm_interaction_action_partner")
        return {
            **action,
            "domain": [("commercial_partner_id", "=", self.commercial_partner_id.id)],
            "context": {"default_partner_id": self.id, "timeline_partner_id": self.id},
        }

    def action_contact_preview(self):
        """Open the answer to "may we contact this customer now, by which channel, and if not, why?"."""
        self.ensure_one()
        return self.env["crm.contact.preview"]._open(self)

    # ------------------------------------------------------------------ the gate
    @api.private
    def _contact_decisions(self, channel, purpose, at, targets=None, deadlines=None):
        """May we contact these partners, and when? Only reads; the query count does not grow with the partners.

        :param channel: channel code (email, sms, phone, visit, post, chat, social, web)
        :param purpose: purpose code (survey, service, care, marketing, sale, support)
        :param at: the wished moment, naive UTC
        :param targets: {partner id: record} it is about; a further contact about the same record takes no new
            place under the caps and cool-down of a purpose
        :param deadlines: {partner id: last moment a hold may end}; by default 60 days after ``at``
        :return: {partner id: Decision(verdict, at, reason, code, params)} under the rules of ``self.env.company``
        :raise ValueError: for an unknown channel or purpose
        """
        return self.env["crm.contact.gate"]._decide(self, channel, purpose, at, targets=targets, deadlines=deadlines)

    @api.private
    def _contact_book(self, channel, purpose, at, subject=None, targets=None, deadlines=None, bypass_reason=None):
        """Lock, decide and write the interaction: planned (allowed), held or denied.

        Two transactions cannot take the same last place under a cap: the later one is refused by the database
        (serialization failure, repeated by Odoo on a fresh snapshot).

        :param subject: what the ledger shows; by default channel and purpose
        :param targets: {partner id: record} the contact is about
        :param deadlines: {partner id: last moment a hold may end}
        :param bypass_reason: why caps and cool-downs (days off: see ``Ask.bypass``) do not count
        :raise AccessError: for a bypass by somebody outside ``group_bypass``
        :raise UserError: for a bypass without a reason
        :return: crm.interaction, one for each partner of ``self``, in that order
        """
        targets, deadlines = targets or {}, deadlines or {}
        base = {"booked_on": at, **self.env["crm.interaction"]._prepare_bypass_vals(bypass_reason)}
        if subject:
            base["subject"] = subject
        self.env["crm.contact.lock"]._take_sudo(self.ids)
        decisions = self.env["crm.contact.gate"]._decide(
            self,
            channel,
            purpose,
            at,
            targets=targets,
            deadlines=deadlines,
            bypass=self.ids if bypass_reason is not None else (),
        )
        extra = {pid: {"deadline": end} for pid, end in deadlines.items()}
        for partner_id, target in targets.items():
            extra.setdefault(partner_id, {}).update(res_model=target._name, res_id=target.id)
        return self._contact_write_sudo(channel, purpose, base, extra, decisions)

    def _contact_write_sudo(self, channel, purpose, base, extra, decisions):
        """Write the booked interactions.

        Sudo: the ledger is kept whoever acts, a portal customer's request or an interviewer's included.
        """
        ledger = self.env["crm.interaction"]
        base = {
            "company_id": self.env.company.id,
            "direction": "out",
            "channel_id": self.env["crm.contact.channel"].sudo()._by_code(channel).id,
            "purpose": purpose,
            "user_id": self.env.uid,
            **base,
        }
        vals_list = [
            {
                **base,
                "partner_id": partner.id,
                **extra.get(partner.id, {}),
                **ledger._prepare_decision_vals(decisions[partner.id]),
            }
            for partner in self
        ]
        booked = ledger.sudo().create(vals_list)
        booked.filtered(lambda i: i.state in ("held", "denied"))._tell_partners_sudo()
        return ledger.browse(booked.ids)
