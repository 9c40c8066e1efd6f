from odoo import api, models


class CrmPrivacy(models.AbstractModel):
    """What customers answered is told and erased with the rest of what is known of them."""

    _inherit = "crm.privacy"

    @api.model
    def _extra_models(self):
        """What customers answered belongs to what is known of them; the lines go with their participation."""
        return {
            **super()._extra_models(),
            "survey.user_input.line": {
                "partner": ("user_input_id.partner_id",),
                "report": ("survey_id", "question_id", "display_name", "create_date"),
                "report_domain": [("user_input_id.test_entry", "=", False), ("skipped", "=", False)],
            },
            "survey.user_input": {
                "partner": ("partner_id",),
                "report": ("survey_id", "start_datetime", "end_datetime", "state"),
                "report_domain": [("test_entry", "=", False)],
            },
        }
