"""One run: the fit of the month, then range after range of customers, each claimed by one process and committed."""

import logging
import os
import socket
import time
from collections import Counter

import numpy as np
from odoo.tools import SQL
from psycopg2 import errors

from .facts import FactReader, Scope
from .fitting import KINDS, prepare_fit_vals, read_columns
from .judge import Judge
from .planner import more_memory
from .store import Store

_logger = logging.getLogger(__name__)
RANGE = 250_000
RETRIES = 5
PAUSE = 0.1
CONCURRENT = (errors.SerializationFailure, errors.LockNotAvailable, errors.DeadlockDetected, errors.UniqueViolation)
WORKED, BUSY, END = "worked", "busy", "end"


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
        self.judge = None
        self.kept = None
        policies = self.env["crm.lifecycle.policy"]._ensure(run.company_id)
        self.policies = {KINDS.index(policy.customer_kind): policy for policy in policies}
        self.reader = FactReader(self.env, run.company_id, self.policies, run.as_of)

    def everyone(self):
        """Decide for all customers, range by range, until none is left; other processes may do the same meanwhile.

        :return: whether all ranges are done; False when time is up, or another transaction holds the last ones
        """
        while (state := self._retry(self._step)) != END:
            if state == BUSY:
                if not self.restart:
                    return False
                time.sleep(PAUSE)  # should the one who is at it die, its range is free again
            left = self.env["crm.lifecycle.run.range"]._unfinished(self.run)
            if not self.checkpoint(RANGE if state == WORKED else 0, left) and left:
                return False
        return True

    def some(self, partner_ids):
        """Decide for the customers ``partner_ids`` (commercial partners)."""
        ids = sorted(partner_ids)
        for start in range(0, len(ids), RANGE):
            self._retry(self._some, Scope(ids=tuple(ids[start : start + RANGE])))
            self.checkpoint(RANGE, 0)

    def _some(self, scope):
        if not self.judge:
            self._prepare(renew=False)
        done = self._part(scope)
        moves = Counter({(before, after): number for before, after, number in self.run.moves or []})
        for before, after, number in done.pop("moves"):
            moves[before, after] += number
        totals = {name: self.run[name] + number for name, number in done.items()}
        rows = sorted([*pair, number] for pair, number in moves.items())
        self.run.write({**totals, "moved": sum(moves.values()), "moves": rows})
        self.env.flush_all()

    def _step(self):
        """Carry out one free range; tell whether there was one, all are taken, or all are done."""
        part = self.env["crm.lifecycle.run.range"]._claim(self.run)
        if not part:
            return BUSY if self.env["crm.lifecycle.run.range"]._unfinished(self.run) else END
        begun = time.monotonic()
        whole = not part.after_id and not self.env["crm.lifecycle.run.range"].search_count(
            [("run_id", "=", self.run.id), ("after_id", ">", 0)], limit=1
        )
        if not self.judge and self._prepare(True, whole) and self.restart and not whole:
            # New fits are committed before anything is decided by them: a rollback of a range leaves them there.
            self.run.seconds += time.monotonic() - begun
            self.env.flush_all()
            self.checkpoint(0, 1)
            return self._step()
        done = self._part(Scope(after=part.after_id, upto=part.upto_id))
        worker = f"{socket.gethostname()}:{os.getpid()}"
        part.write({**done, "done": True, "worker": worker, "seconds": time.monotonic() - begun})
        part.flush_recordset()
        return WORKED

    def _prepare(self, renew, whole=False):
        """Find or make the fits; return whether the run has got new ones."""
        self.env.flush_all()
        self.run.invalidate_recordset(["fit_ids"])
        model = self.env["crm.lifecycle.fit"]
        fits = {kind: model._find(policy, self.run.as_of, exact=renew) for kind, policy in self.policies.items()}
        fits = {kind: fit for kind, fit in fits.items() if fit}
        known = self.run.fit_ids.ids
        if news := len(fits) < len(self.policies) or set(known) != {fit.id for fit in fits.values()}:
            self._lock_run()
            fits.update(self._make_fits(self.policies.keys() - fits.keys(), whole))
            self.run.fit_ids = [(6, 0, [fit.id for fit in fits.values()])]
            self.env.flush_all()
        digits = self.run.company_id.currency_id.decimal_places
        self.judge = Judge(self.policies, fits, self.reader.classes, self.run.as_of, digits)
        self.store = Store(self.run, self.reader.stage_ids)
        return news

    def _lock_run(self):
        """Let one process make the fits: the others wait here, fail to serialize, and find them when they try again."""
        self.cr.execute(SQL("UPDATE crm_lifecycle_run SET state = state WHERE id = %s", self.run.id))

    def _make_fits(self, kinds, whole):
        """Return new fits of ``kinds``; what was read of a company of one range is kept for deciding."""
        if not kinds:
            return {}
        more_memory(self.cr)
        columns, self.kept = read_columns(self.reader, whole)
        fits = {}
        for kind in sorted(kinds):
            vals = prepare_fit_vals(self.policies[kind], kind, columns, self.run.as_of)
            fits[kind] = self.env["crm.lifecycle.fit"].create(vals)
        self.env.flush_all()
        return fits

    def _part(self, scope):
        """Read, decide and write one part, and remove the marks that it has answered; return what was done."""
        more_memory(self.cr)
        facts, self.kept = self.kept or self.reader.rows(scope), None
        seen = len(facts["partner"])
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
        for model in ("crm.lifecycle.status", "crm.lifecycle.transition", "res.partner"):
            self.env[model].invalidate_model()
        return {**done, "customers": seen}

    def _retry(self, function, *args):
        """Call ``function``; when another transaction was in the way, roll back and try again."""
        if not self.restart:
            return function(*args)
        for attempt in range(RETRIES):
            try:
                return function(*args)
            except CONCURRENT:
                self.cr.rollback()
                self.kept = self.judge = None
                self.env.clear()
                if attempt == RETRIES - 1:
                    raise
                _logger.info("lifecycle: another process changed the same customers; trying again")
                time.sleep(0.2 * (attempt + 1))
        return None
