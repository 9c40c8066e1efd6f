from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmSegmentDecision(models.Model):
    """A person's word on whether a customer belongs in a segment; it outlives every refresh until it expires."""

    _name = "crm.segment.decision"
    _description = "Segment Decision by Hand"
    _order = "id desc"
    _rec_name = "partner_id"
    _privacy = {"report": ("segment_id", "decision", "until")}

    segment_id = fields.Many2one("crm.segment", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="segment_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    decision = fields.Selection([("add", "Always in"), ("remove", "Never in")], required=True)
    reason = fields.Char(required=True)
    until = fields.Date(help="The last day this holds. Empty: for good.")
    user_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, default=lambda self: self.env.user, ondelete="restrict"
    )

    _partner_uniq = models.Constraint(
        "UNIQUE(segment_id, partner_id)", "There is one decision for each customer and segment."
    )

    @api.constrains("partner_id", "segment_id")
    def _check_customer(self):
        for decision in self:
            if decision.partner_id.commercial_partner_id != decision.partner_id:
                raise ValidationError(
                    self.env._("%(name)s is a contact; choose its customer.", name=decision.partner_id.name)
                )
            if decision.partner_id.company_id and decision.partner_id.company_id != decision.company_id:
                raise ValidationError(
                    self.env._("%(name)s belongs to another company.", name=decision.partner_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Keep who decided, whatever the caller says."""
        return super().create([{**vals, "user_id": self.env.uid} for vals in vals_list])

    @api.model
    def _before_merge_sudo(self, partners):
        """Leave one decision for each segment before contacts become one: a removal beats an addition, then the newest.

        :param partners: all contacts of the merge
        """
        # As superuser: the merge concerns every company that knows these customers.
        decisions = self.sudo().search([("partner_id", "in", partners.ids)])
        for same in decisions.grouped("segment_id").values():
            best = same.sorted(lambda decision: (decision.decision == "remove", decision.id), reverse=True)
            best[1:].unlink()
