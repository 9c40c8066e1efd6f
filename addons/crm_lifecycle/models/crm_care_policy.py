from odoo import api, fields, models
from odoo.fields import Domain


class CrmCarePolicy(models.Model):
    """What a group of customers gets: how we may contact them, which playbook, surveys and service plans."""

    _name = "crm.care.policy"
    _description = "Care Policy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    customer_kind = fields.Selection([("person", "Persons"), ("company", "Companies")], string="Only", tracking=True)
    segment_ids = fields.Many2many(
        "crm.segment", string="Segments", check_company=True, tracking=True, help="Whoever is in one of them."
    )
    value_class_ids = fields.Many2many(
        "crm.value.class", string="Value Classes", check_company=True, tracking=True, help="Whoever is in one of them."
    )
    stage_ids = fields.Many2many(
        "crm.lifecycle.stage", string="Only in Stages", tracking=True, help="Empty: in every stage."
    )
    contact_policy_id = fields.Many2one(
        "crm.contact.policy",
        check_company=True,
        tracking=True,
        ondelete="restrict",
        help="When and how often these customers may be contacted; instead of the policy found by its own filter.",
    )
    plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Playbook",
        domain=[("res_model", "=", "res.partner")],
        check_company=True,
        tracking=True,
        ondelete="restrict",
        help="Proposed on the customer among what to do next.",
    )
    greeting = fields.Char(
        translate=True, tracking=True, help="How these customers are addressed and thanked; shown on the customer."
    )
    note = fields.Text(translate=True)
    customer_count = fields.Integer(
        string="Customers", compute="_compute_customer_count", help="To whom this policy is the first that fits."
    )

    @api.depends("segment_ids", "value_class_ids", "customer_kind", "stage_ids", "sequence", "company_id", "active")
    @api.depends_context("uid")
    def _compute_customer_count(self):
        for policy in self:
            policy.customer_count = self.env["crm.lifecycle.status"].search_count(policy._customer_domain())

    def _own_domain(self):
        """Return the domain on ``crm.lifecycle.status`` of whom the policy fits; an earlier one may come before it."""
        self.ensure_one()
        domain = Domain("company_id", "=", self.company_id.id)
        if self.customer_kind:
            domain &= Domain("customer_kind", "=", self.customer_kind)
        if self.stage_ids:
            domain &= Domain("stage_id", "in", self.stage_ids.ids)
        groups = []
        if self.value_class_ids:
            groups.append(Domain("value_class_id", "in", self.value_class_ids.ids))
        if self.segment_ids:
            current = Domain("segment_id", "in", self.segment_ids.ids) & Domain("left_on", "=", False)
            members = self.env["crm.segment.member"]._search(current)
            groups.append(Domain("partner_id", "in", members.subselect("crm_segment_member.partner_id")))
        return domain & Domain.OR(groups) if groups else domain

    def _customer_domain(self):
        """Return the domain on ``crm.lifecycle.status`` of those to whom this policy is the first that fits."""
        self.ensure_one()
        domain = self._own_domain()
        if not (self.active and self._origin):
            return domain  # one that does not hold, or not yet
        for policy in self.search([("company_id", "=", self.company_id.id)]):
            if policy == self._origin:
                break
            domain &= ~policy._own_domain()
        return domain

    def action_view_customers(self):
        """Open those whom this policy takes care of."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_lifecycle_status_action")
        return {**action, "name": self.name, "domain": list(self._customer_domain()), "context": {}}

    @api.model
    def _for_customers_sudo(self, customers, company):
        """Return ``{customer id: (policy, reason)}``: the first policy that fits, and the rule that gave it.

        :param customers: commercial partners
        :param company: ``res.company``
        :return: reason is a pair (code, id): ``segment`` or ``class`` with its id, ``everybody`` with 0
        """
        # As superuser: which care a customer gets is asked by the contact gate, too, whoever writes.
        policies = self.sudo().search([("company_id", "=", company.id)])
        if not policies or not customers:
            return {}
        statuses = policies.env["crm.lifecycle.status"].search(
            [("partner_id", "in", customers.ids), ("company_id", "=", company.id)]
        )
        members = policies.env["crm.segment.member"].search(
            [
                ("partner_id", "in", customers.ids),
                ("segment_id", "in", policies.segment_ids.ids),
                ("left_on", "=", False),
            ]
        )
        segments = {customer.id: rows.segment_id for customer, rows in members.grouped("partner_id").items()}
        by_customer = {status.partner_id.id: status for status in statuses}
        found = {}
        for customer in customers:
            status = by_customer.get(customer.id, statuses.browse())
            mine = segments.get(customer.id, policies.segment_ids.browse())
            for policy in policies:
                if reason := policy._fits(customer, status, mine):
                    found[customer.id] = (policy, reason)
                    break
        return found

    def _fits(self, customer, status, segments):
        """Return why this policy holds for a customer, or nothing."""
        kind = "company" if customer.is_company else "person"
        if self.customer_kind and self.customer_kind != kind:
            return None
        if self.stage_ids and status.stage_id not in self.stage_ids:
            return None
        if common := self.segment_ids.filtered(lambda segment: segment in segments)[:1]:
            return "segment", common.id
        if status.value_class_id and status.value_class_id in self.value_class_ids:
            return "class", status.value_class_id.id
        return None if self.segment_ids or self.value_class_ids else ("everybody", 0)

    @api.model
    def _reason_in_words_sudo(self, reason):
        """Return the rule that gave a policy, in the reader's language."""
        # As superuser: the name alone of the customer's own segment or class.
        code, record_id = reason
        if code == "segment":
            name = self.env["crm.segment"].sudo().browse(record_id).name
            return self.env._("because in segment %(name)s", name=name)
        if code == "class":
            name = self.env["crm.value.class"].sudo().browse(record_id).name
            return self.env._("because in class %(name)s", name=name)
        return self.env._("because it holds for everybody")
