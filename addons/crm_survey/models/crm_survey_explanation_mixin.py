from datetime import timedelta

from markupsafe import Markup
from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from ..domain import goal


class CrmSurveyExplanationMixin(models.AbstractModel):
    """What the program would do with one customer, in the reader's words; it changes nothing."""

    _name = "crm.survey.explanation.mixin"
    _description = "Preview of a survey program in words"

    def _preview(self, partner, at):
        """Return ``(would_ask, sentences)`` for a customer who gives the program its start at ``at`` (naive UTC)."""
        self.ensure_one()
        program = self.with_company(self.company_id)
        partner = partner.with_company(self.company_id)
        obstacles = program._preview_obstacles(partner, at)
        if obstacles:
            return False, obstacles
        return True, program._preview_steps(partner, at)

    def _preview_html(self, partner, at):
        would_ask, sentences = self._preview(partner, at)
        title = self.env._("This customer would be asked:") if would_ask else self.env._("This customer is not asked:")
        html = self._preview_list(title, sentences, ordered=False)
        mine = self.with_company(self.company_id)
        asked, known, outside = mine._preview_questions(partner.with_company(self.company_id), at)
        html += self._preview_list(self.env._("Questions"), asked, ordered=True)
        html += self._preview_list(self.env._("Left out, because we know the answer"), known, ordered=False)
        return html + self._preview_list(
            self.env._("Left out, because no collection plan asks for it"), outside, ordered=False
        )

    @staticmethod
    def _preview_list(title, sentences, ordered):
        if not sentences:
            return Markup()
        items = Markup().join(Markup("<li>%s</li>") % sentence for sentence in sentences)
        tag = Markup("ol" if ordered else "ul")
        return Markup("<p class='mb-1'><b>%s</b></p><%s>%s</%s>") % (title, tag, items, tag)

    # -- why not -------------------------------------------------------------------------------------

    def _preview_obstacles(self, partner, at):
        """Return why the customer would not be asked; empty when they would."""
        obstacles = []
        if self.state == "done":
            obstacles.append(self._get_stop_text(self.stop_reason) if self.stop_reason else self.env._("It is over."))
        elif self.state != "running" and self.trigger != "manual":
            obstacles.append(self.env._("The program is not running."))
        if reason := self.state != "done" and goal.stop_reason(self._get_standing(at)):
            obstacles.append(self._get_stop_text(reason))
        if not self._preview_matches(partner, self._get_partner_domain()):
            obstacles.append(self.env._("The program is for other customers."))
        if not self._preview_matches(partner, self._get_belonging_domain()):
            obstacles.append(self._preview_elsewhere(partner))
        obstacles += self._preview_quota(partner)
        last = self.env["crm.survey.invitation"].search(
            Domain("program_id", "=", self.id) & Domain("partner_id", "=", partner.id), order="wave desc", limit=1
        )
        if last and not self._get_next_wave((last.wave, last.create_date), at):
            obstacles.append(
                self.env._(
                    "The program asked this customer on %(date)s.", date=format_datetime(self.env, last.create_date)
                )
            )
        if self._preview_plan(partner, at).is_empty:
            obstacles.append(self.env._("Nothing is left to ask: we know all the answers."))
        if not any(step._get_address(self._preview_recipient(partner)) for step in self.step_ids):
            obstacles.append(self.env._("The customer has no address for any of the channels."))
        return obstacles

    def _preview_matches(self, partner, domain):
        """Whether a customer is in a domain; archived ones as well, the gate has its say on them."""
        partners = self.env["res.partner"].with_context(active_test=False)
        return bool(partners.search_count(Domain("id", "=", partner.id) & domain, limit=1))

    def _preview_elsewhere(self, partner):
        """Return where the customer is, and where the program looks."""
        here = {
            "stage": partner.lifecycle_stage_id,
            "class": partner.lifecycle_value_class_id,
            "segment": partner.lifecycle_segment_ids,
        }[self.trigger]
        there = ", ".join(self._get_groups()[self.trigger].mapped("name"))
        values = {"stage": ", ".join(here.mapped("name")) or "–", "stages": there}
        if self.trigger == "class" and not here:
            return self.env._("The customer is in no value class; the program starts with “%(stages)s”.", stages=there)
        if self.trigger == "class":
            return self.env._(
                "The customer is in the value class “%(stage)s”; the program starts with “%(stages)s”.", **values
            )
        if self.trigger == "segment":
            return self.env._("The customer is in none of the segments “%(stages)s”.", **values)
        return self.env._("The customer is in the stage “%(stage)s”; the program starts with “%(stages)s”.", **values)

    def _preview_quota(self, partner):
        """Return why the quotas keep the customer out."""
        if partner.id in self._choose_quotas(partner):
            return []
        quota = self.quota_ids._choose(partner)[partner.id]
        if not quota:
            return [self.env._("The customer is in none of the quotas.")]
        return [
            self.env._(
                "The quota “%(quota)s” is filled: %(answers)s answers.", quota=quota.name, answers=quota.answered_count
            )
        ]

    # -- what, when, how -------------------------------------------------------------------------------

    def _preview_recipient(self, partner):
        """Return the person who would be asked."""
        return self.env["crm.survey.invitation"]._find_recipients(partner).get(partner, partner)

    def _preview_plan(self, partner, at):
        survey = self._choose_surveys(partner)[partner.id]
        skip, months = self._get_plan_settings()
        return survey._plan_for_sudo(partner, self._local_day(at), months if skip else None)[partner.id]

    def _preview_questions(self, partner, at):
        """Return the titles of the questions (asked, known, not collected), in the reader's language.

        Whether a restricted fact is held is not told to who may not see such facts: it reads as asked.
        """
        plan = self._preview_plan(partner, at)
        survey = self._choose_surveys(partner)[partner.id]
        closed = not self.env.user.has_group("crm_profile.group_restricted")
        titles = {"asked": [], "known": [], "outside": []}
        for question in survey._prepare_user_input_predefined_questions():
            kind = next((name for name in titles if question.id in getattr(plan, name)), None)
            if kind in ("known", "outside") and closed and question.is_restricted:
                kind = "asked"
            if kind:
                titles[kind].append(question.title)
        return titles["asked"], titles["known"], titles["outside"]

    def _preview_steps(self, partner, at):
        """Return one sentence on the questionnaire and one for each step."""
        languages = dict(self.env["res.lang"].get_installed())
        recipient = self._preview_recipient(partner)
        sentences = [
            self.env._(
                "Questionnaire “%(survey)s” with %(number)s questions, in %(language)s.",
                survey=self._choose_surveys(partner)[partner.id].title,
                number=len(self._preview_plan(partner, at).asked),
                language=languages.get(recipient.lang or self.company_id.partner_id.lang or self.env.lang, ""),
            )
        ]
        sentences += self._preview_draw(at)
        moment = self._preview_start(at)
        for number, step in enumerate(self.step_ids):
            moment += timedelta(days=step.days)
            sentences.append(self._preview_step(recipient, step, number, moment))
        return sentences

    def _preview_start(self, at):
        """Return when the first step would be due."""
        if self.trigger != "calendar":
            return at + timedelta(days=self.delay_days)
        return max(at, self._day_start(self.next_day)) if self.next_day else at

    def _preview_draw(self, at):
        """Return how many are drawn, where not everybody is asked at once."""
        per_day = self._get_per_day(at)
        if per_day is not None:
            return [
                self.env._(
                    "When the draw comes to the customer: about %(number)s a day are asked until %(day)s.",
                    number=per_day,
                    day=format_date(self.env, self.last_day),
                )
            ]
        if self.target_count:
            return [
                self.env._(
                    "When the draw comes to the customer: as many are asked as it takes for %(number)s answers.",
                    number=self.target_count,
                )
            ]
        return []

    def _preview_step(self, partner, step, number, moment):
        """Return what happens at one step, and what the contact gate says to it."""
        address = step._get_address(partner)
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
