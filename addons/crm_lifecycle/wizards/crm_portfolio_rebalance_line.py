from odoo import api, fields, models


class CrmPortfolioRebalanceLine(models.TransientModel):
    """One proposed change of account manager, with its reason."""

    _name = "crm.portfolio.rebalance.line"
    _description = "Proposed Change of Account Manager"

    wizard_id = fields.Many2one("crm.portfolio.rebalance", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True)
    source_id = fields.Many2one("res.users", string="So Far", readonly=True)
    target_id = fields.Many2one("res.users", string="New", required=True)
    why = fields.Selection([("over", "Too many"), ("orphan", "Nobody")], readonly=True)
    fit = fields.Selection([("area", "Same area"), ("room", "Has room")], readonly=True)
    is_accepted = fields.Boolean(string="Take")
    reason = fields.Char(compute="_compute_reason")

    @api.depends("why", "fit", "source_id", "target_id", "partner_id")
    @api.depends_context("lang")
    def _compute_reason(self):
        for line in self:
            if line.why == "orphan":
                first = self.env._("Buys, and nobody looks after them")
            else:
                first = self.env._(
                    "%(name)s has too many, and has not talked to them for long", name=line.source_id.name
                )
            if line.fit == "area":
                second = self.env._(
                    "%(name)s has customers in %(area)s and room",
                    name=line.target_id.name,
                    area=line.partner_id.state_id.name,
                )
            else:
                second = self.env._("%(name)s has the most room", name=line.target_id.name)
            line.reason = f"{first}; {second}."
