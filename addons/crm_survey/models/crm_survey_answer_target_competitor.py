from odoo import api, models
from odoo.fields import Domain

RATING_PREFIX = "rating_"


class CrmSurveyAnswerTargetCompetitor(models.AbstractModel):
    """Answers become an assessment of a competitor.

    A one-line text names the competitor, a matrix compares point by point (rows price, quality, service, delivery;
    columns 1 "we are much better" to 5 "they are much better"), a longer text tells what the customer likes there.
    Without a name the competitor of the churn interview is taken.
    """

    _name = "crm.survey.answer.target.competitor"
    _description = "Survey answer to competitor assessment"
    _inherit = "crm.survey.answer.target"

    @api.model
    def _apply(self, invitations, answers, questions):
        by_invitation = {}
        for answer in answers:
            by_invitation.setdefault(answer.invitation_id, []).append(answer)
        known = self.env["crm.competitor.assessment"].search(
            Domain("source", "=", "survey") & Domain("source_ref", "in", [self._source_ref(i) for i in invitations])
        )
        known_refs = set(known.mapped("source_ref"))
        vals_list = []
        for invitation in invitations.filtered(lambda i: i.id in by_invitation):
            vals = self._prepare_assessment_vals(invitation, by_invitation[invitation.id], questions)
            if vals.get("competitor_id") and vals["source_ref"] not in known_refs:
                vals_list.append(vals)
            self._note_comparison(invitation, by_invitation[invitation.id])
        self.env["crm.competitor.assessment"].create(vals_list)

    def _prepare_assessment_vals(self, invitation, answers, questions):
        """Return the values of the assessment that one customer's answers make."""
        churn = invitation.survey_id.survey_type == "churn"
        vals = {
            "partner_id": invitation.partner_id.id,
            "relation": "left_for" if churn else "considers",
            "source": "survey",
            "source_ref": self._source_ref(invitation),
            "date": self._answered_on(invitation),
            "competitor_id": invitation.churn_interview_id.competitor_id.id,
        }
        for answer in answers:
            kind = questions[answer.question_id].question_type
            if kind == "matrix":
                vals.update(self._to_ratings(answer))
            elif kind == "text_box":
                vals["liked"] = answer.text
            else:
                competitor = self.env["crm.survey.answer.target.churn"]._find_competitor(answer)
                vals["competitor_id"] = competitor.id or vals["competitor_id"]
        return vals

    def _to_ratings(self, answer):
        fields = self.env["crm.competitor.assessment"]._fields
        return {
            f"{RATING_PREFIX}{choice.row}": int(choice.code)
            for choice in answer.choices
            if f"{RATING_PREFIX}{choice.row}" in fields and choice.code.isdigit() and 1 <= int(choice.code) <= 5
        }

    def _note_comparison(self, invitation, answers):
        """Keep the comparison in words on the churn interview."""
        interview = invitation.churn_interview_id
        lines = [f"{c.row_text}: {c.text}" for answer in answers for c in answer.choices if c.row]
        if interview and lines and not interview.comparison:
            interview.comparison = "\n".join(lines)
