from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmSegmentDecide(models.TransientModel):
    """Add customers to a segment, or take them out, by hand, with a reason and an expiry."""

    _name = "crm.segment.decide"
    _description = "Add to or Remove from a Segment"

    segment_id = fields.Many2one("crm.segment", required=True)
    partner_ids = fields.Many2many("res.partner", string="Customers", required=True)
    decision = fields.Selection(
        [("add", "Put in"), ("remove", "Take out"), ("rule", "Let the criteria decide")], required=True, default="add"
    )
    reason = fields.Char()
    until = fields.Date(help="The last day this holds. Then the criteria decide again. Empty: for good.")

    @api.model
    def default_get(self, names):
        """Take the customers the dialog was opened from."""
        found = super().default_get(names)
        if self.env.context.get("active_model") == "res.partner" and "partner_ids" in names:
            found["partner_ids"] = [fields.Command.set(self.env.context.get("active_ids", []))]
        return found

    def action_apply(self):
        """Keep the decision and bring the segment up to date.

        :raise UserError: no customer or reason given, or a day gone by
        """
        self.ensure_one()
        segment, customers = self.segment_id, self.partner_ids.commercial_partner_id
        if not customers:
            raise UserError(self.env._("Choose the customers first."))
        segment.check_access("read")
        decisions = self.env["crm.segment.decision"]
        decisions.search([("segment_id", "=", segment.id), ("partner_id", "in", customers.ids)]).unlink()
        if self.decision != "rule":
            if not (self.reason or "").strip():
                raise UserError(self.env._("Give a reason: the next person will want to know why."))
            if self.until and self.until < segment.company_id._lifecycle_today():
                raise UserError(self.env._("The last day lies in the past."))
            decisions.create(
                [
                    {
                        "segment_id": segment.id,
                        "partner_id": customer.id,
                        "decision": self.decision,
                        "reason": self.reason.strip(),
                        "until": self.until,
                    }
                    for customer in customers
                ]
            )
        segment._refresh_sudo()
        return {"type": "ir.actions.act_window_close"}
