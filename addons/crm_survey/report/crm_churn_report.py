from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date

from ..domain.suppression import SCORES_FROM, VERBATIMS_FROM

QUOTES = 6
CHANCES = ("high", "medium", "low", "none")


class CrmChurnReport(models.TransientModel):
    """Why customers left, what it cost, where they went, and where we see it otherwise: on paper and on screen.

    It counts the interviews its reader may read, no others: its days are chosen at will, so sums of everybody would
    tell of a single customer of a colleague's.
    """

    _name = "crm.churn.report"
    _description = "Churn report"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="Ended from",
        required=True,
        default=lambda self: fields.Date.context_today(self) - relativedelta(years=1) + relativedelta(days=1),
    )
    date_to = fields.Date(string="Until", required=True, default=fields.Date.context_today)
    body = fields.Html(compute="_compute_body", sanitize=False, string="Report")

    @api.depends("date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._(
                "Churn %(first)s – %(last)s",
                first=format_date(self.env, report.date_from),
                last=format_date(self.env, report.date_to),
            )

    @api.depends("company_id", "date_from", "date_to")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_body(self):
        for report in self:
            ready = bool(report.company_id and report.date_from and report.date_to)
            report.body = ready and self.env["ir.qweb"]._render("crm_survey.churn_report_body", {"doc": report})

    # -- actions -------------------------------------------------------------------------------------

    def action_print(self):
        """Print the report."""
        self.ensure_one()
        return self.env.ref("crm_survey.crm_churn_report_report").report_action(self)

    def action_interviews(self):
        """Open the interviews the report counts, by reason."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_survey.crm_churn_interview_action_report")
        return {**action, "domain": list(self._get_domain()), "context": {}}

    def _get_domain(self):
        """Return a fresh domain of the interviews in the report."""
        self.ensure_one()
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("ended_on", ">=", self.date_from)
            & Domain("ended_on", "<=", self.date_to)
        )

    def _get_interviews(self):
        """Return the model of interviews, with the reader's rights.

        :raises AccessError: for another company
        """
        self.ensure_one()
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("The report is about one of your companies."))
        return self.env["crm.churn.interview"].sudo(False)

    def _is_partial(self):
        """Whether the reader sees the interviews of some customers only."""
        user = self.env.user
        everything = ("crm_survey.group_manager", "sales_team.group_sale_salesman_all_leads")
        return not any(map(user.has_group, everything))

    # -- figures: a fixed number of queries, whatever the number of interviews -----------------------

    @api.model
    def _lost(self):
        """Return the fields that say what was lost: the last twelve months and, where known, what was expected."""
        names = self.env["crm.churn.interview"]._fields
        return [name for name in ("value_lost", "value_expected") if name in names]

    def _read(self, groupby, domain=None):
        domain = self._get_domain() & (domain or Domain.TRUE)
        return self._get_interviews()._read_group(
            domain, groupby, ["__count", *(f"{name}:sum" for name in self._lost())]
        )

    def _get_figures(self):
        """Return the figures at the head of the report; shares are ``None`` below five answers."""
        ((ended, *lost),) = self._read([])
        ((answered, *_lost),) = self._read([], Domain("state", "=", "done"))
        named = Domain("primary_reason_id", "!=", False)
        ((reasons, value, *_more),) = self._read([], named)
        ((ours, ours_value, *_more),) = self._read([], named & Domain("controllable", "=", True))
        agreement = {key: row[0] for key, *row in self._read(["agreement"])}
        both = agreement.get("same", 0) + agreement.get("different", 0)
        enough = reasons >= SCORES_FROM
        return {
            "ended": ended,
            "lost": lost[0] or 0.0,
            "expected": lost[1] or 0.0 if len(lost) > 1 else None,
            "answered": answered,
            "reasons": reasons,
            "controllable": round(100 * ours / reasons) if enough else None,
            "controllable_value": round(100 * ours_value / value) if enough and value else None,
            "both": both,
            "disagree": round(100 * agreement.get("different", 0) / both) if both >= SCORES_FROM else None,
        }

    def _too_few_in_words(self):
        return self.env._("shown from %(number)s reasons on", number=SCORES_FROM)

    def _get_reasons(self):
        """Return a row for each reason the customers named, the dearest first."""
        rows = [
            {"name": reason.name, "count": count, "lost": lost or 0.0, "ours": 0}
            for reason, count, lost, *_more in self._read(["primary_reason_id"])
            if reason
        ]
        ours = {reason.name: count for reason, count, *_l in self._read(
            ["primary_reason_id"], Domain("controllable", "=", True)
        ) if reason}
        most = max((row["lost"] for row in rows), default=0.0) or 1.0
        for row in rows:
            row["ours"] = ours.get(row["name"], 0)
            row["width"] = max(0, round(100 * row["lost"] / most))
        return sorted(rows, key=lambda row: (-row["lost"], -row["count"], row["name"]))

    def _get_competitors(self):
        """Return a row for each competitor customers went to, with the most frequent reason; of equals the dearest."""
        totals = {}
        for competitor, reason, count, lost, *_more in self._read(["competitor_id", "primary_reason_id"]):
            if competitor:
                row = totals.setdefault(competitor, {"name": competitor.name, "count": 0, "lost": 0.0, "why": {}})
                row["count"] += count
                row["lost"] += lost or 0.0
                row["why"][reason.name or "–"] = (count, lost or 0.0)
        for row in totals.values():
            row["reason"] = max(sorted(row["why"]), key=row["why"].get)
        return sorted(totals.values(), key=lambda row: (-row["lost"], -row["count"], row["name"]))[:8]

    def _get_disagreements(self):
        """Return (said by the customer, believed by us, interviews, value lost) where they differ, the most first."""
        rows = self._read(["primary_reason_id", "salesperson_reason_id"], Domain("agreement", "=", "different"))
        rows = [(said.name, believed.name, count, lost or 0.0) for said, believed, count, lost, *_more in rows]
        return sorted(rows, key=lambda row: (-row[2], -row[3], row[0]))[:8]

    def _get_chances(self):
        """Return (chance in words, interviews, value) of winning the customers back, the best first."""
        found = {chance: row for chance, *row in self._read(["win_back_chance"])}
        words = dict(self.env["crm.churn.interview"]._fields["win_back_chance"]._description_selection(self.env))
        return [(words[key], found[key][0], found[key][1] or 0.0) for key in CHANCES if key in found]

    def _get_quotes(self):
        """Return what customers said, without a name; nothing below eight who said something."""
        Interview = self._get_interviews()
        domain = self._get_domain() & Domain("customer_note", "!=", False)
        if Interview.search_count(domain, limit=VERBATIMS_FROM) < VERBATIMS_FROM:
            return []
        return [
            {"text": interview.customer_note, "reason": interview.primary_reason_id.name}
            for interview in Interview.search(domain, order="value_lost desc, id", limit=QUOTES)
        ]
