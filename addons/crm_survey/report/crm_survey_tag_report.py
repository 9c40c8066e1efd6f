from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from ..domain import aapor, scores
from .crm_survey_report_mixin import order_of


class CrmSurveyTagReport(models.TransientModel):
    """How many customers spoke of what, by stage, class …; groups of few are hidden."""

    _name = "crm.survey.tag.report"
    _description = "What customers speak of"
    _inherit = "crm.survey.guard.mixin"

    dimension = fields.Selection(default="none")
    line_ids = fields.One2many("crm.survey.tag.line", "report_id", compute="_compute_line_ids", store=True)
    coded_count = fields.Integer(string="Customers coded", compute="_compute_line_ids", store=True)
    waiting_count = fields.Integer(
        string="Not coded yet", compute="_compute_line_ids", store=True, help="Customers whose words have no code yet."
    )

    @api.depends("company_id", "program_id", "dimension", "period")
    def _compute_line_ids(self):
        for report in self:
            report.env["survey.user_input.line"].sudo(False).check_access("read")
            lines, coded, waiting = [], 0, 0
            for company in report._get_companies():
                rows = report._read_sudo(company)
                mine = [r for r in rows if not report.program_id or r["program_id"] == report.program_id.id]
                coded += sum(bool(row["tags"]) for row in mine)
                waiting += sum(not row["tags"] for row in mine)
                lines += report._prepare_lines([row for row in rows if row["tags"]])
            report.coded_count, report.waiting_count = coded, waiting
            report.line_ids = [Command.clear(), *(Command.create(line) for line in lines)]

    def _read_sudo(self, company):
        """Return a dict for each customer who wrote something and is done, with the codes it got.

        Sudo: what is hidden depends on all answers; the caller may read answers, and sees sums only.
        """
        self.env.cr.execute(
            SQL(
                """SELECT cases.*, said.tags
                     FROM (%(cases)s) cases
                     JOIN (SELECT l.user_input_id,
                                  array_remove(array_agg(DISTINCT rel.tag_id), NULL) AS tags
                             FROM survey_user_input_line l
                             JOIN survey_user_input u ON u.id = l.user_input_id
                             JOIN survey_question q ON q.id = l.question_id
                        LEFT JOIN crm_survey_tag_line_rel rel ON rel.line_id = l.id
                            WHERE l.answer_type IN ('text_box', 'char_box') AND NOT COALESCE(l.skipped, false)
                              AND NOT COALESCE(u.test_entry, false) AND u.quality_state IS DISTINCT FROM 'set_aside'
                              AND NOT COALESCE(q.is_restricted, false)
                         GROUP BY 1) said ON said.user_input_id = cases.user_input_id
                    WHERE cases.final_disposition IN %(finished)s""",
                finished=aapor.FINISHED,
                cases=self._cases(company),
            )
        )
        return self.env.cr.dictfetchall()

    def _prepare_lines(self, rows):
        """Return the values of the lines: of each group the codes, the most frequent first."""
        cuts, shown = self._decide(rows)
        groups = {}
        for name in self._wanted(cuts):
            for row in rows:
                label = cuts[name](row)
                if self._is_wanted(label):
                    groups.setdefault((self._group_of(label), label in shown[name]), []).append(row["tags"])
        names = self._names_of(self.dimension, {key for (key, _period), _shown in groups})
        tags = {tag.id: tag for tag in self.env["crm.survey.tag"].with_context(active_test=False).search([])}
        lines = []
        for ((key, period), is_shown), said in sorted(
            groups.items(), key=lambda g: (g[0][0][0] is None, names.get(g[0][0][0], ""), order_of(g[0][0][1]))
        ):
            if key in names:
                vals = {"name": names[key], "period": self._name_of_period(period), "hidden": not is_shown}
                few = {**vals, "note": self.env._("Too few answers to be shown.")}
                lines += self._prepare_group(vals, said, tags) if is_shown else [few]
        return lines

    def _prepare_group(self, vals, said, tags):
        counts = {}
        for group in said:
            for tag in group:
                counts[tag] = counts.get(tag, 0) + 1
        lines = []
        for tag in sorted(counts, key=lambda tag: (-counts[tag], tags[tag].name)):
            share = scores.share(counts[tag], len(said))
            lines.append(
                {
                    **vals,
                    "tag_id": tag,
                    "customers": counts[tag],
                    "answers": len(said),
                    "share": share.value / 100,
                    "low": share.low / 100,
                    "high": share.high / 100,
                }
            )
        return lines

    def action_graph(self):
        """Open the lines as a graph."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_survey.crm_survey_tag_line_action")
        return {**action, "domain": [("report_id", "=", self.id), ("hidden", "=", False)]}
