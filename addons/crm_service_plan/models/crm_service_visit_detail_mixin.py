from odoo import api, fields, models


class CrmServiceVisitDetailMixin(models.AbstractModel):
    """A line of a visit: what belongs to a finished visit stays as it was signed, but for managers."""

    _name = "crm.service.visit.detail.mixin"
    _description = "Line of a Visit"

    visit_id = fields.Many2one("crm.service.visit", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="visit_id.company_id", store=True)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.visit_id._check_not_done()
        return lines

    def write(self, vals):
        """Refuse to change a line of a finished visit, or to move one there, but by a manager.

        :raise UserError: for either
        """
        (self.visit_id | self.env["crm.service.visit"].browse(vals.get("visit_id", []))._origin)._check_not_done()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_done(self):
        self.visit_id._check_not_done()
