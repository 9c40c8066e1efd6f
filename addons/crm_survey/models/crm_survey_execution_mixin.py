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
        self.env["ir.cron"]._commit_progress(remaining=len(programs) + 2)
        self.env["crm.churn.interview"]._open_for_transitions(at)
        self.env["ir.cron"]._commit_progress(1)
        self._expire_resting(at)
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
            program._give_up_held()
            program._close_filled()
            if not program._stop_if_over(at):
                program._collect(at)
                program._drop_known_held(at)
                program._contact_due(at)
            program._expire(at)

    def _collect(self, at):
        """Turn the events since the last run into planned invitations and return them."""
        self.ensure_one()
        events = self._events(min(self.events_until or at, at) - LOOK_BACK, at)
        known = self._known_keys([event.key for event in events])
        wait = timedelta(days=self.delay_days)
        invitations = self._invite(
            {
                event.partner_id: (event.on + wait, event.key, event.recipient_id)
                for event in events
                if event.key not in known
            },
            at,
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

        :param plan: {partner id: (due, event key or False)}, optionally with the id of the person to ask as a third;
            due is naive UTC
        :param at: naive UTC
        :returns: the invitations made; a fixed number of queries
        """
        self.ensure_one()
        allowed = self.env["res.partner"].search(Domain("id", "in", list(plan)) & self._get_partner_domain())
        quotas = self._choose_quotas(allowed)
        allowed = allowed.filtered(lambda partner: partner.id in quotas)
        surveys = self._choose_surveys(allowed)
        last = self._last_invitations(allowed)
        vals_list = []
        for partner in allowed:
            due, key, *person = plan[partner.id]
            wave = self._get_next_wave(last.get(partner.id, (0, None)), at)
            if wave:
                vals = {"program_id": self.id, "partner_id": partner.id, "due": due, "event_key": key, "wave": wave}
                vals.update(survey_id=surveys[partner.id].id, quota_id=quotas[partner.id].id)
                vals_list.append({**vals, "recipient_id": person[0]} if any(person) else vals)
        invitations = self.env["crm.survey.invitation"].create(vals_list)
        self.env["crm.churn.interview"]._attach(invitations)
        return invitations

    def _get_next_wave(self, last, at):
        """Return the number of a customer's next invitation, ``None`` if none may follow.

        :param last: (number, when it was made) of the last one; (0, None) if there was none
        """
        return schedule.next_wave(*last, at, self.repeat_days)

    def _invite_sudo(self, plan, at):
        """As ``_invite`` and make the first step at once; sudo: a salesperson asks but does not write invitations.

        A running program that draws a sample asks them when their turn comes.
        """
        self.check_access("read")
        program = self.sudo()
        invitations = program._invite(plan, at)
        if program.state != "running" or program._get_room(at) is None:
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
        """Contact those whose next step is due, at most ``cap_per_run``; those who left the stage are let go.

        Where a sample is drawn, only as many are asked for the first time as there is room for today.
        """
        self.ensure_one()
        room = self._get_room(at)
        due = self._get_due(at, ("planned", "sent", "started") if room is None else ("sent", "started"))
        if room is not None:
            fresh = self._get_due_domain(at, ("planned",))
            due |= self._draw_invitations(fresh, min(room, self.cap_per_run - len(due)))
        (due - self._let_go(due))._contact_next(at)

    def _get_due_domain(self, at, states):
        """Return a fresh domain of the invitations whose next step is due."""
        return Domain("program_id", "=", self.id) & Domain("state", "in", states) & Domain("due", "<=", at)

    def _get_due(self, at, states):
        return self.env["crm.survey.invitation"].search(
            self._get_due_domain(at, states), order="due, id", limit=self.cap_per_run
        )

    def _drop_known_held(self, at):
        """Of customers whose message waits at the gate we may have learnt everything meanwhile."""
        self.ensure_one()
        held = Domain("program_id", "=", self.id) & Domain("state", "=", "held")
        self.env["crm.survey.invitation"].search(held)._drop_known(at)

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
        """Cancel the due and held invitations of customers who are no longer where the program looks; return them."""
        self.ensure_one()
        if self.trigger not in self._get_groups() or not self.leave_cancels:
            return due.browse()
        held = due.search(Domain("program_id", "=", self.id) & Domain("state", "=", "held"))
        waiting = (due | held).filtered(lambda i: i.state in ("planned", "held"))
        there = self.env["res.partner"].with_context(active_test=False).search(
            Domain("id", "in", waiting.partner_id.ids) & self._get_belonging_domain()
        )
        left = waiting.filtered(lambda i: i.partner_id not in there)
        left._cancel("left_stage")
        return left

    def _expire(self, at):
        """Close the invitations whose time is over, and those that were not drawn in time."""
        self.ensure_one()
        mine = Domain("program_id", "=", self.id)
        invitations = self.env["crm.survey.invitation"]
        over = Domain("state", "in", ("sent", "started", "to_call")) & Domain("expires_on", "<=", at)
        invitations.search(mine & over)._expire()
        if self.target_count:
            late = fields.Datetime.subtract(at, days=self.expiry_days)
            invitations.search(mine & Domain("state", "=", "planned") & Domain("due", "<=", late))._cancel("not_drawn")

    @api.model
    def _expire_resting(self, at):
        """Links of programs that are paused or finished expire as well."""
        open_ones = Domain("state", "in", ("sent", "started", "to_call")) & Domain("expires_on", "<=", at)
        for program in self.search(Domain("state", "!=", "running") & Domain("invitation_ids", "any", open_ones)):
            program.with_company(program.company_id)._expire(at)
