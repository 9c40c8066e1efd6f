import logging
import math
import time
from datetime import date

import numpy as np
from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..domain import backtest as judge
from ..domain import season
from ..engine.as_of import scopes
from ..engine.facts import FactReader

_logger = logging.getLogger(__name__)
AT_ONCE = 100_000
MONTHS = 24


class CrmLifecycleBacktest(models.Model):
    """Was it right? A policy's flags of past months against what happened, beside a calibrated plain gap."""

    _name = "crm.lifecycle.backtest"
    _description = "Was It Right?"
    _order = "as_of desc, id desc"

    policy_id = fields.Many2one(
        "crm.lifecycle.policy", required=True, ondelete="cascade", index=True, string="Rules", readonly=True
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    customer_kind = fields.Selection(related="policy_id.customer_kind", store=True)
    as_of = fields.Date(required=True, readonly=True)
    policy_version = fields.Integer(readonly=True)
    horizon_weeks = fields.Integer(readonly=True)
    probability_cut = fields.Float(string="Quiet below", digits=(4, 3), readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed")],
        default="waiting",
        required=True,
        readonly=True,
    )
    error = fields.Text(string="What Failed", readonly=True)
    seconds = fields.Float(digits=(10, 2), readonly=True)
    month_ids = fields.One2many("crm.lifecycle.backtest.month", "backtest_id", readonly=True)
    cut_ids = fields.One2many("crm.lifecycle.backtest.cut", "backtest_id", readonly=True)
    season_ids = fields.One2many("crm.lifecycle.backtest.season", "backtest_id", readonly=True)
    flags = fields.Integer(string="Flagged", readonly=True)
    gone = fields.Integer(string="Right", readonly=True)
    back = fields.Integer(string="False Alarms", readonly=True)
    precision = fields.Float(readonly=True, help="Share of the flags that were right.")
    gap_precision = fields.Float(string="Precision of the Gap", readonly=True)
    auc = fields.Float(string="Ranking", digits=(5, 4), readonly=True)
    gap_auc = fields.Float(string="Ranking of the Gap", digits=(5, 4), readonly=True)
    brier = fields.Float(string="Error", digits=(5, 4), readonly=True)
    gap_brier = fields.Float(string="Error of the Gap", digits=(5, 4), readonly=True)
    verdict = fields.Text(compute="_compute_verdict", string="In Words")
    season_note = fields.Text(compute="_compute_verdict")

    @api.depends("policy_id", "as_of")
    def _compute_display_name(self):
        for backtest in self:
            backtest.display_name = f"{backtest.policy_id.name} · {format_date(self.env, backtest.as_of)}"

    @api.depends("state", "flags", "gone", "season_ids")
    @api.depends_context("lang")
    def _compute_verdict(self):
        for backtest in self:
            backtest.verdict = backtest._verdict()
            low = backtest.season_ids.filtered("is_low")
            names = ", ".join(f"{line.name} ({round((line.factor - 1) * 100)} %)" for line in low)
            backtest.season_note = names and self.env._(
                "Fewer purchases than usual: %(months)s. Who turns quiet then may only follow the season.", months=names
            )

    def _verdict(self):
        """Return what was found, in words a manager understands."""
        env = self.env
        if self.state == "waiting":
            return env._("Waits to be judged: with this many customers it takes a few minutes.")
        if self.state != "done":
            return False
        if not self.month_ids:
            return env._(
                "There is too little history: only flags at least %(weeks)s weeks old can be judged.",
                weeks=self.horizon_weeks,
            )
        if not self.flags:
            return env._("No customer turned quiet in the months that can be judged.")
        percent = {"right": round(100 * self.precision), "gap": round(100 * self.gap_precision)}
        words = env._(
            "Of %(flags)s customers called quiet, %(gone)s (%(right)s %%) did not buy within %(weeks)s weeks; %(back)s "
            "did: false alarms. The plain gap would have been right in %(gap)s %%.",
            flags=formatLang(env, self.flags, digits=0),
            gone=formatLang(env, self.gone, digits=0),
            back=formatLang(env, self.back, digits=0),
            weeks=self.horizon_weeks,
            **percent,
        )
        if self.auc and self.gap_auc:
            better = self.auc >= self.gap_auc
            words += "\n" + (
                env._("The forecast ranks customers better than the plain gap does.")
                if better
                else env._("The plain gap ranks customers better than the forecast: a longer horizon may help.")
            )
        elif "mbg" not in self.month_ids.mapped("method"):
            words += "\n" + env._(
                "It decided in all these months: a forecast needs twice its horizon of history and 500 customers."
            )
        return words

    @api.model
    def _season_name(self, number):
        """Return the name of a month of the year, or of the weeks after Tết."""
        if number > 12:
            return self.env._("The weeks after Tết")
        return format_date(self.env, date(2024, number, 1), date_format="MMMM")

    @api.model
    def _seasons_sudo(self, companies):
        """Return ``{(company id, kind): {month or 13: factor}}`` of the latest report of each policy."""
        # As superuser: that sales are slow in a month is said to whoever may read the stage.
        reports = self.sudo().search([("company_id", "in", companies.ids), ("state", "=", "done")], limit=50)
        found = {}
        for report in reports:
            factors = {line.sequence: line.factor for line in report.season_ids}
            found.setdefault((report.company_id.id, report.customer_kind), factors)
        return found

    def action_run_now(self):
        """Judge the policies of the current company; many purchases are left to the job."""
        self.env["crm.lifecycle.policy"].check_access("write")
        found = self._run_now_sudo(self.env.company)
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_lifecycle_backtest_action")
        action["target"] = "main"  # the list from which it was asked is no station on the way back
        if len(found) == 1:
            action.update(views=[(False, "form")], res_id=found.id)
        return action

    @api.model
    def _run_now_sudo(self, company):
        # As superuser: flags are judged by all purchases, whoever may read them; only managers come here.
        model = self.sudo()
        waiting = model._request(company)
        model.env.cr.execute("SELECT count(*) FROM crm_lifecycle_status WHERE company_id = %s", [company.id])
        if model.env.cr.fetchone()[0] <= AT_ONCE / 5:
            for backtest in waiting:
                backtest._judge()
        else:
            model.env.ref("crm_lifecycle.ir_cron_backtest")._trigger()
        return waiting

    @api.model
    def _request(self, company):
        """Return a waiting backtest for each policy of ``company`` that has customers."""
        policies = self.env["crm.lifecycle.policy"]._ensure(company)
        waiting = self.search([("policy_id", "in", policies.ids), ("state", "=", "waiting")])
        today = company._lifecycle_today()
        return waiting | self.create(
            [{"policy_id": policy.id, "as_of": today} for policy in policies - waiting.policy_id]
        )

    @api.model
    def _cron_backtest(self):
        """Once a month for every company, and what was asked for; each backtest is committed by itself."""
        for company in self.env["res.company"].search([("active", "=", True)]):
            first = company._lifecycle_today().replace(day=1)
            if not self.search_count([("company_id", "=", company.id), ("as_of", ">=", first)], limit=1):
                self._request(company)
        waiting = self.search([("state", "=", "waiting")], order="id")
        for index, backtest in enumerate(waiting):
            try:
                with self.env.cr.savepoint():
                    backtest._judge()
            except Exception as error:  # kept on the record for a person to see; the others go on
                _logger.exception("backtest %s failed", backtest.id)
                backtest.write({"state": "failed", "error": str(error)})
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(waiting) - index - 1):
                return

    def _judge(self):
        """Judge the flags of the past months and keep the report."""
        self.ensure_one()
        begun = time.monotonic()
        policy = self.policy_id
        purchases = self._purchases()
        months = judge.backtest(purchases, policy._rules(), self.as_of, MONTHS)
        self.write(
            {
                "state": "done",
                "policy_version": policy.version,
                "horizon_weeks": policy.horizon_weeks,
                "probability_cut": policy.probability_cut,
                "month_ids": [(5,)] + [(0, 0, _month_vals(month)) for month in months],
                "cut_ids": [(5,)] + [(0, 0, vals) for vals in _cut_vals(months, policy.probability_cut)],
                "season_ids": [(5,)] + [(0, 0, vals) for vals in _season_vals(purchases.day)],
                **_totals(months),
                "seconds": time.monotonic() - begun,
            }
        )
        old = self.search([("policy_id", "=", policy.id), ("as_of", "<", self.as_of - relativedelta(years=2))])
        old.unlink()

    def _purchases(self):
        """Return the ``Purchases`` of all customers of the policy, range by range of customers."""
        policy = self.policy_id
        policies = {int(one.customer_kind == "company"): one for one in policy._ensure(policy.company_id)}
        kind = int(policy.customer_kind == "company")
        self.env.flush_all()
        reader = FactReader(self.env, policy.company_id, policies, self.as_of)
        partners, days = [], []
        for scope in scopes(self.env):
            partner, day = reader.purchase_days(scope, kind)
            partners.append(partner)
            days.append(day)
        _known, customer = np.unique(np.concatenate(partners), return_inverse=True)
        return judge.Purchases(customer, np.concatenate(days))


