from odoo import fields, models


class CrmSurveyInvitation(models.Model):
    """A questionnaire about a lead: whether it fits, what it needs and when."""

    _inherit = "crm.survey.invitation"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    lead_id = fields.Many2one(
        "crm.lead",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The lead that is qualified by these answers.",
    )

    def _after_recording(self, answers, questions):
        """Let the leads that were qualified draw their conclusions."""
        result = super()._after_recording(answers, questions)
        qualified = self.filtered(lambda i: i.survey_id.survey_type == "qualification")
        if qualified:
            leads = self.env["crm.survey.answer.target.lead"]._get_leads(qualified)
            said = {}
            for answer in answers:
                said.setdefault(answer.invitation_id, set()).add(answer.question_id)
            self.env["crm.lead"]._conclude_qualification(
                {invitation: leads[invitation.id] for invitation in qualified if invitation.id in leads}, said
            )
        return result
