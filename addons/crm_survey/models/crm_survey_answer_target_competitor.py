from odoo import api, models
from odoo.fields import Domain

RATING_PREFIX = "rating_"


class CrmSurveyAnswerTargetCompetitor(models.AbstractModel):
    """Answers become an assessment of a competitor.

    A one-line text or a label names the competitor, a matrix compares point by point (rows price, quality, service,
    delivery; columns 1 "we are much better" to 5 "they are much better"), a longer text tells what the customer likes
    there. Without a name the competitor of the churn interview is taken.
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
        named = [a for a in answers if questions[a.question_id].question_type not in ("matrix", "text_box")]
        competitors = self.env["crm.survey.answer.target.churn"]._find_competitors(named)
        vals_list = []
        for invitation in invitations.filtered(lambda i: i.id in by_invitation):
            vals = self._prepare_assessment_vals(invitation, by_invitation[invitation.id], questions, competitors)
            if vals.get("competitor_id") and vals["source_ref"] not in known_refs:
                vals_list.append(vals)
            self._note_comparison(invitation, by_invitation[invitation.id], vals)
        self.env["crm.competitor.assessment"].create(vals_list)

    def _prepare_assessment_vals(self, invitation, answers, questions, competitors):
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
            elif competitor := competitors.get(self.env["crm.survey.answer.target.churn"]._to_name(answer)):
                vals["competitor_id"] = competitor.id
        return vals

    def _to_ratings(self, answer):
        fields = self.env["crm.competitor.assessment"]._fields
        return {
            f"{RATING_PREFIX}{choice.row}": int(choice.code)
            for choice in answer.choices
            if f"{RATING_PREFIX}{choice.row}" in fields and choice.code.isdigit() and 1 <= int(choice.code) <= 5
        }

    def _note_comparison(self, invitation, answers, assessment):
        """Keep the comparison on the churn interview: point by point, and in the words of the questionnaire."""
        interview = invitation.churn_interview_id
        if not interview:
            return
        vals = {
            f"compare_{name.removeprefix(RATING_PREFIX)}": str(rating)
            for name, rating in assessment.items()
            if name.startswith(RATING_PREFIX)
        }
        lines = [f"{c.row_text}: {c.text}" for answer in answers for c in answer.choices if c.row]
        if lines and not interview.comparison:
            vals["comparison"] = "\n".join(lines)
        if vals:
            interview.write(vals)
