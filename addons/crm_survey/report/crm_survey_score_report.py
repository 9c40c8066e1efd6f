from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from ..domain import scores
from ..domain.metrics import SCALES
from .crm_survey_report_mixin import order_of


class CrmSurveyScoreReport(models.TransientModel):
    """NPS, CSAT and CES with intervals, wave against wave; groups of few are hidden, by subtraction too.

    What is hidden is decided once for a company and a measure, over all cuts this report offers together: another
    choice on the screen shows no more. No pivot reads the answers, so no grouping goes past it.
    """

    _name = "crm.survey.score.report"
    _description = "Survey scores"
    _inherit = "crm.survey.guard.mixin"

    metric = fields.Selection(
        [("nps", "NPS"), ("csat", "CSAT: share of the two best answers"), ("ces", "CES 2.0: mean of 1 to 7")],
        string="Measure",
        default="nps",
        required=True,
    )
    is_census = fields.Boolean(
        string="Everybody was asked",
        help="Those asked are all there are, not a sample: intervals shrink by the finite population correction.",
    )
    line_ids = fields.One2many(
        "crm.survey.score.line", "report_id", compute="_compute_line_ids", store=True, string="Scores"
    )
    answer_count = fields.Integer(string="Answers", compute="_compute_line_ids", store=True)
    set_aside_count = fields.Integer(
        string="Set aside", compute="_compute_line_ids", store=True, help="Doubtful answers that count in no score."
    )
    hidden_count = fields.Integer(string="Groups hidden", compute="_compute_line_ids", store=True)

    @api.depends("company_id", "program_id", "dimension", "period", "metric", "is_census")
    def _compute_line_ids(self):
        for report in self:
            report.env["crm.survey.program"].sudo(False).check_access("read")
            report.env["survey.user_input.line"].sudo(False).check_access("read")
            rows, lines = [], []
            for company in report._get_companies():
                found = report._read_sudo(company)
                rows += [r for r in found if report.program_id.id in (False, r["program_id"])]
                lines += report._prepare_lines(company, [r for r in found if r["quality_state"] != "set_aside"])
            report.set_aside_count = sum(row["quality_state"] == "set_aside" for row in rows)
            report.answer_count = len(rows) - report.set_aside_count
            report.hidden_count = sum(line["hidden"] for line in lines)
            report.line_ids = [Command.clear(), *(Command.create(line) for line in lines)]

    def _read_sudo(self, company):
        """Return a dict for each answer to the measure in this company.

        Sudo: what is hidden depends on all answers; the caller may read answers, and sees sums only.
        """
        query = SQL(
            """SELECT DISTINCT ON (u.id) cases.*, l.value_scale AS value, u.quality_state
                 FROM (%(cases)s) cases
                 JOIN survey_user_input u ON u.id = cases.user_input_id
                 JOIN survey_user_input_line l ON l.user_input_id = u.id
                 JOIN survey_question q ON q.id = l.question_id
                WHERE cases.final_disposition IN ('1.1', '1.2') AND NOT COALESCE(u.test_entry, false)
                  AND q.metric = %(metric)s AND NOT COALESCE(q.is_restricted, false)
                  AND l.answer_type = 'scale' AND NOT COALESCE(l.skipped, false)
             ORDER BY u.id, l.id""",
            cases=self._cases(company),
            metric=self.metric,
        )
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()

    def _asked_sudo(self, company):
        """Return a dict for each invitation (sudo: as for the answers, sums only)."""
        self.env.cr.execute(self._cases(company))
        return self.env.cr.dictfetchall()

    # -- lines ---------------------------------------------------------------------------------------

    def _prepare_lines(self, company, rows):
        """Return the values of the lines of one company."""
        cuts, shown = self._decide(rows)
        asked = self._asked_sudo(company) if self.is_census else []
        wanted = self._wanted(cuts)
        keys = {self._group_of(label)[0] for name in wanted for label in map(cuts[name], rows)}
        names = self._names_of(self.dimension, keys)
        found = {}
        for name in wanted:
            for key, period, cell in self._cells(cuts[name], rows, asked):
                found[key, period] = cell if cell["label"] in shown[name] else None
        lines = []
        for key in sorted({k for k, _p in found if k in names}, key=lambda k: (k is None, names[k])):
            before = None
            for period in sorted({p for k, p in found if k == key}, key=order_of):
                cell = found[key, period]
                lines.append(self._prepare_line(names[key], period, cell, before))
                before = cell
        return lines

    def _cells(self, label_of, rows, asked):
        """Return (key, period, {label, answers by value, population}) of each group this report is about."""
        cells = {}
        for row in rows:
            label = label_of(row)
            if not self._is_wanted(label):
                continue
            cell = cells.setdefault(label, {"label": label, "counts": {}, "population": 0})
            cell["counts"][row["value"]] = cell["counts"].get(row["value"], 0) + 1
        for row in asked:
            if cell := cells.get(label_of(row)):
                cell["population"] += 1
        return [(*self._group_of(label), cell) for label, cell in cells.items()]

    def _prepare_line(self, name, period, cell, before):
        vals = {"name": name, "period": self._name_of_period(period), "hidden": cell is None, "metric": self.metric}
        score = self._score(cell)
        if score is None:
            return {**vals, "note": self.env._("Too few answers to be shown.")}
        vals.update(answers=score.answers, value=score.value, low=score.low, high=score.high)
        change = scores.compare(score, self._score(before))
        if change:
            better = "better" if change.difference > 0 else "worse"
            vals.update(
                difference=change.difference,
                z=max(-99.0, min(99.0, change.z)),
                p_value=change.p,
                verdict=better if change.significant else "same",
            )
        return vals

    def _score(self, cell):
        if not cell:
            return None
        return scores.score_of(self.metric, cell["counts"], SCALES[self.metric], cell["population"] or None)

    def action_graph(self):
        """Open the lines as a graph."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_survey.crm_survey_score_line_action")
        return {**action, "domain": [("report_id", "=", self.id), ("hidden", "=", False)]}
