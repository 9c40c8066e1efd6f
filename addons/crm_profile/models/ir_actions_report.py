from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        """Restricted facts in a report are noted as printed."""
        printing = self.with_context(profile_reading="report")
        return super(IrActionsReport, printing)._get_rendering_context(report, docids, data)
