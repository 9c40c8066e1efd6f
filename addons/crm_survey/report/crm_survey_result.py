from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

from ..domain import scores
from ..domain.metrics import SCALES
from ..domain.names import CUSTOMER_TYPES
from ..domain.suppression import SCORES_FROM, VERBATIMS_FROM

VERBATIMS_SHOWN = 12
CHOICES = ("simple_choice", "multiple_choice")
NUMBERS = ("numerical_box",)


class CrmSurveyResult(models.TransientModel):
    """What customers answered, question by question, from a handful of aggregates.

    Per program: a question with fewer than five answers there shows nothing, one with fewer than eight no words; the
    sum of several programs counts those only whose own figures are shown, so nothing is left to subtract.
    """

    _name = "crm.survey.result"
    _description = "Results of a customer survey"

    survey_id = fields.Many2one(
        "survey.survey",
        required=True,
        domain=[("survey_type", "in", CUSTOMER_TYPES)],
        default=lambda self: self._default_survey_id(),
    )
    program_id = fields.Many2one(
        "crm.survey.program", context={"active_test": False}, help="Empty: all programs of your companies."
    )
    body = fields.Html(compute="_compute_body", sanitize=False, string="Results")

    @api.model
    def _default_survey_id(self):
        """Return the questionnaire that was answered most: the page opens with something to see."""
        answered = (
            Domain("state", "=", "done")
            & Domain("test_entry", "=", False)
            & Domain("survey_id.survey_type", "in", CUSTOMER_TYPES)
            & Domain("crm_invitation_id.company_id", "in", self.env.companies.ids)
        )
        most = self.env["survey.user_input"]._read_group(answered, ["survey_id"], order="__count desc", limit=1)
        return most[0][0] if most else False

    @api.depends("survey_id")
    def _compute_display_name(self):
        for result in self:
            result.display_name = result.survey_id.title or self.env._("Results")

    @api.depends("survey_id", "program_id")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_body(self):
        for result in self:
            result.body = bool(result.survey_id) and self.env["ir.qweb"]._render(
                "crm_survey.result_page", {"result": result, **result._get_results()}
            )

    def _open(self):
        """Return the action that opens these results."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Results"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # -- figures -----------------------------------------------------------------------------------

    def _get_results(self):
        """Return what the page shows: ``questions`` (list of dicts), ``answered``, ``set_aside``."""
        self.ensure_one()
        self.env["survey.user_input.line"].check_access("read")
        self.env.flush_all()
        taken = self._count_respondents()
        counts = self._count_answers()
        numbers = self._count_numbers()
        words = self._read_words()
        questions = []
        for question in self._get_questions():
            programs = [key[0] for key in taken if key[1] == question.id]
            shown = [program for program in programs if taken[program, question.id] >= SCORES_FROM]
            data = {
                "question": question,
                "answers": sum(taken[program, question.id] for program in shown),
                "left_out": len(shown) < len(programs),
            }
            cells = [cell for program in shown for cell in counts.get((program, question.id), ())]
            data.update(self._describe(question, cells, data["answers"]))
            if question.question_type in NUMBERS and shown:
                data["mean"] = _mean([numbers[p, question.id] for p in shown if (p, question.id) in numbers])
            data["words"] = words.get(question.id, [])[:VERBATIMS_SHOWN]
            questions.append(data)
        answered, set_aside = self._count_inputs()
        return {
            "questions": questions,
            "answered": answered,
            "set_aside": set_aside,
        }

    def _get_questions(self):
        questions = self.survey_id.with_context(active_test=False).question_ids
        if self.env.user.has_group("crm_profile.group_restricted"):
            return questions
        return questions.filtered(lambda question: not question.is_restricted)

    def _from(self, *conditions):
        """Return FROM and WHERE of all answers counted here, by the rights of the reader.

        ``_search`` composes the reader's rules; everything else is one statement for any number of answers.
        """
        inputs = self.env["survey.user_input"]._search(
            Domain("survey_id", "=", self.survey_id.id) & Domain("test_entry", "=", False)
            & Domain("quality_state", "!=", "set_aside")
        )
        return SQL(
            """FROM survey_user_input_line l
               JOIN survey_user_input u ON u.id = l.user_input_id
               JOIN crm_survey_invitation i ON i.id = u.crm_invitation_id
               JOIN survey_question q ON q.id = l.question_id
              WHERE u.id IN %(inputs)s AND i.final_disposition IN ('1.1', '1.2')
                AND i.company_id IN %(companies)s AND NOT COALESCE(l.skipped, false)
                AND (%(restricted)s OR NOT COALESCE(q.is_restricted, false))
                AND (%(program)s IS NULL OR i.program_id = %(program)s) %(more)s""",
            inputs=inputs.subselect(),
            companies=tuple(self.env.companies.ids),
            restricted=self.env.user.has_group("crm_profile.group_restricted"),
            program=self.program_id.id or None,
            more=SQL(" ").join(conditions),
        )

    def _count_respondents(self):
        """Return {(program, question): number of respondents}."""
        rows = self.env.execute_query(
            SQL("SELECT i.program_id, l.question_id, count(DISTINCT u.id) %s GROUP BY 1, 2", self._from())
        )
        return {(program, question): number for program, question, number in rows}

    def _count_answers(self):
        """Return {(program, question): [(label, matrix row, scale value, number)]}."""
        rows = self.env.execute_query(
            SQL(
                """SELECT i.program_id, l.question_id, l.suggested_answer_id, l.matrix_row_id, l.value_scale, count(*)
                   %s GROUP BY 1, 2, 3, 4, 5""",
                self._from(SQL("AND l.answer_type IN ('suggestion', 'scale')")),
            )
        )
        found = {}
        for program, question, label, row, value, number in rows:
            found.setdefault((program, question), []).append((label, row, value, number))
        return found

    def _count_numbers(self):
        """Return {(program, question): (sum, number)} of numbers typed in."""
        rows = self.env.execute_query(
            SQL(
                "SELECT i.program_id, l.question_id, sum(l.value_numerical_box), count(*) %s GROUP BY 1, 2",
                self._from(SQL("AND l.answer_type = 'numerical_box'")),
            )
        )
        return {(program, question): (total, number) for program, question, total, number in rows}

    def _read_words(self):
        """Return {question: the latest texts}, of programs in which enough customers wrote something there."""
        rows = self.env.execute_query(
            SQL(
                """SELECT question_id, said FROM (
                       SELECT said.*, row_number() OVER (PARTITION BY question_id ORDER BY id DESC) AS place
                         FROM (SELECT l.question_id, l.id, COALESCE(l.value_text_box, l.value_char_box) AS said,
                                      count(*) OVER (PARTITION BY l.question_id, i.program_id) AS number
                               %s) said
                        WHERE number >= %s) words
                    WHERE place <= %s ORDER BY question_id, place""",
                self._from(SQL("AND l.answer_type IN ('text_box', 'char_box')")),
                VERBATIMS_FROM,
                VERBATIMS_SHOWN,
            )
        )
        found = {}
        for question, said in rows:
            found.setdefault(question, []).append(said)
        return found

    def _count_inputs(self):
        """Return (answers counted, answers set aside)."""
        invited = Domain("crm_invitation_id.final_disposition", "in", ("1.1", "1.2")) & Domain("test_entry", "=", False)
        domain = invited & Domain("survey_id", "=", self.survey_id.id)
        domain &= Domain("crm_invitation_id.company_id", "in", self.env.companies.ids)
        if self.program_id:
            domain &= Domain("crm_invitation_id.program_id", "=", self.program_id.id)
        numbers = dict(self.env["survey.user_input"]._read_group(domain, ["quality_state"], ["__count"]))
        aside = numbers.pop("set_aside", 0)
        return sum(numbers.values()), aside

    # -- words -------------------------------------------------------------------------------------

    def _in_words(self, answered, set_aside):
        """Return how many answers the page is about."""
        if not set_aside:
            return self.env._("%(number)s answers.", number=answered)
        return self.env._(
            "%(number)s answers; %(aside)s doubtful ones are set aside and not counted.",
            number=answered,
            aside=set_aside,
        )

    def _rule_in_words(self):
        """Return from when on something is shown."""
        return self.env._(
            "Figures are shown from %(scores)s answers on, words from %(words)s on.",
            scores=SCORES_FROM,
            words=VERBATIMS_FROM,
        )

    def _number(self, value, digits=0):
        """Return a number as the reader's language writes it."""
        return formatLang(self.env, value, digits=digits)

    def _score_in_words(self, metric, score):
        """Return a score with the name of its measure: NPS +30, CSAT 64 %, CES 5.2; a plain mean has none."""
        if metric == "nps":
            return f"NPS {'+' if score.value > 0 else ''}{self._number(score.value)}"
        if metric == "csat":
            return f"CSAT {self._number(score.value)} %"
        return f"{'CES ' if metric == 'ces' else ''}{self._number(score.value, 1)}"

    def _describe(self, question, cells, answers):
        """Return ``bars`` ((text, number, percent)), ``score`` and ``table`` of one question."""
        result = {"bars": [], "score": None, "table": None}
        if not answers:
            return result
        if question.question_type == "scale":
            counts = {}
            for _label, _row, value, number in cells:
                counts[value] = counts.get(value, 0) + number
            values = range(question.scale_min, question.scale_max + 1)
            result["bars"] = [_bar(str(value), counts.get(value, 0), answers) for value in values]
            scale = SCALES.get(question.metric, (question.scale_min, question.scale_max))
            result["score"] = scores.score_of(question.metric, counts, scale) if counts else None
        elif question.question_type == "matrix":
            result["table"] = self._describe_matrix(question, cells)
        elif question.question_type in CHOICES:
            counts = {}
            for label, _row, _value, number in cells:
                counts[label] = counts.get(label, 0) + number
            result["bars"] = [
                _bar(label.value or "", counts.get(label.id, 0), answers)
                for label in question.suggested_answer_ids
                if label.active or counts.get(label.id)
            ]
        return result

    def _describe_matrix(self, question, cells):
        """Return (columns, [(row, [percent of the row])])."""
        counts = {}
        for label, row, _value, number in cells:
            counts[row, label] = counts.get((row, label), 0) + number
        labels, lines = question.suggested_answer_ids, []
        for row in question.matrix_row_ids:
            total = sum(counts.get((row.id, label.id), 0) for label in labels)
            shares = [round(100 * counts.get((row.id, label.id), 0) / total) if total else 0 for label in labels]
            lines.append((row.value, shares, total))
        return labels.mapped("value"), lines


def _bar(text, number, answers):
    return {"text": text, "number": number, "percent": round(100 * number / answers) if answers else 0}


def _mean(parts):
    total = sum(number for _sum, number in parts)
    return sum(part for part, _number in parts) / total if total else None
