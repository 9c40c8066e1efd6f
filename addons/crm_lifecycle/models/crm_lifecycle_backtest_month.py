from odoo import api, fields, models


class CrmLifecycleBacktestMonth(models.Model):
    """The flags raised in one past month, and what came of them."""

    _name = "crm.lifecycle.backtest.month"
    _description = "Backtest: Month"
    _order = "backtest_id, day"
    _rec_name = "day"

    backtest_id = fields.Many2one("crm.lifecycle.backtest", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="backtest_id.company_id", store=True)
    day = fields.Date(string="Month", required=True, help="The end of the month whose flags are judged.")
    customers = fields.Integer()
    method = fields.Selection([("mbg", "Forecast (MBG/NBD)"), ("gap", "Plain gap")])
    flags = fields.Integer(string="Flagged", help="Customers who turned quiet in this month by the policy.")
    gone = fields.Integer(string="Right", help="Of them, those who did not buy within the horizon.")
    back = fields.Integer(string="False Alarms", help="Of them, those who did.")
    precision = fields.Float(compute="_compute_precision", help="Share of the flags that were right.")
    gap_flags = fields.Integer(string="Flagged by the Gap", help="By the plain gap, calibrated on the past only.")
    gap_gone = fields.Integer(string="Gap Right")
    gap_precision = fields.Float(compute="_compute_precision")
    auc = fields.Float(string="Ranking", digits=(5, 4), aggregator="avg", help="AUC: 0.5 is guessing, 1 is perfect.")
    gap_auc = fields.Float(string="Ranking of the Gap", digits=(5, 4), aggregator="avg")
    auc_repeat = fields.Float(string="Ranking, Bought Again", digits=(5, 4), aggregator="avg")
    gap_auc_repeat = fields.Float(string="Ranking of the Gap, Bought Again", digits=(5, 4), aggregator="avg")
    brier = fields.Float(string="Error", digits=(5, 4), aggregator="avg", help="Brier score: 0 is perfect.")
    gap_brier = fields.Float(string="Error of the Gap", digits=(5, 4), aggregator="avg")

    @api.depends("flags", "gone", "gap_flags", "gap_gone")
    def _compute_precision(self):
        for month in self:
            month.precision = month.gone / month.flags if month.flags else 0.0
            month.gap_precision = month.gap_gone / month.gap_flags if month.gap_flags else 0.0
