from datetime import datetime

from odoo import api, fields, models
from odoo.addons.crm_contact_policy.tools import repeat_disturbed
from odoo.exceptions import UserError

from ..tools import one_by_one
from .crm_service_case import OPEN_STATES

# action → states it may start from
TRANSITIONS = {
    "take": ("new", "assigned", "waiting"),
    "wait": ("new", "assigned"),
    "resume": ("waiting",),
    "solve": OPEN_STATES,
    "close": ("solved",),
    "cancel": OPEN_STATES,
    "reopen": ("solved", "closed", "cancelled"),
}


class CrmServiceCaseFlowMixin(models.AbstractModel):
    """How a case goes from hand to hand: may I, check, do."""

    _name = "crm.service.case.flow.mixin"
    _description = "Flow of Cases"

    may_take = fields.Boolean(compute="_compute_may")
    may_wait = fields.Boolean(compute="_compute_may")
    may_resume = fields.Boolean(compute="_compute_may")
    may_solve = fields.Boolean(compute="_compute_may")
    may_close = fields.Boolean(compute="_compute_may")
    may_cancel = fields.Boolean(compute="_compute_may")
    may_reopen = fields.Boolean(compute="_compute_may")

    @api.depends("state")
    def _compute_may(self):
        for case in self:
            for action in TRANSITIONS:
                case[f"may_{action}"] = case._may(action)

    def _may(self, action):
        """May this transition be made from here?

        :param action: a key of :data:`TRANSITIONS`
        :return: bool, for all records of self
        """
        return all(case.state in TRANSITIONS[action] for case in self)

    def _check_may(self, action):
        """:raises UserError: the transition is not possible now, :raises AccessError: not for this user"""
        self.check_access("write")
        states = dict(self._fields["state"]._description_selection(self.env))
        for case in self:
            if not case._may(action):
                raise UserError(
                    self.env._(
                        "“%(case)s” is %(state)s: this is not possible now.",
                        case=case.display_name,
                        state=states[case.state],
                    )
                )

    def action_take(self):
        """I take care of it."""
        self._check_may("take")
        self.write({"user_id": self.env.uid})

    def action_wait(self):
        """We wait for the customer: promised hours stand still."""
        self._check_may("wait")
        self._set_responded()
        self._go("waiting")

    def action_resume(self):
        """The customer answered: the clock runs on."""
        self._check_may("resume")
        self._resume()

    def action_respond(self):
        """The customer was answered, e.g. by phone."""
        self._check_may("solve")
        self._set_responded()

    def action_solve(self):
        """Solved: what helped is written down.

        :raises UserError: no solution is written
        """
        self._check_may("solve")
        for case in self:
            if not (case.solution or "").strip():
                raise UserError(self.env._("Write down what helped: the next one who has this problem finds it."))
        now = self._service_now()
        self._set_responded()
        for case in self:
            solver = case.solved_by_id or case.user_id or self.env.user
            case._move({"solved_by_id": solver.id, "user_id": case.user_id.id or self.env.uid, "solved_on": now})
        self._go("solved")

    def action_close(self):
        """The customer is content, or said nothing more."""
        self._check_may("close")
        self._close()

    def action_cancel(self):
        """Not a case: spam, a duplicate."""
        self._check_may("cancel")
        self._go("cancelled")

    def action_reopen(self):
        """The problem is back; what was used up of the promised time stays used."""
        self._check_may("reopen")
        self._reopen()

    def _service_now(self):
        """:return: now, or the moment in context key `service_at` (naive UTC)"""
        at = self.env.context.get("service_at")
        return at if isinstance(at, datetime) else fields.Datetime.now()

    def _go(self, state):
        self._move({"state": state})
        self._clock_turn()

    def _close(self):
        self._move({"closed_on": self._service_now()})
        self._go("closed")

    def _resume(self):
        for case in self:
            case._go("assigned" if case.user_id else "new")

    def _reopen(self):
        self._move({"solved_on": False, "solved_by_id": False, "closed_on": False})
        self._resume()

    def _assigned_to(self):
        """Another person is in charge: from new to assigned; a waiting case waits on."""
        self._set_assigned()
        self._clock_turn()
        self._subscribe_responsible()

    def _set_assigned(self):
        fresh = self.filtered(lambda case: case.state == "new")
        fresh._move({"state": "assigned", "assigned_on": self._service_now()})

    def _set_responded(self):
        """Somebody answered the customer for the first time."""
        first = self.filtered(lambda case: not case.responded_on)
        if first:
            first._clock_roll()
            first._move({"responded_on": self._service_now()})
            first._clock_turn()

    @api.model
    def _cron_close(self):
        """Close what has been solved for as many days as the company says."""
        for company in self.env["res.company"].search([("service_case_close_days", ">", 0)]):
            before = fields.Datetime.subtract(self._service_now(), days=company.service_case_close_days)
            domain = [("company_id", "=", company.id), ("state", "=", "solved"), ("solved_on", "<=", before)]
            last = 0
            while cases := self.search([*domain, ("id", ">", last)], limit=200, order="id"):
                last = cases[-1].id
                repeat_disturbed(self.env, cases._close_safely)
                if not self.env["ir.cron"]._commit_progress(len(cases), remaining=self.search_count(domain)):
                    return

    def _close_safely(self):
        """One bad case keeps no other open: the error is kept on the case."""
        one_by_one(self.env, self, lambda cases: cases._close(), lambda case, error: case._keep_error(error))
