from odoo import models
from odoo.addons.crm_profile.domain import tabular


class CrmSurveyExportGuard(models.AbstractModel):
    """What strangers typed is exported as text: no spreadsheet takes an answer for a formula."""

    _name = "crm.survey.export.guard"
    _description = "Export without formulas"

    def export_data(self, fields_to_export):
        """Core's CSV lets some formulas through, and its XLSX writes them as formulas."""
        result = super().export_data(fields_to_export)
        result["datas"] = [
            [tabular.guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in result["datas"]
        ]
        return result


class SurveyUserInput(models.Model):
    _name = "survey.user_input"
    _inherit = ["survey.user_input", "crm.survey.export.guard"]


class SurveyUserInputLine(models.Model):
    _name = "survey.user_input.line"
    _inherit = ["survey.user_input.line", "crm.survey.export.guard"]


class CrmChurnInterview(models.Model):
    _name = "crm.churn.interview"
    _inherit = ["crm.churn.interview", "crm.survey.export.guard"]
