from odoo import fields, models
from odoo.fields import Domain


class CrmSurveyProgram(models.Model):
    """A program named in care policies asks their customers only."""

    _inherit = "crm.survey.program"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    care_policy_ids = fields.Many2many(
        "crm.care.policy",
        "crm_care_policy_survey_program_rel",
        "program_id",
        "policy_id",
        string="Care Policies",
        check_company=True,
        help="Empty: whatever the care policy. Else only customers under one of these.",
    )

    def _get_partner_domain(self):
        """Leave out whom another care policy looks after."""
        domain = super()._get_partner_domain()
        policies = self.care_policy_ids.filtered("active")
        if not policies:
            return domain
        return domain & Domain("care_policy_id", "in", policies.ids)
