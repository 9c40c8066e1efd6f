from odoo import api, models
from odoo.fields import Domain

from ..domain import known
from ..domain.names import CUSTOMER_TYPES

OPEN_FACTS = ("stated", "verified")


class SurveySurvey(models.Model):
    """What is left to ask of each customer."""

    _inherit = "survey.survey"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def _plan_invited(self, invitations, at):
        """Return {invitation id: :class:`known.Plan`} of invitations to this survey; a fixed number of queries.

        :param at: naive UTC, the moment at which facts count as fresh
        """
        self.ensure_one()
        plans = {}
        for program, batch in invitations.grouped("program_id").items():
            program = program.with_company(program.company_id)
            skip, months = program._get_plan_settings()
            by_partner = self.with_env(program.env)._plan_for_sudo(
                batch.partner_id, program._local_day(at), months if skip else None
            )
            plans.update({i.id: by_partner[i.partner_id.id] for i in batch})
        return plans

    def _plan_for_sudo(self, partners, today, months=0):
        """Return {partner id: :class:`known.Plan`} in the current company.

        Sudo: what is known decides what is asked, whoever asks; no value comes out of it.

        :param today: day by the company's clock
        :param months: facts collected earlier are asked again; 0: only expired ones, ``None``: everything is asked
        """
        self.ensure_one()
        questions = self._prepare_user_input_predefined_questions().sudo()
        asks = [
            known.Ask(
                question.id,
                question.target_attribute_id.id if question.target_kind == "attribute" else 0,
                question._get_triggers(),
            )
            for question in questions
        ]
        attributes = questions.filtered(lambda q: q.target_kind == "attribute").target_attribute_id
        held = self._held_facts(partners.sudo(), attributes, today, months) if months is not None else {}
        outside = self.env["crm.collection.plan"]._out_of_scope_sudo(
            [(partner.id, attribute.id) for partner in partners for attribute in attributes]
        )
        by_partner = {}
        for partner_id, attribute_id in outside:
            by_partner.setdefault(partner_id, set()).add(attribute_id)
        nothing = frozenset()
        return {
            partner.id: known.plan_questions(asks, held.get(partner.id, {}), by_partner.get(partner.id, nothing))
            for partner in partners
        }

    @api.model
    def _held_facts(self, partners, attributes, today, months):
        """Return {partner id: {attribute id: option codes}} of the facts that are sure, fresh and undisputed."""
        facts = self.env["crm.profile.fact"].sudo()
        about = Domain("partner_id", "in", partners.ids) & Domain("attribute_id", "in", attributes.ids)
        if not attributes or not partners:
            return {}
        fresh = facts._get_sure_domain() & (Domain("expires_on", "=", False) | Domain("expires_on", ">", today))
        if first := known.fresh_from(today, months):
            fresh &= Domain("collected_on", ">=", first)
        disputed = {
            (partner.id, attribute.id)
            for partner, attribute in facts._read_group(
                about & Domain("status", "=", "disputed"), ["partner_id", "attribute_id"]
            )
        }
        held = {}
        for fact in facts.search(about & fresh & Domain("status", "in", OPEN_FACTS)):
            key = (fact.partner_id.id, fact.attribute_id.id)
            if key not in disputed:
                held.setdefault(key[0], {})[key[1]] = self._fact_codes(fact)
        return held

    @api.model
    def _fact_codes(self, fact):
        """Return the codes an answer with this fact's value would have."""
        if fact.value_type == "boolean":
            return frozenset({"yes" if fact.value_boolean else "no"})
        if fact.value_type == "integer":
            return frozenset({str(fact.value_integer)})
        return frozenset(fact.option_ids.mapped("code"))

    # -- the questionnaire shows what is planned -------------------------------------------------------

    def _get_pages_or_questions(self, user_input):
        """Of an invited customer: only the planned questions, and pages that still have one or never had any."""
        result = super()._get_pages_or_questions(user_input)
        if self.survey_type not in CUSTOMER_TYPES or not user_input.crm_invitation_id:
            return result
        planned = user_input.predefined_question_ids
        return result.filtered(
            lambda one: (not one.question_ids or one.question_ids & planned) if one.is_page else one in planned
        )


class SurveyQuestion(models.Model):
    """What brings a question up."""

    _inherit = "survey.question"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def _get_triggers(self):
        """Return ((question id, code of an answer), …): labels that bring this question up, or marks of a scale."""
        self.ensure_one()
        labels = tuple((answer.question_id.id, answer.code or "") for answer in self.triggering_answer_ids)
        if not self.follow_question_id:
            return labels
        marks = range(self.follow_min, self.follow_max + 1)
        return labels + tuple((self.follow_question_id.id, str(mark)) for mark in marks)

    def _get_trigger_tokens(self):
        """Return what brings this question up: ids of labels, and (scale question id, mark)."""
        self.ensure_one()
        tokens = set(self.triggering_answer_ids.ids)
        if self.follow_question_id:
            tokens |= {(self.follow_question_id.id, mark) for mark in range(self.follow_min, self.follow_max + 1)}
        return tokens
