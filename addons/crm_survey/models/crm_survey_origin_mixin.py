from odoo import fields, models


class CrmSurveyOriginMixin(models.AbstractModel):
    """What an answer brought about: it knows the answers it comes from, so that it is made once."""

    _name = "crm.survey.origin.mixin"
    _description = "Comes from a survey answer"

    survey_origin_id = fields.Many2one(
        "crm.survey.invitation",
        string="From the answers of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="crm_survey.group_interviewer",
    )


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.survey.origin.mixin"]


class CrmLullCause(models.Model):
    _name = "crm.lull.cause"
    _inherit = ["crm.lull.cause", "crm.survey.origin.mixin"]
