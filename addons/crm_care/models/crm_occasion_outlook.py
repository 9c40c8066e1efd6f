from odoo import api, fields, models
from odoo.tools import format_date, format_datetime, plaintext2html


class CrmOccasionOutlook(models.AbstractModel):
    """Part of the occasion: what will happen on its next date, told beforehand."""

    _name = "crm.occasion.outlook"
    _description = "Outlook of an Occasion"

    outlook = fields.Text(compute="_compute_outlook", help="What will be sent when, or why nothing will.")
    preview_subject = fields.Char("Subject", compute="_compute_preview")
    preview_body = fields.Html("Message", compute="_compute_preview")

    @api.depends("active", "action", "next_date", "planned_at", "partner_id", "recipient_id", "user_id",
                 "notice_on", "channel")
    @api.depends_context("lang", "tz")
    def _compute_outlook(self):
        saved = self.filtered("id")
        decisions = saved._foresee()
        done = {action: saved._greeted(action) for action in ("greeting", "activity")}
        for occasion in self:
            lines = []
            if occasion.next_date and occasion.active:
                if occasion.action in ("greeting", "both"):
                    line = done["greeting"].get((occasion.id, occasion.next_year))
                    lines.append(occasion._greeting_outlook(line, decisions.get(occasion.id)))
                if occasion.action in ("activity", "both"):
                    line = done["activity"].get((occasion.id, occasion.next_year))
                    lines.append(occasion._activity_outlook(line))
            occasion.outlook = "\n".join(lines) or self.env._("Nothing is sent: we only remember the day.")

    def _foresee(self):
        """{occasion id: Decision} of the gate at the moment each greeting is planned for; asked once a moment."""
        found = {}
        greeted = self.filtered(lambda o: o.active and o.planned_at and o.action in ("greeting", "both"))
        groups = greeted.grouped(lambda o: (o.company_id, o.planned_at, o.channel))
        for (company, moment, channel), occasions in groups.items():
            people = occasions.addressee_id.with_company(company)
            decisions = people._contact_decisions(channel, "care", moment)
            found.update({occasion.id: decisions[occasion.addressee_id.id] for occasion in occasions})
        return found

    def _greeting_outlook(self, line, decision):
        if line:
            states = dict(line._fields["state"]._description_selection(self.env))
            return self.env._(
                "Greeting of %(year)s: %(state)s %(reason)s",
                year=line.year,
                state=states[line.state],
                reason=line.reason or "",
            ).strip()
        if decision is None:
            return self.env._("A greeting goes on %(day)s.", day=format_date(self.env, self.next_date))
        same_day = self._local_day(decision.at) == self.next_date
        if decision.verdict == "deny" or not same_day:
            return self.env._("No greeting will go: %(reason)s.", reason=decision.reason)
        return self._channel_outlook(
            format_date(self.env, self.next_date, date_format="EEEE d MMMM y"),
            format_datetime(self.env, decision.at, tz=self._tz(), dt_format="HH:mm"),
        )

    def _channel_outlook(self, day, moment):
        """What happens on ``day`` at ``moment`` (both as text) by the occasion's channel."""
        person = self.addressee_id
        if self.channel == "sms":
            return self.env._(
                "On %(day)s a greeting goes by SMS to %(name)s, %(number)s, at %(moment)s on the recipient's clock.",
                day=day, moment=moment, name=person.name, number=person.phone,
            )
        if self.channel == "chat":
            return self.env._(
                "On %(day)s at %(moment)s %(colleague)s gets the text to send to %(name)s by chat.",
                day=day, moment=moment, name=person.name,
                colleague=(self.user_id or self.partner_id.user_id).name or self.env._("A colleague"),
            )
        return self.env._(
            "On %(day)s a greeting goes by e-mail to %(name)s, at %(moment)s on the recipient's clock.",
            day=day, moment=moment, name=person.email_formatted or person.display_name,
        )

    def _activity_outlook(self, line):
        user = self.user_id or self.partner_id.user_id
        if line:
            return self.env._("%(name)s has the activity already.", name=user.name or self.env._("A colleague"))
        return self.env._(
            "From %(day)s on %(name)s sees an activity.",
            day=format_date(self.env, self.notice_on),
            name=user.name or self.env._("A colleague"),
        )

    @api.depends("kind", "whose", "relative_name", "partner_id", "recipient_id", "template_id", "action", "next_date",
                 "channel", "sms_template_id")
    def _compute_preview(self):
        self.preview_subject = self.preview_body = False
        wanted = self.filtered(lambda o: isinstance(o.id, int) and o.action in ("greeting", "both"))
        short = wanted.filtered(lambda o: o.channel != "email")
        for occasion_id, text in short._short_texts().items():
            self.browse(occasion_id).preview_body = plaintext2html(text)
        wanted -= short
        for template, occasions in wanted._by_template().items():
            subjects = template._render_field("subject", occasions.ids, compute_lang=True)
            bodies = template._render_field("body_html", occasions.ids, compute_lang=True)
            for occasion in occasions:
                occasion.preview_subject, occasion.preview_body = subjects[occasion.id], bodies[occasion.id]
