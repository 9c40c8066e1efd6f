from odoo import fields, models


class CrmCarePolicy(models.Model):
    """A care policy names the programs that ask its customers only."""

    _inherit = "crm.care.policy"

    program_ids = fields.Many2many(
        "crm.survey.program",
        "crm_care_policy_survey_program_rel",
        "policy_id",
        "program_id",
        string="Survey Programs",
        check_company=True,
        help="These programs then ask only customers under a care policy that names them.",
    )
