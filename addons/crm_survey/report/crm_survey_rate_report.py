from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from ..domain import aapor
from .crm_survey_report_mixin import COLUMNS, order_of

COUNTS = ("complete", "partial", "refusal", "non_contact", "other", "unknown", "not_eligible")


class CrmSurveyRateReport(models.TransientModel):
    """Response, cooperation, refusal and contact rates by AAPOR's Standard Definitions."""

    _name = "crm.survey.rate.report"
    _description = "Survey response rates"
    _inherit = "crm.survey.report.mixin"

    line_ids = fields.One2many(
        "crm.survey.rate.line", "report_id", compute="_compute_line_ids", store=True, string="Rates"
    )
    still_open = fields.Integer(
        compute="_compute_line_ids", store=True, help="Invitations without a final outcome: they are in no rate yet."
    )

    @api.depends("company_id", "program_id", "dimension", "period")
    def _compute_line_ids(self):
        for report in self:
            report.env["crm.survey.invitation"].sudo(False).check_access("read")
            groups = {}
            report.still_open = 0
            for key, period, code, number in report._count_sudo():
                if code:
                    codes = groups.setdefault((key, period), {})
                    codes[code] = codes.get(code, 0) + number
                else:
                    report.still_open += number
            names = report._names_of(report.dimension, {key for key, _period in groups})
            lines = [
                report._prepare_line(names[key], period, codes)
                for (key, period), codes in sorted(
                    groups.items(), key=lambda g: (g[0][0] is None, names.get(g[0][0], ""), order_of(g[0][1]))
                )
                if key in names
            ]
            report.line_ids = [Command.clear(), *(Command.create(line) for line in lines)]

    def _count_sudo(self):
        """Return (group, period, final code, number of invitations).

        Sudo: numbers only, of companies the user works in; the caller may read invitations.
        """
        key = SQL("NULL::int")
        if self.dimension in COLUMNS:
            key = SQL.identifier("cases", COLUMNS[self.dimension][1])
        period = SQL.identifier("cases", self.period) if self.period in ("wave", "quarter") else SQL("NULL::text")
        by_segment = self.dimension == "segment"
        return self.env.execute_query(
            SQL(
                """SELECT %(key)s, %(period)s, cases.final_disposition, count(*)
                     FROM (%(cases)s) cases
                     %(segments)s
                    WHERE %(program)s IS NULL OR cases.program_id = %(program)s
                 GROUP BY 1, 2, 3""",
                key=SQL("member.segment_id") if by_segment else key,
                period=period,
                cases=self._cases(self._get_companies()),
                segments=SQL("CROSS JOIN LATERAL unnest(cases.segment_ids) AS member (segment_id)")
                if by_segment
                else SQL(),
                program=self.program_id.id or None,
            )
        )

    def _prepare_line(self, name, period, codes):
        counts = aapor.count_codes(codes)
        rates = aapor.rates(counts)
        return {
            "name": name,
            "period": self._name_of_period(period),
            "asked": sum(codes.values()),
            **{key: getattr(counts, key) for key in COUNTS},
            **{key.lower(): (rates[key] or 0.0) for key in rates},
            "known": counts.eligible + counts.unknown > 0,
        }

    def action_graph(self):
        """Open the lines as a graph."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_survey.crm_survey_rate_line_action")
        return {**action, "domain": [("report_id", "=", self.id), ("known", "=", True)]}
