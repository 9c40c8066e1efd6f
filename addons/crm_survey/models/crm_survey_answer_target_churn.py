from odoo import api, models
from odoo.fields import Domain

REASON_FIELDS = ("primary_reason_id", "secondary_reason_id")
TEXT_FIELDS = ("comparison", "customer_note", "bring_back")


class CrmSurveyAnswerTargetChurn(models.AbstractModel):
    """Answers fill the churn interview: reasons by label code, the competitor by name, the rest as text."""

    _name = "crm.survey.answer.target.churn"
    _description = "Survey answer to churn interview"
    _inherit = "crm.survey.answer.target"

    @api.model
    def _apply(self, invitations, answers, questions):
        invitations.env["crm.churn.interview"]._attach(invitations)
        interviews = {i.id: i.churn_interview_id for i in invitations}
        reasons = {r.code: r for r in self.env["crm.churn.reason"].with_context(active_test=False).search([])}
        values = {}
        for answer in answers:
            target = questions[answer.question_id].target_churn
            vals = values.setdefault(answer.invitation_id, {})
            vals.update(self._prepare_vals(target, answer, questions[answer.question_id], reasons, vals))
        for invitation_id, vals in values.items():
            interviews[invitation_id].write(vals)

    def _prepare_vals(self, target, answer, question, reasons, sofar):
        """Return the values of the interview that one answer gives."""
        if target in REASON_FIELDS:
            reason = next((reasons[c.code] for c in answer.choices if c.code in reasons), None)
            vals = {target: reason.id} if reason else {}
            if answer.comment:
                vals["customer_note"] = self._join(sofar.get("customer_note"), answer.comment)
            return vals
        if target == "relationship_caused":
            return {target: any(choice.code == "yes" for choice in answer.choices)}
        if target == "competitor_id":
            competitor = self._find_competitor(answer)
            return {target: competitor.id} if competitor else {}
        if target == "win_back_chance":
            codes = dict(self.env["crm.churn.interview"]._fields[target].selection)
            chance = next((choice.code for choice in answer.choices if choice.code in codes), None)
            return {target: chance} if chance else {}
        return {target: self._join(sofar.get(target), self._to_lines(answer))} if target in TEXT_FIELDS else {}

    @staticmethod
    def _join(before, text):
        return "\n".join(part for part in (before, text) if part)

    @staticmethod
    def _to_lines(answer):
        lines = [f"{c.row_text}: {c.text}" if c.row else c.text for c in answer.choices]
        return "\n".join(lines + ([answer.comment] if answer.comment else []) or [answer.text])

    @api.model
    def _find_competitor(self, answer):
        """Return the competitor a customer named, whatever the capitals; a new name makes a new competitor."""
        name = " ".join((answer.comment or answer.text or "").split())[:80]
        Competitor = self.env["crm.competitor"]
        if not name:
            return Competitor
        return Competitor.search(Domain("name", "=ilike", name.replace("%", r"\%").replace("_", r"\_")), limit=1) or (
            Competitor.create({"name": name})
        )
