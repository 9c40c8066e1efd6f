from odoo import fields, models
from odoo.exceptions import UserError


class CrmServiceLevelLine(models.TransientModel):
    """One proposed move."""

    _name = "crm.service.level.line"
    _description = "Level the Workload: Move"
    _order = "source, id"

    level_id = fields.Many2one("crm.service.level", required=True, ondelete="cascade")
    visit_id = fields.Many2one("crm.service.visit", readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="visit_id.partner_id")
    source = fields.Date("From", readonly=True)
    target = fields.Date("To", readonly=True)
    reason = fields.Char("Why", readonly=True)
    state = fields.Selection(
        [("open", "Proposed"), ("moved", "Moved"), ("gone", "No Longer Possible")], default="open", readonly=True
    )

    def action_accept(self):
        """Make this move."""
        self._accept()
        return self.level_id._reopen()

    def _accept(self):
        """Move what nobody touched or confirmed in the meantime."""
        for line in self.filtered(lambda line: line.state == "open"):
            visit = line.visit_id
            inside = (not visit.window_start or visit.window_start <= line.target) and (
                not visit.window_end or line.target <= visit.window_end
            )
            if not visit._may_level() or visit.planned_date != line.source or not inside:
                line.state = "gone"
                continue
            try:
                with self.env.cr.savepoint():
                    visit.planned_start = line._moment()
            except UserError:  # its person is off or booked on that day
                line.state = "gone"
                continue
            line.state = "moved"

    def _moment(self):
        """:return: the hour it was planned at, on the new day, in naive UTC"""
        company = self.visit_id.company_id
        if not self.visit_id.planned_start:
            return company._service_moment(self.target)
        return company._service_same_hour(self.visit_id.planned_start, self.target)
