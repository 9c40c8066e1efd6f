import logging

from odoo import api, fields, models
from odoo.fields import Domain
from psycopg2 import OperationalError

from ..domain.answers import Answer, Choice

_logger = logging.getLogger(__name__)

BATCH = 100
VALUE_FIELDS = {
    "char_box": "value_char_box",
    "text_box": "value_text_box",
    "numerical_box": "value_numerical_box",
    "scale": "value_scale",
    "date": "value_date",
    "datetime": "value_datetime",
}


class CrmSurveyAnswerMixin(models.AbstractModel):
    """Answers go back to the customer: facts, fields, competitors, the churn interview."""

    _name = "crm.survey.answer.mixin"
    _description = "How the answers of a survey invitation are recorded"

    def _trigger_write_back(self):
        """Wake the job that records answers; sudo inside: the respondent is the public user."""
        if self:
            self.env.ref("crm_survey.ir_cron_write_back").sudo()._trigger()

    @api.model
    def _cron_write_back(self):
        """Record the answers of completed invitations; may be killed and run again at any moment."""
        domain = self._get_recording_domain(fields.Datetime.now())
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(domain))
        while invitations := self.search(domain, order="id", limit=BATCH).try_lock_for_update():
            try:
                invitations._write_back()
            except OperationalError:
                # Another transaction came between: the answers stay queued, the job starts again.
                self.env.cr.rollback()
                invitations._trigger_write_back()
                break
            if not self.env["ir.cron"]._commit_progress(len(invitations)):
                break

    def _write_back(self):
        """Record the answers of ``self``: together, or one by one when that fails; the error stays on the record.

        Idempotent: what was recorded before is found by its source and not recorded twice.
        """
        try:
            with self.env.cr.savepoint():
                self._write_back_batch()
        except OperationalError:
            raise
        except Exception:  # one bad answer must not hold back the others
            for invitation in self:
                invitation._write_back_one()

    def _write_back_one(self):
        try:
            with self.env.cr.savepoint():
                self._write_back_batch()
        except OperationalError:
            raise
        except Exception as error:
            # Whatever a handler stumbles over is kept on the record for a person to see; the others go on.
            _logger.warning("Answers of survey invitation %s could not be recorded: %s", self.id, error)
            self._note_failure(str(error) or repr(error), fields.Datetime.now())

    def _write_back_batch(self):
        answers = self._get_answers()
        questions = self.env["survey.question"].browse({answer.question_id for answer in answers})
        by_id = {question.id: question for question in questions}
        by_kind = {}
        for answer in answers:
            if kind := by_id[answer.question_id].target_kind:
                by_kind.setdefault(kind, []).append(answer)
        for kind in sorted(by_kind):
            self.env[f"crm.survey.answer.target.{kind}"]._apply(self, by_kind[kind], by_id)
        self._after_recording(answers, by_id)
        self.write({"writeback_state": "done", "writeback_error": False, "writeback_retry_on": False})
        self.env.flush_all()

    def _after_recording(self, answers, questions):
        """Hook: what follows once the answers are where they belong; idempotent and set-based as the targets are.

        :param answers: list of :class:`~..domain.answers.Answer` of ``self``
        :param questions: {question id: ``survey.question``}
        """
        self.churn_interview_id._on_answered()

    def _get_answers(self):
        """Return what the customers of these invitations said as :class:`Answer`, in the language they used.

        A fixed number of queries, whatever the number of invitations. Skipped questions give no answer.
        """
        lines = self.env["survey.user_input.line"].search(
            Domain("user_input_id", "in", self.user_input_id.ids) & Domain("skipped", "=", False),
            order="user_input_id, question_sequence, question_id, id",
        )
        answers = []
        for (user_input, question), group in lines.grouped(lambda x: (x.user_input_id, x.question_id)).items():
            invitation = user_input.crm_invitation_id
            said = group.with_context(lang=user_input.lang_id.code or invitation.lang)
            chosen = said.filtered(lambda x: x.answer_type == "suggestion")
            free = said - chosen
            has_labels = question.question_type in ("simple_choice", "multiple_choice", "matrix")
            answers.append(
                Answer(
                    invitation_id=invitation.id,
                    partner_id=invitation.partner_id.id,
                    question_id=question.id,
                    question_code=question.code or "",
                    value=free[0][VALUE_FIELDS[free[0].answer_type]] if free and not has_labels else None,
                    choices=tuple(self._to_choice(line) for line in chosen),
                    comment=(free[:1].value_char_box or "") if has_labels else "",
                    on=user_input.end_datetime or user_input.write_date,
                )
            )
        return answers

    @staticmethod
    def _to_choice(line):
        label, row = line.suggested_answer_id, line.matrix_row_id
        return Choice(label.code or "", label.value or "", row.code or "", row.value or "")
