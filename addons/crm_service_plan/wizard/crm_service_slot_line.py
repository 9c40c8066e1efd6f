from odoo import fields, models


class CrmServiceSlotLine(models.TransientModel):
    """One free slot."""

    _name = "crm.service.slot.line"
    _description = "Find a Free Slot: Slot"
    _order = "start, id"

    search_id = fields.Many2one("crm.service.slot.search", required=True, ondelete="cascade")
    start = fields.Datetime(readonly=True)
    stop = fields.Datetime("Until", readonly=True)
    user_id = fields.Many2one("res.users", "Person", readonly=True, ondelete="cascade")
    tools = fields.Char(readonly=True)

    def action_take(self):
        """Book it; if somebody was quicker, say so."""
        self.ensure_one()
        fresh = not self.search_id.visit_id
        visit = self.search_id._take(self.start, self.user_id)
        if not fresh:
            return {"type": "ir.actions.act_window_close"}
        return {"type": "ir.actions.act_window", "res_model": visit._name, "res_id": visit.id, "view_mode": "form"}
