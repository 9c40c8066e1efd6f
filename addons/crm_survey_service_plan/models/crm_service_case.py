from odoo import fields, models


class CrmServiceCase(models.Model):
    """A case that began as an answer."""

    _inherit = "crm.service.case"

    survey_invitation_id = fields.Many2one(
        "crm.survey.invitation",
        string="Survey answers",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="crm_survey.group_interviewer",
    )
