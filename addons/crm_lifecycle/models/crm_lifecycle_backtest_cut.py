from odoo import fields, models


class CrmLifecycleBacktestCut(models.Model):
    """What another cut would have flagged, rightly and wrongly."""

    _name = "crm.lifecycle.backtest.cut"
    _description = "Backtest: Cut"
    _order = "backtest_id, cut"
    _rec_name = "cut"

    backtest_id = fields.Many2one("crm.lifecycle.backtest", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="backtest_id.company_id", store=True)
    cut = fields.Float(string="Quiet below", digits=(4, 3))
    flags = fields.Float(string="Flagged a Month", digits=(12, 1), help="Customers who would have stood as quiet.")
    back = fields.Float(string="False Alarms a Month", digits=(12, 1))
    precision = fields.Float(string="Right", aggregator="avg", help="Share of the flagged who did not buy in time.")
    recall = fields.Float(string="Found", aggregator="avg", help="Share of those who did not buy that were flagged.")
    is_current = fields.Boolean(string="In Use", help="The cut nearest to the policy's.")

    def action_use(self):
        """Open the dialog that takes this cut into the rules: it shows who would move before anything is saved."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Use Another Cut"),
            "res_model": "crm.lifecycle.cut.set",
            "view_mode": "form",
            "target": "new",
            "context": {"default_policy_id": self.backtest_id.policy_id.id, "default_cut": self.cut},
        }
