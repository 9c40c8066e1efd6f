from datetime import timedelta

from markupsafe import Markup
from odoo import models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..domain import schedule


class CrmSurveyExplanationMixin(models.AbstractModel):
    """What the program would do with one customer, in the reader's words; it changes nothing."""

    _name = "crm.survey.explanation.mixin"
    _description = "Preview of a survey program in words"

    def _preview(self, partner, at):
        """Return ``(would_ask, sentences)`` for a customer who gives the program its start at ``at`` (naive UTC)."""
        self.ensure_one()
        program = self.with_company(self.company_id)
        obstacles = program._preview_obstacles(partner.with_company(self.company_id), at)
        if obstacles:
            return False, obstacles
        return True, program._preview_steps(partner, at)

    def _preview_html(self, partner, at):
        would_ask, sentences = self._preview(partner, at)
        title = self.env._("This customer would be asked:") if would_ask else self.env._("This customer is not asked:")
        items = Markup().join(Markup("<li>%s</li>") % sentence for sentence in sentences)
        return Markup("<p><b>%s</b></p><ul>%s</ul>") % (title, items)

    def _preview_obstacles(self, partner, at):
        """Return why the customer would not be asked; empty when they would."""
        obstacles = []
        if self.state != "running" and self.trigger != "manual":
            obstacles.append(self.env._("The program is not running."))
        if not partner.filtered_domain(self._get_partner_domain()):
            obstacles.append(self.env._("The program is for other customers."))
        if self.trigger == "stage" and partner.lifecycle_stage_id not in self.stage_ids:
            obstacles.append(
                self.env._(
                    "The customer is in the stage “%(stage)s”; the program starts with “%(stages)s”.",
                    stage=partner.lifecycle_stage_id.name or "–",
                    stages=", ".join(self.stage_ids.mapped("name")),
                )
            )
        last = self.env["crm.survey.invitation"].search(
            Domain("program_id", "=", self.id) & Domain("partner_id", "=", partner.id), order="wave desc", limit=1
        )
        if last and not schedule.next_wave(last.wave, last.create_date, at, self.repeat_days):
            obstacles.append(
                self.env._(
                    "The program asked this customer on %(date)s.", date=format_datetime(self.env, last.create_date)
                )
            )
        if not any(self._preview_address(partner, step) for step in self.step_ids):
            obstacles.append(self.env._("The customer has no address for any of the channels."))
        return obstacles

    def _preview_address(self, partner, step):
        return partner.phone if step.channel_code == "phone" else partner.email

    def _preview_steps(self, partner, at):
        """Return one sentence on the questionnaire and one for each step."""
        languages = dict(self.env["res.lang"].get_installed())
        sentences = [
            self.env._(
                "Questionnaire “%(survey)s” with %(number)s questions, in %(language)s.",
                survey=self.survey_id.title,
                number=self.survey_id.question_count,
                language=languages.get(partner.lang or self.company_id.partner_id.lang or self.env.lang, ""),
            )
        ]
        moment = at + timedelta(days=self.delay_days)
        for number, step in enumerate(self.step_ids):
            moment += timedelta(days=step.days)
            sentences.append(self._preview_step(partner, step, number, moment))
        return sentences

    def _preview_step(self, partner, step, number, moment):
        """Return what happens at one step, and what the contact gate says to it."""
        address = self._preview_address(partner, step)
        if not address:
            return self.env._("%(channel)s: left out, there is no address.", channel=step.channel_id.name)
        decision = partner._contact_decisions(step.channel_code, "survey", moment)[partner.id]
        values = {
            "channel": step.channel_id.name,
            "address": address,
            "date": format_datetime(self.env, decision.at or moment),
            "reason": decision.reason or "",
        }
        if decision.verdict == "deny":
            return self.env._("%(channel)s to %(address)s: not allowed. %(reason)s", **values)
        if decision.verdict == "hold":
            return self.env._("%(channel)s to %(address)s: held until %(date)s. %(reason)s", **values)
        if number:
            return self.env._("%(channel)s to %(address)s on %(date)s, if there is no answer by then.", **values)
        return self.env._("%(channel)s to %(address)s on %(date)s.", **values)
