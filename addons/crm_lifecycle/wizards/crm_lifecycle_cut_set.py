from odoo import api, fields, models


class CrmLifecycleCutSet(models.TransientModel):
    """Takes a cut from a backtest into the rules, after showing who would move."""

    _name = "crm.lifecycle.cut.set"
    _description = "Use Another Cut"

    policy_id = fields.Many2one(
        "crm.lifecycle.policy", string="Rules", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    horizon_weeks = fields.Integer(related="policy_id.horizon_weeks")
    old_cut = fields.Float(string="In Use", related="policy_id.probability_cut")
    cut = fields.Float(string="Quiet below", digits=(4, 3), required=True)
    preview = fields.Json(string="Who would move", compute="_compute_preview")

    @api.depends("policy_id", "cut")
    @api.depends_context("lang")
    def _compute_preview(self):
        for wizard in self:
            policy = wizard.policy_id._origin
            changed = policy and policy.new({"probability_cut": wizard.cut}, origin=policy)
            wizard.preview = changed.preview if changed else False

    def action_use(self):
        """Write the cut into the rules; the next nightly run looks at everyone by them."""
        self.ensure_one()
        self.policy_id.write({"probability_cut": self.cut})
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lifecycle.policy",
            "res_id": self.policy_id.id,
            "view_mode": "form",
        }
