from odoo import api, fields, models
from odoo.exceptions import UserError

USER = "crm_lifecycle.group_user"


class CrmValuePartnerMixin(models.AbstractModel):
    """What a contact knows of value, care and referrals."""

    _name = "crm.value.partner.mixin"
    _description = "Value of a Contact"

    lifecycle_class_reason = fields.Char(string="Why This Class", compute="_compute_value", groups=USER)
    lifecycle_lull = fields.Char(string="Cause of the Lull", compute="_compute_value", groups=USER)
    care_policy_id = fields.Many2one(
        "crm.care.policy",
        string="Care",
        compute="_compute_care_policy",
        search="_search_care_policy_id",
        groups=USER,
    )
    care_policy_reason = fields.Char(string="Why This Care", compute="_compute_care_policy", groups=USER)
    care_greeting = fields.Char(string="Greeting", compute="_compute_care_policy", groups=USER)
    care_contact_policy = fields.Char(string="Contact Policy", compute="_compute_care_policy", groups=USER)
    referred_by_id = fields.Many2one(
        "res.partner",
        string="Referred by",
        compute="_compute_referral",
        inverse="_inverse_referred_by_id",
        search="_search_referred_by_id",
        groups=USER,
        help="Who brought this customer; their revenue is credited to whoever it was.",
    )
    referral_count = fields.Integer(string="Brought", compute="_compute_referral", groups=USER)
    referral_currency_id = fields.Many2one("res.currency", compute="_compute_referral", groups=USER)
    referral_amount = fields.Monetary(
        string="Revenue Brought", compute="_compute_referral", currency_field="referral_currency_id", groups=USER
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "lang", "uid")
    def _compute_value(self):
        statuses = self.env["crm.lifecycle.status"].search(
            [("partner_id", "in", self.commercial_partner_id.ids), ("company_id", "=", self.env.company.id)]
        )
        by_customer = statuses.grouped("partner_id")
        none = statuses.browse()
        causes = dict(none._fields["lull_cause"]._description_selection(self.env))
        kinds = dict(none._fields["lull_kind"]._description_selection(self.env))
        for partner in self:
            status = by_customer.get(partner.commercial_partner_id, none)
            partner.lifecycle_class_reason = status.class_reason
            words = [causes.get(status.lull_cause), kinds.get(status.lull_kind), status.lull_id.note]
            partner.lifecycle_lull = " · ".join(word for word in words if word) or False

    def _care_seen(self):
        """Return ``{customer id: (policy, reason)}`` of these contacts' customers whose figures the reader may see."""
        customers = self.commercial_partner_id
        seen = customers - customers._origin._lifecycle_hidden_sudo()
        return self.env["crm.care.policy"]._for_customers_sudo(seen, self.env.company)

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "lang", "uid")
    def _compute_care_policy(self):
        care = self.env["crm.care.policy"]
        found = self._care_seen()
        for partner in self:
            policy, reason = found.get(partner.commercial_partner_id.id, (care, None))
            partner.care_policy_id = policy.sudo(False)
            partner.care_policy_reason = reason and care._reason_in_words_sudo(reason)
            partner.care_greeting = policy.greeting
            partner.care_contact_policy = policy.contact_policy_id.name

    @api.model
    def _search_care_policy_id(self, operator, value):
        """Search by the policy that holds; ``in [False]`` finds customers with a status and no policy."""
        if operator != "in":
            return NotImplemented
        care = self.env["crm.care.policy"]
        domain = fields.Domain.OR(policy._customer_domain() for policy in care.browse(item for item in value if item))
        if False in value:
            every = care.search([("company_id", "=", self.env.company.id)])
            domain |= ~fields.Domain.OR(policy._own_domain() for policy in every)
        return self._lifecycle_domain(domain)

    @api.depends_context("company", "uid")
    def _compute_referral(self):
        referrals = self.env["crm.referral"]
        own = referrals.search([("partner_id", "in", self._origin.ids), ("company_id", "=", self.env.company.id)])
        by_partner = own.grouped("partner_id")
        found = referrals._credits(self.commercial_partner_id, self.env.company)
        for partner in self:
            partner.referred_by_id = by_partner.get(partner._origin, own.browse()).referrer_id
            partner.referral_currency_id = self.env.company.currency_id
            key = (partner.commercial_partner_id._origin.id, self.env.company.id)
            partner.referral_count, partner.referral_amount = found.get(key, (0, 0.0))

    def _inverse_referred_by_id(self):
        model = self.env["crm.referral"]
        wanted = {partner: partner.referred_by_id for partner in self}
        for partner, referrer in wanted.items():
            known = model.search([("partner_id", "=", partner.id), ("company_id", "=", self.env.company.id)])
            if known and not referrer:
                known._forget()
            elif known:
                known.referrer_id = referrer
            elif referrer:
                model.create({"partner_id": partner.id, "referrer_id": referrer.id})
        self.invalidate_recordset(["referred_by_id"])

    @api.model
    def _search_referred_by_id(self, operator, value):
        if operator not in ("in", "any", "any!", "ilike", "=ilike", "like"):
            return NotImplemented
        referrals = self.env["crm.referral"]
        own = fields.Domain("company_id", "=", self.env.company.id)
        column = "crm_referral.partner_id"
        domain = fields.Domain.FALSE
        if operator == "in" and False in value:
            domain = fields.Domain("id", "not in", referrals._search(own).subselect(column))
            value = [item for item in value if item]
        wanted = referrals._search(own & fields.Domain("referrer_id", operator, value))
        return domain | fields.Domain("id", "in", wanted.subselect(column))

    def action_lifecycle_referrals(self):
        """Open whom this customer has brought, over the whole chain."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_referral_action")
        chain = self.env["crm.referral"]._chain(self.commercial_partner_id)
        return {**action, "domain": [("id", "in", chain.ids)], "context": {"default_referrer_id": self.id}}

    def action_lifecycle_class_history(self):
        """Open the changes of value class of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_value_class_change_action")
        return {**action, "domain": [("partner_id", "=", self.commercial_partner_id.id)]}

    def action_lifecycle_lull(self):
        """Write down why this customer buys no more."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why Is This Customer Silent?"),
            "res_model": "crm.lull.cause",
            "view_mode": "form",
            "views": [(self.env.ref("crm_lifecycle.crm_lull_cause_view_form_dialog").id, "form")],
            "target": "new",
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }

    def _lifecycle_start_plan(self, plan, manager, day):
        """Plan the activities of ``plan`` on these contacts.

        :param plan: ``mail.activity.plan``; ``manager``: ``res.users`` for the steps on demand
        :param date day: the day from which the steps are counted
        :raise UserError: a step is for somebody who cannot be found
        """
        for step in plan.template_ids:
            charged = self.grouped(lambda partner, step=step: partner._lifecycle_responsible(step, manager))
            for responsible, partners in charged.items():
                partners.activity_schedule(
                    activity_type_id=step.activity_type_id.id,
                    automated=True,
                    summary=step.summary,
                    note=step.note,
                    user_id=responsible.id,
                    date_deadline=step._get_date_deadline(day),
                )

    def _lifecycle_responsible(self, step, manager):
        """Return who does ``step`` for this contact."""
        if step.responsible_type == "on_demand":
            return manager
        found = step._determine_responsible(manager, self)
        if found["error"]:
            raise UserError(found["error"])
        return found["responsible"] or manager
