from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.addons.crm_contact_policy.tools import repeat_disturbed
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from psycopg2 import OperationalError

# No clock on earth is further from UTC than this.
DAY = timedelta(days=1)
# Not sent yet; “assigned”: a colleague has the text.
OPEN_LINES = ("planned", "held", "assigned")
STEPS = ("close", "advance", "assign", "greet")


class CrmOccasionRun(models.AbstractModel):
    """Part of the occasion: the daily work. Who is due, what is sent, what was missed."""

    _name = "crm.occasion.run"
    _inherit = "crm.contact.sender"
    _description = "Daily Work of the Occasions"

    # ------------------------------------------------------------------ cron
    @api.model
    def _cron_run(self, at=None, batch=200):
        """Greet and assign whatever is due, batch by batch; each batch is one transaction.

        :param at: now, naive UTC (default: the clock, looked at anew for each batch: a long run goes on past midnight,
            or into hours at which nobody may be written to)
        :param batch: occasions per transaction

        Kill-safe: the line that says “greeted this year”, the interaction and the message are committed together. A
        batch that another transaction disturbs is tried again on a fresh snapshot.
        """
        cron = self.env["ir.cron"]
        for step in STEPS:
            due = self._due(step, at or fields.Datetime.now())
            cron._commit_progress(remaining=len(due))
            for start in range(0, len(due), batch):
                part = due[start : start + batch]
                repeat_disturbed(self.env, partial(part._run_due, step, at))
                if not cron._commit_progress(len(part)):
                    return

    def _run_due(self, step, at=None):
        """Do one step for those of these occasions that it still concerns at this moment.

        :param at: now, naive UTC (default: the clock)
        """
        at = at or fields.Datetime.now()
        self._due(step, at, self)._run_step(step, at)

    @api.model
    def _run(self, at):
        """The same in the running transaction, for all companies the user works in.

        :param at: now, naive UTC
        """
        for step in STEPS:
            self._due(step, at)._run_step(step, at)

    # ------------------------------------------------------------------ steps
    @api.model
    def _due(self, step, at, among=None):
        """The occasions that ``step`` concerns at ``at`` (naive UTC).

        :param among: look at these alone; default all
        """
        domain = Domain.TRUE if among is None else Domain("id", "in", among.ids)
        return getattr(self.with_context(active_test=False), f"_due_{step}")(at, domain)

    def _run_step(self, step, at):
        """Do one step for these occasions; when the batch fails, one by one, the error kept on the record."""
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                getattr(self, f"_do_{step}")(at)
        except OperationalError:
            raise
        except Exception as error:  # one bad record must not keep the others from their day
            if len(self) == 1:
                self.error = str(error)
                return
            for occasion in self:
                occasion._run_step(step, at)

    def _greeted(self, action):
        """{(occasion id, year): line} of what was already done for these occasions."""
        lines = self.env["crm.occasion.greeting"].search([("occasion_id", "in", self.ids), ("action", "=", action)])
        return {(line.occasion_id.id, line.year): line for line in lines}

    # held over the day, or failed for good
    def _due_close(self, at, domain):
        lines = self.env["crm.occasion.greeting"].search(
            Domain("action", "=", "greeting")
            & Domain("state", "in", OPEN_LINES)
            & Domain("due", "<=", (at + DAY).date())
            & Domain("occasion_id", "any", domain)
        )
        return lines.filtered(lambda line: line._is_over(at)).occasion_id

    def _do_close(self, at):
        lines = self.env["crm.occasion.greeting"].search(
            [("action", "=", "greeting"), ("state", "in", OPEN_LINES), ("occasion_id", "in", self.ids)]
        )
        lines.filtered(lambda line: line._is_over(at))._close(at)

    # the day has passed
    def _due_advance(self, at, domain):
        found = self.search(domain & (Domain("next_date", "=", False) | Domain("next_date", "<", (at + DAY).date())))
        return found.filtered(lambda o: not o.next_date or o.next_date < o._local_day(at))

    def _do_advance(self, at):
        missed = self.filtered(lambda o: o.active and o.next_date and o.action in ("greeting", "both"))
        done = missed._greeted("greeting")
        missed = missed.filtered(lambda o: (o.id, o.next_year) not in done)
        lines = missed._log("greeting", state="missed", reason_code="down")
        missed._tell_colleague(at, lines)
        self._set_next_date(at)

    # notice for colleagues
    def _due_assign(self, at, domain):
        found = self.search(
            domain
            & Domain("active", "=", True)
            & Domain("notice_on", "<=", (at + DAY).date())
            & Domain("next_date", ">=", (at - DAY).date())
        )
        done = found._greeted("activity")
        return found.filtered(
            lambda o: (o.id, o.next_year) not in done and o.notice_on <= o._local_day(at) <= o.next_date
        )

    def _do_assign(self, at):
        self._log("activity", state="assigned")
        self._schedule({occasion.id: occasion.next_date for occasion in self})

    # greetings
    def _due_greet(self, at, domain):
        near = [(at - DAY).date(), at.date(), (at + DAY).date()]
        wanted = Domain("active", "=", True) & Domain("action", "in", ("greeting", "both"))
        found = self.search(domain & wanted & Domain("next_date", "in", near))
        done = found._greeted("greeting")
        return found.filtered(
            lambda o: (o.id, o.next_year) not in done and o.next_date == o._local_day(at) and o.planned_at <= at
        )

    def _do_greet(self, at):
        for company, occasions in self.grouped("company_id").items():
            company_lang = company.partner_id.lang or self.env.lang
            occasions = occasions.with_company(company).with_context(lang=company_lang)
            left_out = occasions._left_out()
            for code, ids in left_out.items():
                occasions.browse(ids)._log("greeting", state="skipped", reason_code=code)
            wanted = occasions.browse([o.id for o in occasions if not any(o.id in ids for ids in left_out.values())])
            lines = wanted._log("greeting")
            for channel, part in wanted.grouped("channel").items():
                ends = {occasion.id: occasion._last_moment(occasion.next_date) for occasion in part}
                interactions = part._contact_request(
                    channel, "care", at, subject=self.env._("Greeting"), deadlines=ends
                )
                lines.filtered(lambda line, part=part: line.occasion_id in part)._note_interactions(interactions, at)

    def _left_out(self):
        """Which occasions must not be greeted though they are due: {reason code: set of ids}.

        Duplicate: the same person was greeted for the same reason this year already (merged customers). Disputed: the
        date follows a profile whose date of birth is no longer sure.
        """
        siblings = self.with_context(active_test=False).search(
            [("partner_id", "in", self.partner_id.ids), ("company_id", "in", self.company_id.ids)]
        )
        lines = self.env["crm.occasion.greeting"].search(
            [
                ("occasion_id", "in", siblings.ids),
                ("action", "=", "greeting"),
                ("state", "in", ("planned", "held", "sent", "assigned")),
            ]
        )
        seen = {(line.occasion_id._person_key(), line.due.year) for line in lines}
        births = self.filtered("from_profile").partner_id._profile_values(["birth_date"])
        found = {"duplicate": set(), "disputed": set()}
        for occasion in self:
            key = (occasion._person_key(), occasion.next_date.year)
            birth = births.get(occasion.partner_id.id, {}).get("birth_date")
            if key in seen:
                found["duplicate"].add(occasion.id)
            elif occasion.from_profile and (not birth or (birth.day, birth.month) != (occasion.day, occasion.month)):
                found["disputed"].add(occasion.id)
            else:
                seen.add(key)
        return found

    def _person_key(self):
        """Who is greeted, and what for: equal for two records of the same thing."""
        name = (self.relative_name or "").strip().casefold() if self.whose == "relative" else ""
        title = (self.title or "").strip().casefold() if self.kind == "other" else ""
        return self.company_id.id, self.partner_id.id, self.whose, name, self.kind, title

    def _log(self, action, state="planned", reason_code=False):
        """Write this year's line for each occasion."""
        return self.env["crm.occasion.greeting"].create(
            [
                {
                    "occasion_id": occasion.id,
                    "year": occasion.next_year,
                    "due": occasion.next_date,
                    "action": action,
                    "state": state,
                    "reason_code": reason_code,
                }
                for occasion in self
            ]
        )

    # ------------------------------------------------------------------ colleagues
    def _schedule(self, deadlines, missed=None):
        """Give each occasion's responsible an activity, in that colleague's language.

        :param deadlines: {occasion id: date}
        :param missed: {occasion id: day on which nobody was greeted}
        """
        activity_type = self.env.ref("crm_care.mail_activity_type_occasion")
        model_id = self.env["ir.model"]._get_id(self._name)
        users = self._responsibles()
        translated = {lang: self.with_context(lang=lang) for lang in {user.lang for user in users.values()}}
        self.partner_id.mapped("display_name")  # the activities name their record one by one: read the names at once
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": occasion.id,
                    "activity_type_id": activity_type.id,
                    "user_id": users[occasion.id].id,
                    "date_deadline": deadlines[occasion.id],
                    "summary": summary,
                }
                for lang, occasions in translated.items()
                for occasion in occasions
                if (users[occasion.id].lang == lang) and (summary := occasion._activity_summary(missed))
            ]
        )

    def _activity_summary(self, missed):
        if not missed:
            return self._about()
        day = format_date(self.env, missed[self.id])
        return self.env._("Not greeted on %(day)s: %(what)s", day=day, what=self._about())

    def _responsibles(self):
        """{occasion id: who looks after it}"""
        deputies = self._deputies()
        return {occasion.id: occasion._colleague() or deputies[occasion.company_id] for occasion in self}

    def _colleague(self):
        user = self.user_id or self.partner_id.user_id
        return user if user.active and self.company_id in user.company_ids else user.browse()

    def _deputies(self):
        """{company: a manager of the addon} for occasions whose responsible has left."""
        managers = self.env.ref("crm_care.group_manager").all_user_ids.filtered(lambda user: user.active)
        return {
            company: managers.filtered(lambda user, company=company: company in user.company_ids).sorted("id")[:1]
            for company in self.company_id
        }

    def _tell_colleague(self, at, lines):
        """A greeting did not go: let a colleague decide whether to call instead."""
        self._schedule({o.id: o._local_day(at) for o in self}, {line.occasion_id.id: line.due for line in lines})

    # ------------------------------------------------------------------ the gate
    def _contact_recipients(self):
        return {occasion.id: occasion.addressee_id for occasion in self}

    def _contact_deliver(self, interactions):
        lines = self._open_lines()
        moments = {interaction.res_id: interaction for interaction in interactions}
        late = [o for o in self if o.id in lines and o._local_day(moments[o.id].date) != lines[o.id].due]
        if late:
            raise UserError(self.env._("The day has passed: %(names)s", names=", ".join(o._about() for o in late)))
        for channel, part in interactions.grouped(lambda interaction: interaction.channel_id.code).items():
            occasions = self._contact_of(part)
            done = getattr(occasions, f"_deliver_{channel}")({i.res_id: i for i in part})
            for occasion in occasions.filtered(lambda o: o.id in lines):
                interaction = moments[occasion.id]
                lines[occasion.id].write({**done, "interaction_id": interaction.id, "reason_code": False})
                if done["state"] == "sent":
                    lines[occasion.id].sent_on = interaction.date

    def _contact_rejected(self, interactions):
        lines = self._open_lines()
        # What the day is too short for is not denied but missed: a colleague is told, see ``_close``.
        for interaction in interactions.filtered(lambda interaction: interaction.reason_code != "too_late"):
            if line := lines.get(interaction.res_id):
                line.write({"state": "denied", "interaction_id": interaction.id})

    def _open_lines(self):
        """{occasion id: its greeting under way}"""
        lines = self.env["crm.occasion.greeting"].search(
            [("occasion_id", "in", self.ids), ("action", "=", "greeting"), ("state", "in", OPEN_LINES)],
            order="due",
        )
        return {line.occasion_id.id: line for line in lines}
