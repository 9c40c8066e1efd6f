from odoo import api, fields, models
from odoo.addons.crm_contact_policy.tools import repeat_disturbed
from odoo.fields import Domain

from ..tools import one_by_one
from .crm_service_case_clock_mixin import PROMISES, RUNNING_STATES

BATCH = 100


class CrmServiceCaseAlarmMixin(models.AbstractModel):
    """Who is warned before a promise is broken, and told when it is: each once."""

    _name = "crm.service.case.alarm.mixin"
    _description = "Alarms of Cases"

    @api.model
    def _cron_sla(self):
        """Renew deadlines (holidays may have been entered), then ring. May be killed and run again at any moment."""
        last = 0
        while cases := self._next_running(last):
            last = cases[-1].id
            repeat_disturbed(self.env, cases._clock_update)
            if not self.env["ir.cron"]._commit_progress(0, remaining=1):
                return
        last = 0
        while cases := self.search(self._get_alarm_domain() & Domain("id", ">", last), limit=BATCH, order="id"):
            last = cases[-1].id
            repeat_disturbed(self.env, cases._ring_safely)
            left = self.search_count(self._get_alarm_domain() & Domain("id", ">", last))
            if not self.env["ir.cron"]._commit_progress(len(cases), remaining=left):
                return

    def _next_running(self, last):
        return self.search(
            [("id", ">", last), ("state", "in", RUNNING_STATES), ("sla_id", "!=", False)], limit=BATCH, order="id"
        )

    @api.model
    def _get_alarm_domain(self):
        """:return: Domain of the cases that must ring now"""
        return Domain("alarm_on", "<=", self._service_now()) & Domain("alarm_error", "=", False)

    def _ring_safely(self):
        """One bad case silences no other: the error is kept on the case."""
        one_by_one(self.env, self, lambda cases: cases._ring(), lambda case, error: case._keep_error(error))

    def _keep_error(self, error):
        self._move({"alarm_error": str(error)[:500] or type(error).__name__, "alarm_on": False})

    def _ring(self):
        """Tell those who must know; locked cases are another run's."""
        cases = self.try_lock_for_update().sudo()
        cases._clock_update()
        for case in cases:
            told = {}
            for promise in PROMISES:
                state = case[f"{promise}_state"]
                if state in ("warned", "breached") and case[f"{promise}_told"] not in (state, "breached"):
                    told[f"{promise}_told"] = state
                    case._tell_late_sudo(promise, state)
            if told:
                case._move(told)
        cases._clock_update()

    def _must_know(self):
        """:return: users told when a promise is in danger: in charge, leader, those named; else the managers"""
        self.ensure_one()
        users = self.user_id | self.team_id.user_id | self.sla_id.user_ids
        users = users.filtered(lambda user: self.company_id in user.company_ids)
        if not users:
            managers = self.env.ref("crm_service_plan.group_manager").all_user_ids
            users = managers.filtered(lambda user: user.active and self.company_id in user.company_ids)
        return users

    def _tell_late_sudo(self, promise, state):
        """An activity for the person in charge and an e-mail to everyone who must know.

        Runs as superuser: the scheduled action tells colleagues, whose records it may not write otherwise.
        """
        case, template = self.sudo(), self.env.ref("crm_service_plan.mail_template_case_alarm").sudo()
        users = case._must_know()
        for user in users:
            text = case.with_context(lang=user.lang)._late_text(promise, state)
            if user == (case.user_id or users[:1]):
                case.with_context(mail_activity_quick_update=True).activity_schedule(
                    "mail.mail_activity_data_todo", summary=text, user_id=user.id
                )
            if user.email:
                template.with_context(lang=user.lang, alarm=text).send_mail(
                    case.id,
                    email_values={"email_to": user.email_formatted, "recipient_ids": [], "auto_delete": False},
                )

    def _late_text(self, promise, state):
        texts = {
            ("response", "warned"): self.env._("%(case)s: the customer must be answered soon", case=self.display_name),
            ("response", "breached"): self.env._(
                "%(case)s: the customer was not answered in time", case=self.display_name
            ),
            ("solve", "warned"): self.env._("%(case)s: must be solved soon", case=self.display_name),
            ("solve", "breached"): self.env._("%(case)s: not solved in time", case=self.display_name),
        }
        return texts[promise, state]

    def _alarm_by(self):
        """:return: the nearer deadline, for the notice"""
        return min(filter(None, (self.response_deadline, self.solve_deadline)), default=fields.Datetime.now())
