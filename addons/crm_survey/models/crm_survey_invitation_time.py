from datetime import timedelta

from odoo import fields, models
from odoo.addons.crm_contact_policy.domain import rules
from odoo.fields import Domain

from ..domain import calls

# Talks of the last year tell when somebody can be reached; older ones may be of another life.
LOOK_BACK = timedelta(days=365)
TALKS = ("phone", "visit", "chat")


class CrmSurveyInvitation(models.Model):
    """When a customer is best called, from what came of calls and talks before."""

    _inherit = "crm.survey.invitation"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def _call_tz(self):
        """Name of the customer's time zone."""
        return self._call_partner().tz or self.company_id.sudo()._contact_tz()

    def _call_spans(self, at):
        """{invitation id: the :class:`calls.Span` in which to call}; a fixed number of queries.

        :param at: now, naive UTC
        """
        partners = self.recipient_id | self.partner_id
        reached, missed = self._past_talks_sudo(partners, at)
        wishes = self.env["crm.contact.preference"]._last_sudo(partners, at)
        spans = {}
        for invitation in self:
            partner, tz = invitation._call_partner(), invitation._call_tz()
            row = wishes.get(partner.id)
            wish = row and row._as_rule_input()
            company = invitation.company_id.sudo()
            spans[invitation.id] = calls.best_span(
                [rules.to_local(moment, tz) for moment in reached.get(partner.id, ())],
                [rules.to_local(moment, tz) for moment in missed.get(partner.id, ())],
                (wish.hour_from, wish.hour_to) if wish and (wish.hour_from, wish.hour_to) != (0, 24) else None,
                (company.crm_survey_call_from, company.crm_survey_call_to),
            )
        return spans

    def _past_talks_sudo(self, partners, at):
        """({partner id: moments of talks}, {partner id: moments of vain calls}), naive UTC; one query.

        Sudo: talks of colleagues count, whoever asks; only their hours are told.
        """
        reached, missed = {}, {}
        talks = self.env["crm.interaction"].sudo().search_fetch(
            Domain("partner_id", "in", partners.ids)
            & Domain("company_id", "in", self.company_id.ids)
            & Domain("channel_id.code", "in", TALKS)
            & Domain("state", "in", ("done", "refused"))
            & Domain("date", ">=", at - LOOK_BACK)
            & Domain("date", "<=", at),
            ["partner_id", "date", "outcome_id", "direction"],
        )
        for talk in talks:
            vain = talk.direction == "out" and talk.outcome_id.kind == "not_reached"
            (missed if vain else reached).setdefault(talk.partner_id.id, []).append(talk.date)
        return reached, missed

    def _next_try(self, outcome, at):
        """When to call again after a call that reached nobody (naive UTC): likelier, and allowed by the gate."""
        self.ensure_one()
        tz, span = self._call_tz(), self._call_spans(at)[self.id]
        local = calls.next_try(outcome, self._count_calls(), rules.to_local(at, tz), span)
        moment = rules.to_utc(local, tz)
        return max(self._call_decisions(moment)[self.id].at, moment)

    def _propose_call_back(self, at):
        """A moment to propose for a call back (naive UTC)."""
        self.ensure_one()
        tz = self._call_tz()
        local = calls.propose_call_back(rules.to_local(at, tz), self._call_spans(at)[self.id])
        moment = rules.to_utc(local, tz)
        return max(self._call_decisions(moment)[self.id].at, moment)

    def _local_now(self):
        """The hour at the customer's, now."""
        return rules.to_local(fields.Datetime.now(), self._call_tz())
