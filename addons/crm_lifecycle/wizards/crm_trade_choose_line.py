from odoo import fields, models


class CrmTradeChooseLine(models.TransientModel):
    """One thing that a trade would set."""

    _name = "crm.trade.choose.line"
    _description = "What a Trade Would Set"

    wizard_id = fields.Many2one("crm.trade.choose", required=True, ondelete="cascade")
    what = fields.Selection(
        [("policy", "Rule"), ("class", "Value class"), ("segment", "Segment"), ("profile", "Target profile")],
        string="Kind",
        required=True,
    )
    code = fields.Char(required=True)
    name = fields.Char(string="Setting")
    now = fields.Char()
    then = fields.Char()
    is_theirs = fields.Boolean(string="Changed by Your People")
    apply = fields.Boolean(string="Set")
