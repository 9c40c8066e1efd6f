from odoo import fields, models
from odoo.fields import Domain

from ..domain import known


class CrmSurveyInvitation(models.Model):
    """What is asked of one customer, and when enough others have answered."""

    _inherit = "crm.survey.invitation"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    quota_id = fields.Many2one(
        "crm.survey.program.quota", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )

    def _stop_waiting(self, reason):
        """Let go customers who wait to be asked, or to be called; ``reason`` is a key of ``cancel_reason``."""
        self._cancel(reason)
        self._close_links()
        self.churn_interview_id._on_declined()

    def _drop_known(self, at):
        """Close those who were not asked yet and of whom everything is known; return them.

        :param at: naive UTC
        """
        fresh = self.filtered(lambda i: i.state in ("planned", "held") and not i.sent_on and not i.user_input_id)
        plans = {}
        for survey, batch in fresh.grouped("survey_id").items():
            plans.update(survey._plan_invited(batch, at))
        nothing = fresh.filtered(lambda i: plans[i.id].is_empty)
        nothing._cancel("known")
        return nothing

    def _on_completed(self):
        """An answer may fill a quota or reach the target: wake the job that looks."""
        result = super()._on_completed()
        self.program_id._wake_if_limited_sudo()
        return result

    def _count_answered(self):
        """Return {invitation id: (questions answered, questions that came up)}; two queries for all.

        A question whose condition never held did not come up: it is no question left open.
        """
        lines = self.env["survey.user_input.line"].search_fetch(
            Domain("user_input_id", "in", self.user_input_id.ids) & Domain("skipped", "=", False),
            ["user_input_id", "question_id", "answer_type", "suggested_answer_id", "value_scale"],
        )
        answered, chosen = {}, {}
        for line in lines:
            scale = line.answer_type == "scale"
            token = (line.question_id.id, line.value_scale) if scale else line.suggested_answer_id.id
            answered.setdefault(line.user_input_id.id, set()).add(line.question_id.id)
            chosen.setdefault(line.user_input_id.id, set()).add(token)
        triggers = {q.id: q._get_trigger_tokens() for q in self.user_input_id.predefined_question_ids}
        return {
            i.id: (
                len(answered.get(i.user_input_id.id, ())),
                known.count_active(
                    i.user_input_id.predefined_question_ids.ids,
                    i.user_input_id.crm_settled_question_ids or (),
                    triggers,
                    chosen.get(i.user_input_id.id, ()),
                ),
            )
            for i in self
        }
