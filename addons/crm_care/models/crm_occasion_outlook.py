from odoo import api, fields, models
from odoo.tools import format_date, format_datetime


class CrmOccasionOutlook(models.AbstractModel):
    """Part of the occasion: what will happen on its next date, told beforehand."""

    _name = "crm.occasion.outlook"
    _description = "Outlook of an Occasion"

    outlook = fields.Text(compute="_compute_outlook", help="What will be sent when, or why nothing will.")
    preview_subject = fields.Char("Subject", compute="_compute_preview")
    preview_body = fields.Html("Message", compute="_compute_preview")

    @api.depends("active", "action", "next_date", "planned_at", "partner_id", "recipient_id", "user_id", "notice_on")
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
        for (company, moment), occasions in greeted.grouped(lambda o: (o.company_id, o.planned_at)).items():
            people = occasions.addressee_id.with_company(company)
            decisions = people._contact_decisions("email", "care", moment)
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
            return self.env._("A greeting goes by e-mail on %(day)s.", day=format_date(self.env, self.next_date))
        same_day = self._local_day(decision.at) == self.next_date
        if decision.verdict == "deny" or not same_day:
            return self.env._("No greeting will go: %(reason)s.", reason=decision.reason)
        return self.env._(
            "On %(day)s a greeting goes by e-mail to %(name)s, at %(moment)s on the recipient's clock.",
            day=format_date(self.env, self.next_date, date_format="EEEE d MMMM y"),
            name=self.addressee_id.email_formatted or self.addressee_id.display_name,
            moment=format_datetime(self.env, decision.at, tz=self._tz(), dt_format="HH:mm"),
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

    @api.depends("kind", "whose", "relative_name", "partner_id", "recipient_id", "template_id", "action", "next_date")
    def _compute_preview(self):
        self.preview_subject = self.preview_body = False
        wanted = self.filtered(lambda o: isinstance(o.id, int) and o.action in ("greeting", "both"))
        for template, occasions in wanted._by_template().items():
            subjects = template._render_field("subject", occasions.ids, compute_lang=True)
            bodies = template._render_field("body_html", occasions.ids, compute_lang=True)
            for occasion in occasions:
                occasion.preview_subject, occasion.preview_body = subjects[occasion.id], bodies[occasion.id]
