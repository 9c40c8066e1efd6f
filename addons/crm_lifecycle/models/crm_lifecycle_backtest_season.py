from odoo import fields, models


class CrmLifecycleBacktestSeason(models.Model):
    """How much is sold in a month of the year, or after Tết, against an ordinary month."""

    _name = "crm.lifecycle.backtest.season"
    _description = "Backtest: Season"
    _order = "backtest_id, sequence"
    _rec_name = "name"

    backtest_id = fields.Many2one("crm.lifecycle.backtest", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="backtest_id.company_id", store=True)
    sequence = fields.Integer(help="1 to 12: the month of the year; 13: the four weeks after Tết.")
    name = fields.Char(compute="_compute_name")
    factor = fields.Float(digits=(5, 3), aggregator="avg", help="1: as many purchases as in an ordinary month.")
    is_low = fields.Boolean(string="Lull", help="A customer who turns quiet now may only follow the season.")

    def _compute_name(self):
        for season in self:
            season.name = self.env["crm.lifecycle.backtest"]._season_name(season.sequence)
