import logging
import time
from collections import Counter
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.addons.crm_contact_policy.tools import repeat_disturbed
from odoo.tools import SQL
from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from ..engine import runner
from ..engine.first_fill import build_indexes, put_off_indexes
from ..engine.runner import CONCURRENT, RETRIES, Runner
from .crm_lifecycle_run_summary import render_summary

_logger = logging.getLogger(__name__)
REFRESH_BATCH = 1000
FULL_EVERY = 7


class CrmLifecycleRun(models.Model):
    """One pass of the engine over a company's customers: what was looked at and what changed."""

    _name = "crm.lifecycle.run"
    _description = "Lifecycle Run"
    _order = "started_at desc, id desc"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    as_of = fields.Date(required=True, help="The day the stages were decided for.")
    kind = fields.Selection(
        [("full", "Everyone"), ("daily", "Those who are due"), ("refresh", "Some customers")], required=True
    )
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("failed", "Failed")], required=True, default="running"
    )
    is_first = fields.Boolean(
        string="First Fill", help="The first fill: its transitions start no program, activity or message."
    )
    started_at = fields.Datetime(required=True, default=fields.Datetime.now)
    recorded_at = fields.Datetime(help="The moment written on its transitions, when it is not the moment of the run.")
    seconds = fields.Float(digits=(10, 2))
    customers = fields.Integer(string="Looked at")
    created = fields.Integer(string="New Rows")
    updated = fields.Integer(string="Changed Rows")
    deleted = fields.Integer(string="Removed Rows")
    moved = fields.Integer(string="Changes of Stage")
    fit_ids = fields.Many2many("crm.lifecycle.fit", string="Fits")
    range_ids = fields.One2many("crm.lifecycle.run.range", "run_id", string="Parts")
    progress = fields.Float(compute="_compute_progress", help="Percent of the parts that are done.")
    note = fields.Text(help="What should be known about the facts of this run.")
    error = fields.Text()
    transition_ids = fields.One2many("crm.lifecycle.transition", "run_id", string="Transitions")
    moves = fields.Json(help="Changes of stage, counted by from and to.")
    summary = fields.Html(string="What Happened", compute="_compute_summary", sanitize=False)

    _company_as_of_idx = models.Index("(company_id, as_of)")
    _one_full_run_idx = models.UniqueIndex(
        "(company_id, as_of) WHERE kind = 'full' AND state = 'running'", "This run is under way already."
    )

    @api.depends("as_of", "company_id")
    def _compute_display_name(self):
        for run in self:
            run.display_name = f"{run.company_id.name} · {fields.Date.to_string(run.as_of)}"

    @api.depends("range_ids.done", "state")
    def _compute_progress(self):
        for run in self:
            parts = run.range_ids
            share = len(parts.filtered("done")) / len(parts) if parts else 0.0
            run.progress = 100.0 if run.state == "done" else 100.0 * share

    @api.depends("moves", "fit_ids", "state", "customers")
    @api.depends_context("lang")
    def _compute_summary(self):
        for run in self:
            run.summary = render_summary(run)

    def action_view_transitions(self):
        """Open the changes of stage made by this run."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_lifecycle_transition_action")
        return {**action, "domain": [("run_id", "=", self.id)], "context": {}}

    def action_run_now(self):
        """Look at everyone in the current company now (managers)."""
        self.check_access("read")
        run = self._run_now_sudo()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": run.id,
            "view_mode": "form",
        }

    @api.model
    def _run_now_sudo(self):
        # As superuser: stages are decided from all orders, whoever may read them; the caller may read runs.
        company = self.env.company
        return self.sudo()._execute(company, company._lifecycle_today())

    @api.model
    def _execute(self, company, as_of, full=True, at=None):
        """Decide the stages of ``company``'s customers as of a day and keep what changed.

        In a context with ``lifecycle_commit`` each range of customers is committed by itself: killed at any moment and
        called again, it goes on where it stopped and leaves the same rows as an undisturbed run. Without it everything
        is one transaction of the caller's.

        :param company: the ``res.company``
        :param date as_of: the day, in the company's time zone; later facts are not seen
        :param bool full: everyone; else those whose next change has come, who bought since the last run, or are marked
        :param datetime at: naive UTC moment to write on the transitions; now if not given
        :return: the ``crm.lifecycle.run``
        """
        kind = "full" if full else "daily"
        model = self.sudo().with_company(company)
        try:
            run = model._begin(company, as_of, kind, at)
        except UniqueViolation:
            if not self.env.context.get("lifecycle_commit"):
                raise
            self.env.cr.rollback()  # another process has just begun the same run: share it
            run = model._begin(company, as_of, kind, at)
        run._carry_out(lambda runner: runner.everyone() if full else runner.some(run._due_ids()))
        return run

    @api.model
    def _begin(self, company, as_of, kind, at=None):
        """Return the run to carry out: an unfinished one of the same day, or a new one."""
        unfinished = self.search([("company_id", "=", company.id), ("state", "=", "running"), ("kind", "=", "full")])
        same = unfinished.filtered(lambda run: kind == "full" and run.as_of == as_of)[:1]
        (unfinished - same).filtered(lambda run: run.as_of < as_of).write(
            {"state": "failed", "error": self.env._("Interrupted, and done again by a later run.")}
        )
        if same:
            self.env["crm.lifecycle.run.range"]._plan(same, runner.RANGE)
            return same
        first = not self.search_count(
            [("company_id", "=", company.id), ("kind", "=", "full"), ("state", "=", "done")], limit=1
        )
        run = self.create(
            {"company_id": company.id, "as_of": as_of, "kind": kind, "is_first": first, "recorded_at": at}
        )
        run.flush_recordset()
        if kind == "full":
            self.env["crm.lifecycle.run.range"]._plan(run, runner.RANGE)
        return run

    def _carry_out(self, work):
        """Do ``work`` with a runner and close this run."""
        self.ensure_one()
        commit = bool(self.env.context.get("lifecycle_commit"))
        begun = time.monotonic()

        def checkpoint(done, left):
            if not commit:
                return float("inf")
            return self.env["ir.cron"]._commit_progress(done, remaining=left)

        checkpoint(0, 1)
        if commit and self.is_first and self.kind == "full" and put_off_indexes(self.env):
            checkpoint(0, 1)
        complete = work(Runner(self, checkpoint, restart=commit))
        if self.kind != "full":
            self.seconds += time.monotonic() - begun
        for _attempt in range(RETRIES):
            try:
                self._close(complete is not False)
                checkpoint(0, 0)
                break
            except CONCURRENT:  # another process that shares this run closes it just now
                if not commit:
                    raise
                self.env.cr.rollback()
                self.env.clear()
        _logger.info("lifecycle run %s: %s looked at, %s moved", self.display_name, self.customers, self.moved)

    def _close(self, complete):
        """Say that this run is done, unless another process has said so; wake who waits for its results."""
        self.invalidate_recordset()
        if complete and self.state != "done":
            self.state = "done"
            if self.kind == "full":
                self._add_up()
                self.flush_recordset()  # of several processes that come here, one goes on
                build_indexes(self.env)
                self.company_id.lifecycle_full_requested = False
        if self.created or self.updated:
            self.env.ref("crm_lifecycle.ir_cron_customer_code")._trigger()
        self.env.flush_all()

    def _add_up(self):
        """Sum up what the processes that shared this run did."""
        parts = self.range_ids
        moves = Counter()
        for before, after, number in (move for part in parts for move in part.moves or []):
            moves[before, after] += number
        totals = {name: sum(parts.mapped(name)) for name in ("customers", "created", "updated", "deleted")}
        self.write(
            {
                **totals,
                "seconds": self.seconds + sum(parts.mapped("seconds")),
                "moved": sum(moves.values()),
                "moves": sorted([*pair, number] for pair, number in moves.items()),
            }
        )

    def _due_ids(self):
        """Return the ids of the customers that a daily run must look at."""
        self.ensure_one()
        self.env.flush_all()
        company, as_of = self.company_id, self.as_of
        last = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "done"),
                ("as_of", "<=", as_of),
                ("kind", "!=", "refresh"),
            ],
            order="as_of DESC",
            limit=1,
        )
        since = last.as_of or as_of
        sources = self.env["crm.transaction"].with_context(
            crm_transaction_grain="order", crm_transaction_since=since + timedelta(days=1), crm_transaction_until=as_of
        )._sources()
        rows = self.env.execute_query(
            SQL(
                """WITH due AS (
                   SELECT partner_id FROM crm_lifecycle_status
                          WHERE company_id = %(company)s AND next_change_on <= %(day)s
                   UNION SELECT partner_id FROM crm_lifecycle_dirty WHERE company_id = %(company)s
                   UNION SELECT partner_id FROM crm_lifecycle_declaration
                          WHERE company_id = %(company)s AND declared_on > %(since)s AND declared_on <= %(day)s
                   UNION SELECT t.commercial_partner_id FROM (%(sources)s) t
                          WHERE t.company_id = %(company)s)
                   SELECT partner_id FROM due
                   UNION SELECT r.referrer_commercial_id FROM due
                           JOIN crm_referral r ON r.partner_commercial_id = due.partner_id
                          WHERE r.company_id = %(company)s""",
                company=company.id,
                day=as_of,
                since=since,
                sources=SQL(" UNION ALL ").join(sources),
            )
        )
        return [partner_id for (partner_id,) in rows]

    @api.model
    def _refresh(self, company, partner_ids, as_of):
        """Decide for some commercial partners of one company; return the run."""
        run = self.sudo().with_company(company)._begin(company, as_of, "refresh")
        run._carry_out(lambda runner: runner.some(partner_ids))
        return run

    @api.model
    def _refresh_sudo(self, company, partner_ids, as_of):
        # As superuser: stages are decided from all orders, whoever may read them.
        self.env["crm.lifecycle.status"].check_access("read")
        return self.sudo()._refresh(company, partner_ids, as_of)

    @api.model
    def _cron_nightly(self):
        """Look at the customers of each company: at those who are due, and at times at everyone.

        One company's failure does not stop the others.
        """
        companies = self.env["res.company"].search([("active", "=", True)])
        for index, company in enumerate(companies):
            try:
                day = company._lifecycle_today()
                full = self._needs_full(company, day)
                self.with_context(lifecycle_commit=True)._execute(company, day, full=full)
            except Exception as error:  # one company's trouble must not stop the others; kept on the run
                self.env.cr.rollback()
                _logger.exception("lifecycle run of company %s failed", company.id)
                self._keep_error(company, error)
            if not self.env["ir.cron"]._commit_progress(0, remaining=len(companies) - index - 1):
                return

    @api.model
    def _needs_full(self, company, day):
        """Tell whether everyone is to be looked at: a rule changed, a month began, a run was left, or a week is over.

        The weekly look finds what leaves no mark, as who has come to belong to the policy's condition.
        """
        if company.lifecycle_full_requested:
            return True
        full = fields.Domain([("company_id", "=", company.id), ("kind", "=", "full")])
        last = self.search(full & fields.Domain("state", "=", "done"), order="as_of DESC", limit=1)
        if not last or last.as_of <= day - timedelta(days=FULL_EVERY) or f"{last.as_of:%Y-%m}" != f"{day:%Y-%m}":
            return True
        return bool(self.search_count(full & fields.Domain("state", "=", "running"), limit=1))

    @api.model
    def _keep_error(self, company, error):
        """Close the unfinished run of ``company`` with the error."""
        running = self.search([("company_id", "=", company.id), ("state", "=", "running")])
        running.write({"state": "failed", "error": str(error)})

    @api.model
    def _cron_refresh(self):
        """Refresh the marked customers, a thousand of one company at a time, until none is left."""
        while True:
            rows = self.env.execute_query(
                SQL(
                    """SELECT company_id, array_agg(partner_id) FROM (
                           SELECT company_id, partner_id FROM crm_lifecycle_dirty
                            WHERE company_id = (SELECT company_id FROM crm_lifecycle_dirty ORDER BY id LIMIT 1)
                            GROUP BY company_id, partner_id ORDER BY min(id) LIMIT %s) d
                        GROUP BY company_id""",
                    REFRESH_BATCH,
                )
            )
            if not rows:
                return
            company_id, partner_ids = rows[0]
            company = self.env["res.company"].browse(company_id)
            if not repeat_disturbed(self.env, partial(self._refresh_batch, company, partner_ids)):
                return
            left = self.env["crm.lifecycle.dirty"].search_count([], limit=10 * REFRESH_BATCH)
            if not self.env["ir.cron"]._commit_progress(len(partner_ids), remaining=left):
                return

    @api.model
    def _refresh_batch(self, company, partner_ids):
        """Refresh a batch in a savepoint; on failure customer by customer, dropping the mark of the one that fails.

        :return: True
        :raise OperationalError: another transaction came between; the marks stay
        """
        day = company._lifecycle_today()
        try:
            with self.env.cr.savepoint():
                self._refresh(company, partner_ids, day)
            return True
        except OperationalError:
            raise
        except Exception:  # whatever one customer's facts cause must not keep the others waiting
            _logger.exception("lifecycle refresh of %s customers failed; trying one by one", len(partner_ids))
        for partner_id in partner_ids:
            try:
                with self.env.cr.savepoint():
                    self._refresh(company, [partner_id], day)
            except OperationalError:
                raise
            except Exception as error:  # kept on a failed run, for a person to see
                self.env.cr.execute(
                    SQL(
                        "DELETE FROM crm_lifecycle_dirty WHERE company_id = %s AND partner_id = %s",
                        company.id,
                        partner_id,
                    )
                )
                self.sudo().create(
                    {
                        "company_id": company.id,
                        "as_of": day,
                        "kind": "refresh",
                        "state": "failed",
                        "error": f"res.partner {partner_id}: {error}",
                    }
                )
        return True
