import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.addons.crm_contact_policy.tools import repeat_disturbed
from odoo.fields import Domain
from psycopg2 import OperationalError

from ..domain import schedule
from ..domain.names import LOOK_BACK

_logger = logging.getLogger(__name__)


class CrmSurveyExecutionMixin(models.AbstractModel):
    """The runs of a program: events become invitations, due ones go out, old ones expire."""

    _name = "crm.survey.execution.mixin"
    _description = "Runs of a survey program"

    @api.model
    def _cron_run(self):
        """Run every running program, then open churn interviews; may be killed and run again at any moment."""
        at = fields.Datetime.now()
        programs = self.search(Domain("state", "=", "running"))
        self.env["ir.cron"]._commit_progress(remaining=len(programs) + 1)
        self.env["crm.churn.interview"]._open_for_transitions(at)
        self.env["ir.cron"]._commit_progress(1)
        for program in programs:
            repeat_disturbed(self.env, partial(program._run_safely, at))
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _run_safely(self, at):
        """Run one program; what it stumbles over stays on its record and does not keep the others from running."""
        try:
            with self.env.cr.savepoint():
                self._run(at)
            if self.run_error:
                self.run_error = False
        except OperationalError:
            raise
        except Exception as error:
            _logger.warning("Survey program %s (%s) failed: %s", self.id, self.name, error)
            self.run_error = str(error) or repr(error)

    def _run(self, at):
        """Collect events, contact those who are due, expire those whose time is over.

        :param at: naive UTC, the moment the run stands for
        """
        for program in self:
            program = program.with_company(program.company_id)
            program._collect(at)
            program._give_up_held()
            program._contact_due(at)
            program._expire(at)

    def _collect(self, at):
        """Turn the events since the last run into planned invitations and return them."""
        self.ensure_one()
        events = self._events(min(self.events_until or at, at) - LOOK_BACK, at)
        known = self._known_keys([event.key for event in events])
        fresh = [event for event in events if event.key not in known]
        invitations = self._invite(
            {event.partner_id: (event.on + timedelta(days=self.delay_days), event.key) for event in fresh}, at
        )
        self.events_until = at
        return invitations

    def _known_keys(self, keys):
        invitations = self.env["crm.survey.invitation"].search_fetch(
            Domain("program_id", "=", self.id) & Domain("event_key", "in", keys), ["event_key"]
        )
        return set(invitations.mapped("event_key"))

    def _invite(self, plan, at):
        """Plan invitations for customers who may be asked (again) by this program.

        :param plan: {partner id: (due, event key or False)}; due is naive UTC
        :param at: naive UTC
        :returns: the invitations made; a fixed number of queries
        """
        self.ensure_one()
        allowed = self.env["res.partner"].search(Domain("id", "in", list(plan)) & self._get_partner_domain())
        last = self._last_invitations(allowed)
        vals_list = []
        for partner in allowed:
            due, key = plan[partner.id]
            wave, made_on = last.get(partner.id, (0, None))
            wave = schedule.next_wave(wave, made_on, at, self.repeat_days)
            if wave:
                vals_list.append(
                    {"program_id": self.id, "partner_id": partner.id, "due": due, "event_key": key, "wave": wave}
                )
        invitations = self.env["crm.survey.invitation"].create(vals_list)
        self.env["crm.churn.interview"]._attach(invitations)
        return invitations

    def _invite_sudo(self, plan, at):
        """As ``_invite`` and make the first step at once; sudo: a salesperson asks but does not write invitations."""
        self.check_access("read")
        invitations = self.sudo()._invite(plan, at)
        invitations._contact_next(at)
        return invitations.sudo(False)

    def _last_invitations(self, partners):
        """Return {partner id: (wave, made on)} of the last invitation of each partner in this program."""
        return {
            partner.id: (wave, made_on)
            for partner, wave, made_on in self.env["crm.survey.invitation"]._read_group(
                Domain("program_id", "=", self.id) & Domain("partner_id", "in", partners.ids),
                ["partner_id"],
                ["wave:max", "create_date:max"],
            )
        }

    def _contact_due(self, at):
        """Contact those whose next step is due, at most ``cap_per_run``; those who left the stage are let go."""
        self.ensure_one()
        due = self.env["crm.survey.invitation"].search(
            Domain("program_id", "=", self.id)
            & Domain("state", "in", ("planned", "sent", "started"))
            & Domain("due", "<=", at),
            order="due, id",
            limit=self.cap_per_run,
        )
        (due - self._let_go(due))._contact_next(at)

    def _give_up_held(self):
        """Held contacts that somebody cancelled at the gate, or that failed for good, are as good as refused."""
        self.ensure_one()
        lost = self.env["crm.survey.invitation"].search(
            Domain("program_id", "=", self.id)
            & Domain("state", "=", "held")
            & Domain("interaction_id.state", "=", "cancelled")
        )
        lost._contact_rejected(lost.interaction_id)

    def _let_go(self, due):
        """Cancel the due and held invitations of customers who have left the program's stages; return them."""
        self.ensure_one()
        if self.trigger != "stage" or not self.leave_cancels:
            return due.browse()
        held = due.search(Domain("program_id", "=", self.id) & Domain("state", "=", "held"))
        left = (due | held).filtered(
            lambda i: i.state in ("planned", "held") and i.partner_id.lifecycle_stage_id not in self.stage_ids
        )
        left._cancel("left_stage")
        return left

    def _expire(self, at):
        """Close the invitations whose time is over."""
        self.ensure_one()
        self.env["crm.survey.invitation"].search(
            Domain("program_id", "=", self.id)
            & Domain("state", "in", ("sent", "started", "to_call"))
            & Domain("expires_on", "<=", at)
        )._expire()

    def _get_current_partners(self):
        """Return the customers in the program's stages today; none for a program by hand."""
        self.ensure_one()
        if self.trigger != "stage":
            return self.env["res.partner"]
        return self.env["res.partner"].search(self._get_current_domain())

    def _events_possible(self, since, at):
        """Return how many live stage changes between ``since`` and ``at`` would have started this program."""
        self.ensure_one()
        if self.trigger != "stage":
            return 0
        return len(
            self.env["crm.lifecycle.transition"]._read_group(
                self._get_live_domain() & Domain("recorded_on", ">=", since) & Domain("recorded_on", "<=", at),
                ["partner_id"],
            )
        )
