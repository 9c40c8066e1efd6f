from odoo import api, models
from odoo.fields import Domain

REASON_FIELDS = ("primary_reason_id", "secondary_reason_id")
TEXT_FIELDS = ("comparison", "customer_note", "bring_back")
# What we believe is never filled by a customer's answer.


class CrmSurveyAnswerTargetChurn(models.AbstractModel):
    """Answers fill the customer's side of the churn interview: reasons by label code, the competitor by name."""

    _name = "crm.survey.answer.target.churn"
    _description = "Survey answer to churn interview"
    _inherit = "crm.survey.answer.target"

    @api.model
    def _apply(self, invitations, answers, questions):
        invitations.env["crm.churn.interview"]._attach(invitations)
        interviews = {i.id: i.churn_interview_id for i in invitations}
        reasons = {r.code: r for r in self.env["crm.churn.reason"].with_context(active_test=False).search([])}
        competitors = self._find_competitors(
            [a for a in answers if questions[a.question_id].target_churn == "competitor_id"]
        )
        values = {}
        for answer in answers:
            target = questions[answer.question_id].target_churn
            vals = values.setdefault(answer.invitation_id, {})
            if target == "competitor_id":
                if competitor := competitors.get(self._to_name(answer)):
                    vals[target] = competitor.id
            else:
                vals.update(self._prepare_vals(target, answer, reasons, vals))
        for invitation_id, vals in values.items():
            interview = interviews[invitation_id]
            reasons = [vals.get(name, interview[name].id) for name in REASON_FIELDS]
            if len(set(reasons)) == 1:  # who names one reason twice has one
                vals["secondary_reason_id"] = False
            interview.write(vals)

    def _prepare_vals(self, target, answer, reasons, sofar):
        """Return the values of the interview that one answer gives."""
        if target in REASON_FIELDS:
            reason = next((reasons[c.code] for c in answer.choices if c.code in reasons), None)
            vals = {target: reason.id} if reason else {}
            if answer.comment:
                vals["customer_note"] = self._join(sofar.get("customer_note"), answer.comment)
            return vals
        if target == "relationship_caused":
            return {target: any(choice.code == "yes" for choice in answer.choices)}
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

    @staticmethod
    def _to_name(answer):
        return " ".join((answer.comment or answer.text or "").split())[:80]

    @api.model
    def _find_competitors(self, answers):
        """Return {name as given: competitor} of those customers named, whatever the capitals; new names make new ones.

        A fixed number of queries, whatever the number of answers.
        """
        names = {name for answer in answers if (name := self._to_name(answer))}
        if not names:
            return {}
        Competitor = self.env["crm.competitor"]
        escaped = [name.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") for name in names]
        found = Competitor.search(Domain.OR(Domain("name", "=ilike", name) for name in escaped), order="id desc")
        known = {competitor.name.casefold(): competitor for competitor in found}
        new = {name.casefold(): name for name in sorted(names) if name.casefold() not in known}
        created = Competitor.create([{"name": name} for name in new.values()])
        known.update({competitor.name.casefold(): competitor for competitor in created})
        return {name: known[name.casefold()] for name in names}
