from odoo import fields, models


class CrmLullCause(models.Model):
    """A cause told in a survey knows the answer it comes from, so that it is kept once."""

    _inherit = "crm.lull.cause"

    survey_invitation_id = fields.Many2one(
        "crm.survey.invitation",
        string="From the answers of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="crm_survey.group_interviewer",
    )
