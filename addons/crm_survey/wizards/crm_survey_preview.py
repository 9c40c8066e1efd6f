from odoo import api, fields, models


class CrmSurveyPreview(models.TransientModel):
    """Tells in words what a program would do with one customer, and why not."""

    _name = "crm.survey.preview"
    _description = "Preview of a survey program"

    program_id = fields.Many2one("crm.survey.program", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="cascade")
    text = fields.Html(compute="_compute_text", sanitize=False)

    @api.depends("program_id", "partner_id")
    def _compute_text(self):
        now = fields.Datetime.now()
        for wizard in self:
            if wizard.partner_id:
                wizard.partner_id.check_access("read")  # what is known is looked up with all rights
                wizard.text = wizard.program_id._preview_html(wizard.partner_id._origin or wizard.partner_id, now)
            else:
                wizard.text = False
