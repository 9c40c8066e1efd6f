from odoo import api, fields, models


class CrmServiceVisitCaseMixin(models.AbstractModel):
    """A visit may be made for a case."""

    _name = "crm.service.visit.case.mixin"
    _description = "Visits for Cases"

    case_id = fields.Many2one("crm.service.case", "For Case", index="btree_not_null", ondelete="restrict")

    @api.onchange("case_id")
    def _onchange_case_id(self):
        if self.case_id:
            self.update(self.case_id._prepare_visit_vals())

    def _finish(self, *args, **kwargs):
        """A visit done for a case proposes its solution."""
        result = super()._finish(*args, **kwargs)
        if self.case_id:
            self.case_id._visit_done(self)
        return result
