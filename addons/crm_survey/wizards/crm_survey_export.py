import base64
import csv
import io
from urllib.parse import quote

import xlsxwriter
from odoo import fields, models
from odoo.addons.crm_profile.domain import masks
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain.names import CUSTOMER_TYPES
from ..domain.suppression import SCORES_FROM, VERBATIMS_FROM

HEAD = (
    "input", "program", "wave", "aapor", "quality", "lang", "asked_on", "started_on", "ended_on", "interviewer",
    "customer_code", "customer", "email",
)
TEXTS = ("text_box", "char_box")
CHOICES = ("simple_choice", "multiple_choice")


class CrmSurveyExport(models.TransientModel):
    """The answers to one questionnaire as a table for statistics: a row for each participation, codes for words.

    A question too few of a program's customers answered stays empty; names, addresses and words are masked for those
    who may not export personal data, restricted questions left out for those who may not see them.
    """

    _name = "crm.survey.export"
    _description = "Export of survey answers"

    survey_id = fields.Many2one("survey.survey", required=True, domain=[("survey_type", "in", CUSTOMER_TYPES)])
    program_id = fields.Many2one(
        "crm.survey.program",
        domain="[('invitation_ids.survey_id', '=', survey_id)]",
        context={"active_test": False},
        help="Empty: all programs of your companies.",
    )
    file_format = fields.Selection(
        [("xlsx", "Excel (XLSX), with a list of the codes"), ("csv", "CSV")], default="xlsx", required=True
    )
    file = fields.Binary(readonly=True, attachment=False)
    filename = fields.Char(readonly=True)

    def action_export(self):
        """Make the file and hand it over."""
        self.ensure_one()
        if not self.env.user.has_group("crm_survey.group_manager"):
            raise AccessError(self.env._("Only administrators of customer surveys export answers."))
        header, rows = self._get_table()
        content = self._to_xlsx(header, rows) if self.file_format == "xlsx" else self._to_csv(header, rows)
        self._note_restricted()
        name = self.survey_id.title.replace("/", "-")
        self.write({"file": base64.b64encode(content), "filename": f"{name}.{self.file_format}"})
        return {
            "type": "ir.actions.act_url",
            "target": "self",
            "url": f"/web/content/{self._name}/{self.id}/file/{quote(self.filename)}?download=true",
        }

    # -- the table: three statements, whatever the number of answers ----------------------------------

    def _get_table(self):
        """Return (header, rows); everything is plain text or a number, no cell can be taken for a formula."""
        questions = self._get_questions()
        columns = [column for question in questions for column in self._get_columns(question)]
        places = {column: place for place, (column, _name) in enumerate(columns)}
        plain = self.env.user.has_group("crm_profile.group_export")
        inputs = self._read_inputs()
        cells, taken = self._read_cells(questions, places)
        kinds = {question.id: question.question_type for question in questions}
        rows = []
        for head in inputs:
            program = head[1]
            row = [head[0], *self._to_head(head, plain)]
            answers = [None] * len(columns)
            said = cells.get(head[0], {})
            many = {question for question, part in said if kinds[question] == "multiple_choice" and part != "comment"}
            for question, part in places:
                words = part == "comment" or kinds[question] in TEXTS
                if taken.get((program, question), 0) < (VERBATIMS_FROM if words else SCORES_FROM):
                    continue
                value = said.get((question, part), 0 if question in many and part != "comment" else None)
                answers[places[question, part]] = masks.text(value) if words and value and not plain else value
            rows.append([masks.defused(_flat(value)) for value in row + answers])
        return [*HEAD, *(masks.defused(name) for _column, name in columns)], rows

    def _get_questions(self):
        questions = self.survey_id.with_context(active_test=False).question_ids.sorted("sequence")
        if self.env.user.has_group("crm_profile.group_restricted"):
            return questions
        return questions.filtered(lambda question: not question.is_restricted)

    @staticmethod
    def _get_columns(question):
        """Return [((question id, part), name)]: a column for each answer, each label of many, each row of a matrix."""
        code = question.code or str(question.id)
        if question.question_type == "matrix":
            parts = [((question.id, row.id), f"{code}:{row.code}") for row in question.matrix_row_ids]
        elif question.question_type == "multiple_choice":
            parts = [((question.id, label.id), f"{code}:{label.code}") for label in question.suggested_answer_ids]
        else:
            parts = [((question.id, None), code)]
        if question.comments_allowed and question.question_type in (*CHOICES, "matrix"):
            parts.append(((question.id, "comment"), f"{code}:comment"))
        return parts

    def _get_domain(self):
        """Return a fresh domain of the participations exported."""
        domain = Domain("survey_id", "=", self.survey_id.id) & Domain("test_entry", "=", False)
        domain &= Domain("crm_invitation_id.company_id", "in", self.env.companies.ids)
        if self.program_id:
            domain &= Domain("crm_invitation_id.program_id", "=", self.program_id.id)
        return domain

    def _read_inputs(self):
        """Return what is told of each participation, in the order of ``HEAD`` with the program's id in second place."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """SELECT u.id, i.program_id, i.wave, i.final_disposition, u.quality_state, lang.code,
                          i.sent_on, u.start_datetime, u.end_datetime, u.interviewer_id IS NOT NULL,
                          p.ref, p.name, p.email
                     FROM survey_user_input u
                     JOIN crm_survey_invitation i ON i.id = u.crm_invitation_id
                     JOIN res_partner p ON p.id = i.partner_id
                LEFT JOIN res_lang lang ON lang.id = u.lang_id
                    WHERE u.id IN %s ORDER BY u.id""",
                self.env["survey.user_input"]._search(self._get_domain()).subselect(),
            )
        )

    def _to_head(self, head, plain):
        program = self.env["crm.survey.program"].browse(head[1]).name
        code, name, email = head[10:13]
        if not plain:
            code, name, email = masks.text(code or ""), masks.text(name or ""), masks.email(email or "")
        return [program, *head[2:9], "yes" if head[9] else "no", code, name, email]

    def _read_cells(self, questions, places):
        """Return ({input: {(question, part): value}}, {(program, question): respondents})."""
        rows = self.env.execute_query(
            SQL(
                """SELECT u.id, i.program_id, l.question_id, q.question_type, l.answer_type, l.suggested_answer_id,
                          l.matrix_row_id, a.code, l.value_scale, l.value_numerical_box, l.value_date,
                          l.value_datetime, l.value_char_box, l.value_text_box
                     FROM survey_user_input_line l
                     JOIN survey_user_input u ON u.id = l.user_input_id
                     JOIN crm_survey_invitation i ON i.id = u.crm_invitation_id
                     JOIN survey_question q ON q.id = l.question_id
                LEFT JOIN survey_question_answer a ON a.id = l.suggested_answer_id
                    WHERE u.id IN %s AND l.question_id IN %s AND NOT COALESCE(l.skipped, false)""",
                self.env["survey.user_input"]._search(self._get_domain()).subselect(),
                tuple(questions.ids) or (0,),
            )
        )
        cells, people = {}, {}
        for input_id, program, question, kind, answer, label, row, code, *values in rows:
            people.setdefault((program, question), set()).add(input_id)
            part, value = _part(kind, answer, label, row, code, values)
            if (question, part) in places:
                cells.setdefault(input_id, {})[question, part] = value
        return cells, {key: len(inputs) for key, inputs in people.items()}

    def _note_restricted(self):
        """Restricted facts that leave the house are noted in the read log."""
        attributes = self._get_questions().filtered("is_restricted").target_attribute_id
        if attributes:
            self.env["crm.profile.access.log"]._note_summary_sudo(
                Domain("attribute_id", "in", attributes.ids), how="export"
            )

    # -- files ---------------------------------------------------------------------------------------

    @staticmethod
    def _to_csv(header, rows):
        out = io.StringIO(newline="")
        csv.writer(out).writerows([header, *rows])
        return out.getvalue().encode("utf-8-sig")

    def _to_xlsx(self, header, rows):
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        for name, lines in (
            (self.env._("Answers"), [header, *rows]), (self.env._("Codes"), self._get_code_book())
        ):
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            for place, line in enumerate(lines):
                sheet.write_row(place, 0, line, book.formats[0])
        book.close()
        return out.getvalue()

    def _get_code_book(self):
        """Return rows that say what the codes mean, in the reader's language."""
        rows = [
            [
                self.env._("Question"),
                self.env._("Code"),
                self.env._("Kind"),
                self.env._("Label or row"),
                self.env._("Label code"),
            ]
        ]
        kinds = dict(self.env["survey.question"]._fields["question_type"]._description_selection(self.env))
        for question in self._get_questions():
            head = [question.title, question.code or "", kinds.get(question.question_type, "")]
            labels = question.suggested_answer_ids + question.matrix_row_ids
            rows += [[*head, label.value or "", label.code or ""] for label in labels] or [[*head, "", ""]]
        return [[masks.defused(cell) for cell in row] for row in rows]


def _part(kind, answer, label, row, code, values):
    """Return (part of the question, value) of one answer line."""
    scale, number, day, moment, char, text = values
    if kind == "matrix" and answer == "suggestion":
        return row, code
    if kind == "multiple_choice" and answer == "suggestion":
        return label, 1
    if answer == "char_box" and kind in (*CHOICES, "matrix"):
        return "comment", char
    found = {"suggestion": code, "scale": scale, "numerical_box": number, "date": day, "datetime": moment}
    return None, found.get(answer, text or char)


def _flat(value):
    """A date as text; everything else as it is."""
    return str(value) if hasattr(value, "isoformat") else value
