"""One run: the fit of the month, then range after range of customers, each kept by itself."""

import logging
import time
from collections import Counter

import numpy as np
from odoo.tools import SQL
from psycopg2 import errors

from .facts import FactReader, Scope
from .fitting import FOR_FIT, KINDS, prepare_fit_vals
from .judge import Judge
from .store import Store

_logger = logging.getLogger(__name__)
RANGE = 250_000
RETRIES = 5
CONCURRENT = (errors.SerializationFailure, errors.LockNotAvailable, errors.DeadlockDetected, errors.UniqueViolation)


class Runner:
    """Carries out a ``crm.lifecycle.run``.

    :param run: the record; its ``env`` is the superuser's
    :param checkpoint: called after each range with (customers done, ranges left); commits where that is allowed, and
        returns the seconds left (0: stop, another call goes on)
    :param bool restart: whether a range that met another transaction is tried again (only where ranges are committed)
    """

    def __init__(self, run, checkpoint, restart):
        self.run = run
        self.env = run.env
        self.cr = run.env.cr
        self.checkpoint = checkpoint
        self.restart = restart
        self.kept = {}
        policies = self.env["crm.lifecycle.policy"]._ensure(run.company_id)
        self.policies = {KINDS.index(policy.customer_kind): policy for policy in policies}
        self.reader = FactReader(self.env, run.company_id, self.policies, run.as_of)

    def everyone(self):
        """Decide for all customers, in ranges of partner ids, going on behind ``run.last_partner_id``.

        :return: whether it came to the end
        """
        self.cr.execute("SELECT COALESCE(max(id), 0) FROM res_partner")
        last = self.cr.fetchone()[0]
        if last <= RANGE:
            self._retry(self._whole, last)
            self.checkpoint(last, 0)
            return True
        self._prepare(renew=True, last=last)
        while (after := self._done_upto()) < last:
            self._retry(self._range, Scope(after=after, upto=after + RANGE))
            left = -(-max(0, last - after - RANGE) // RANGE)
            if not self.checkpoint(RANGE, left) and left:
                return False
        return True

    def _whole(self, last):
        """Decide for all in one transaction: the fit and the decisions share one read."""
        self._prepare(renew=True, last=last)
        self._range(Scope(after=0, upto=RANGE))

    def some(self, partner_ids):
        """Decide for the customers ``partner_ids`` (commercial partners)."""
        self._prepare(renew=False)
        ids = sorted(partner_ids)
        for start in range(0, len(ids), RANGE):
            self._retry(self._part, Scope(ids=tuple(ids[start : start + RANGE])))
            self.checkpoint(RANGE, 0)

    def _prepare(self, renew, last=0):
        """Find or make the fits, and keep them before anything is decided by them."""
        self.env.flush_all()
        self.fits = self._retry(self._keep_fits, renew, last)
        classes = self.env["crm.value.class"].search([("company_id", "in", [self.run.company_id.id, False])])
        digits = self.run.company_id.currency_id.decimal_places
        self.judge = Judge(self.policies, self.fits, classes, self.run.as_of, digits)
        self.store = Store(self.run, self.reader.stage_ids)

    def _keep_fits(self, renew, last):
        """Return the fits, committed with the run, so that a rollback of a range does not take them along."""
        fits = self._ensure_fits(renew, last)
        self.run.fit_ids = [(6, 0, [fit.id for fit in fits.values()])]
        self.env.flush_all()
        if self.restart and not self.kept:
            self.env["ir.cron"]._commit_progress(0, remaining=1)
        return fits

    def _ensure_fits(self, renew, last):
        """Return the fit of each kind: this month's under this policy; else the latest, when it need not be renewed."""
        fits, missing = {}, {}
        for kind, policy in self.policies.items():
            fit = self.env["crm.lifecycle.fit"]._find(policy, self.run.as_of, exact=renew)
            if fit:
                fits[kind] = fit
            else:
                missing[kind] = policy
        if missing:
            columns = self._read_for_fit(last)
            for kind, policy in missing.items():
                vals = prepare_fit_vals(policy, kind, columns, self.run.as_of)
                fits[kind] = self.env["crm.lifecycle.fit"].create(vals)
            self.env.flush_all()
        return fits

    def _read_for_fit(self, last):
        """Return the columns a fit needs, range by range; what a single range read is kept for deciding."""
        self._more_memory()
        keep = 0 < last <= RANGE
        if not last:
            self.cr.execute("SELECT COALESCE(max(id), 0) FROM res_partner")
            last = self.cr.fetchone()[0]
        parts = []
        for after in range(0, last, RANGE):
            scope = Scope(after=after, upto=after + RANGE)
            facts = self.reader.rows(scope)
            if keep:
                self.kept[scope] = facts
            where = (facts["days"] > 0) & (facts["eligible"] > 0)
            parts.append({name: facts[name][where] for name in FOR_FIT})
        return {name: np.concatenate([part[name] for part in parts]) for name in FOR_FIT}

    def _more_memory(self):
        """Let sorts and hashes of this transaction stay in memory: 200,000 customers' orders take about 40 MB."""
        self.cr.execute("SET LOCAL work_mem = '96MB'")

    def _done_upto(self):
        self.run.invalidate_recordset(["last_partner_id"])
        return self.run.last_partner_id

    def _range(self, scope):
        # Another process may have done this range meanwhile: the row is read again under the same snapshot.
        if self._done_upto() >= scope.upto:
            return
        self.run.last_partner_id = scope.upto
        self._part(scope)

    def _part(self, scope):
        """Read, decide and write one part; remove the marks that this part has answered."""
        self._more_memory()
        facts = self.kept.pop(scope, None) or self.reader.rows(scope)
        self.run.customers += len(facts["partner"])
        out = self.judge.judge(facts)
        where = np.flatnonzero(self.judge.differs(facts, out))
        facts, out = ({name: column[where] for name, column in columns.items()} for columns in (facts, out))
        self.judge.forecast(facts, out)
        done = self.store.keep(facts, out, np.arange(len(where)))
        self.cr.execute(
            SQL(
                "DELETE FROM crm_lifecycle_dirty WHERE company_id = %s AND %s",
                self.run.company_id.id,
                scope.condition(SQL("partner_id")),
            )
        )
        self._count(done)

    def _count(self, done):
        """Add what a part did to the run."""
        moves = Counter({(a, b): n for a, b, n in self.run.moves or []})
        for before, after, number in done["moves"]:
            moves[before, after] += number
        self.run.write(
            {
                "created": self.run.created + done["created"],
                "updated": self.run.updated + done["updated"],
                "deleted": self.run.deleted + done["deleted"],
                "moved": sum(moves.values()),
                "moves": sorted([a, b, n] for (a, b), n in moves.items()),
            }
        )
        self.env.flush_all()
        self.env["crm.lifecycle.status"].invalidate_model()
        self.env["crm.lifecycle.transition"].invalidate_model()
        self.env["res.partner"].invalidate_model()

    def _retry(self, function, *args):
        """Call ``function``; when another transaction was in the way, roll back and try again."""
        if not self.restart:
            return function(*args)
        for attempt in range(RETRIES):
            try:
                return function(*args)
            except CONCURRENT:
                self.cr.rollback()
                self.kept = {}
                self.env.clear()
                if attempt == RETRIES - 1:
                    raise
                _logger.info("lifecycle: another process changed the same customers; trying again")
                time.sleep(0.2 * (attempt + 1))
        return None
