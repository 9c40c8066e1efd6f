from odoo import models


class CrmServiceVisit(models.Model):
    _inherit = "crm.service.visit"

    def _finish(self, *args, **kwargs):
        """A visit done may wake a quiet customer."""
        result = super()._finish(*args, **kwargs)
        for company, visits in self.grouped("company_id").items():
            self.env["crm.lifecycle.dirty"]._mark(visits.partner_id, company)
        return result