def _number(value):
    """Return ``value`` for a column: 0 for what could not be measured."""
    return 0.0 if math.isnan(value) else value


def _month_vals(month):
    names = ("auc", "auc_repeat", "brier", "gap_auc", "gap_auc_repeat", "gap_brier")
    return {
        "day": month.day,
        "customers": month.customers,
        "method": month.method,
        "flags": month.flags,
        "gone": month.gone,
        "back": month.back,
        "gap_flags": month.gap_flags,
        "gap_gone": month.gap_gone,
        **{name: _number(getattr(month, name)) for name in names},
    }


def _cut_vals(months, current):
    """Return the values of the cuts: sums over the months that have them."""
    judged = [month.cuts for month in months if month.cuts]
    nearest = min(judge.CUTS, key=lambda cut: abs(cut - current))
    for cut in judge.CUTS if judged else ():
        flags, gone, all_gone = (sum(cuts[cut][index] for cuts in judged) for index in range(3))
        yield {
            "cut": cut,
            "flags": flags / len(judged),
            "back": (flags - gone) / len(judged),
            "precision": gone / flags if flags else 0.0,
            "recall": gone / all_gone if all_gone else 0.0,
            "is_current": cut == nearest,
        }


def _season_vals(days):
    """Return the values of the months of the year, and of the weeks after Tết."""
    factors = season.month_factors(days)
    tet = season.tet_factor(days)
    if tet is not None:
        factors = {**factors, 13: tet}
    return [
        {"sequence": number, "factor": factor, "is_low": factor < season.LOW} for number, factor in factors.items()
    ]


def _totals(months):
    """Return the figures over all months: sums of the flags, means of the measures weighted by customers."""
    flags, gone, gap_flags, gap_gone = (
        sum(getattr(month, name) for month in months) for name in ("flags", "gone", "gap_flags", "gap_gone")
    )
    vals = {
        "flags": flags,
        "gone": gone,
        "back": flags - gone,
        "precision": gone / flags if flags else 0.0,
        "gap_precision": gap_gone / gap_flags if gap_flags else 0.0,
    }
    both = [month for month in months if not math.isnan(month.brier) and not math.isnan(month.gap_brier)]
    for name in ("auc", "brier", "gap_auc", "gap_brier"):
        pairs = [(getattr(month, name), month.customers) for month in both if not math.isnan(getattr(month, name))]
        vals[name] = sum(v * n for v, n in pairs) / sum(n for _v, n in pairs) if pairs else 0.0
    return vals
