from odoo import api, fields, models
from odoo.addons.crm_profile.domain import standing
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain import answers as answers_domain
from ..domain import quality

# Participations the median of a survey is taken from: the latest ones, so that its cost does not grow.
MEDIAN_WINDOW = 500


class SurveyUserInput(models.Model):
    """Doubtful participations: flagged by rules, judged by a person, never deleted."""

    _inherit = "survey.user_input"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    quality_state = fields.Selection(
        [
            ("none", "Nothing doubtful"),
            ("flagged", "To review"),
            ("accepted", "Accepted"),
            ("set_aside", "Set aside"),
        ],
        string="Quality",
        default="none",
        readonly=True,
        copy=False,
        index=True,
        help="Answers set aside stay where they are but count in no score.",
    )
    quality_flags = fields.Char(
        readonly=True,
        copy=False,
        help="Codes of what is doubtful, joined by commas: speed, straight, contradiction.",
    )
    quality_detail = fields.Json(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="What shows each flag; readers get it in words, without the restricted facts it names.",
    )
    quality_text = fields.Text(string="What is doubtful", compute="_compute_quality_text")
    quality_note = fields.Text(string="Reason of the review", readonly=True, copy=False)
    quality_reviewer_id = fields.Many2one("res.users", string="Reviewed by", readonly=True, copy=False)
    quality_reviewed_on = fields.Datetime(string="Reviewed on", readonly=True, copy=False)

    @api.depends("quality_detail")
    @api.depends_context("lang", "uid")
    def _compute_quality_text(self):
        details = self._quality_details_sudo()
        for user_input in self:
            detail = details[user_input.id]
            user_input.quality_text = "\n".join(
                getattr(self, f"_get_{flag}_text")(shown) for flag, shown in sorted(detail.items())
            )

    def _quality_details_sudo(self):
        """Return {id: what shows each flag}; sudo: it also names restricted facts, which the words leave out."""
        return {user_input.id: user_input.quality_detail or {} for user_input in self.sudo()}

    def _get_speed_text(self, shown):
        return self.env._(
            "Fast: %(taken)s seconds a question, usual are %(median)s.", taken=round(shown[0]), median=round(shown[1])
        )

    def _get_straight_text(self, shown):
        return self.env._("Always the same: one and the same answer to all %(number)s points.", number=shown)

    def _get_contradiction_text(self, shown):
        attributes = self.env["crm.profile.attribute"].browse(shown).exists()
        if not self.env.user.has_group("crm_profile.group_restricted"):
            attributes = attributes.filtered(lambda a: a.sensitivity == "normal")
        names = ", ".join(attributes.mapped("name")) or self.env._("a restricted fact")
        return self.env._("Contradicts what we know: %(facts)s.", facts=names)

    # -- flags ---------------------------------------------------------------------------------------

    def _flag_quality(self):
        """Flag what is doubtful in completed participations; a fixed number of queries. What was reviewed stays."""
        # Browsed anew, so that all are read at once wherever they come from.
        pending = self.browse(self.ids).filtered(
            lambda i: i.state == "done" and not i.test_entry and i.quality_state not in ("accepted", "set_aside")
        )
        participations = pending._get_participations()
        medians = self._get_medians(pending.survey_id)
        known = pending._get_known(participations)
        for user_input in pending:
            flags = quality.find_flags(
                participations[user_input.id], medians.get(user_input.survey_id.id), known.get(user_input.id, {})
            )
            codes = ",".join(sorted(flags)) or False
            if codes != user_input.quality_flags or (flags or False) != (user_input.quality_detail or False):
                user_input.write(
                    {
                        "quality_flags": codes,
                        "quality_detail": flags or False,
                        "quality_state": "flagged" if flags else "none",
                    }
                )

    def _get_participations(self):
        """Return {id: :class:`~..domain.quality.Participation`}."""
        by_input = {}
        invitations = {i.id: i.user_input_id.id for i in self.crm_invitation_id}
        for answer in self.crm_invitation_id._get_answers():
            by_input.setdefault(invitations[answer.invitation_id], []).append(answer)
        result = {}
        for user_input in self:
            said = by_input.get(user_input.id, [])
            timed = user_input.start_datetime and user_input.end_datetime
            result[user_input.id] = quality.Participation(
                seconds=(user_input.end_datetime - user_input.start_datetime).total_seconds() if timed else None,
                questions=len(user_input.predefined_question_ids),
                series=self._get_series(said),
                statements=self._get_statements(said),
            )
        return result

    def _get_series(self, said):
        """Return the answers of each table, and those to all scales of one length."""
        tables, scales = [], {}
        for answer in said:
            question = self.env["survey.question"].browse(answer.question_id)
            if question.question_type == "matrix":
                tables.append(tuple(choice.code for choice in answer.choices))
            elif question.question_type == "scale":
                scales.setdefault((question.scale_min, question.scale_max), []).append(answer.value)
        return (*tables, *(tuple(values) for values in scales.values()))

    def _get_statements(self, said):
        """Return {attribute id: canonical value} of the answers that become facts."""
        statements = {}
        for answer in said:
            question = self.env["survey.question"].browse(answer.question_id)
            attribute = question.target_attribute_id
            if question.target_kind == "attribute" and attribute.value_type in quality.COMPARED_TYPES:
                try:
                    value = answers_domain.convert(answer, attribute.value_type)
                    statements[attribute.id] = attribute._value_vals(value)["value_key"]
                except (answers_domain.Unusable, UserError):
                    continue  # the recording of the answers reports it
        return statements

    def _get_known(self, participations):
        """Return {id: {attribute id: canonical value}} of the firm facts these answers could contradict.

        A participation's own facts are left out: it may be looked at again after they were recorded.
        """
        asked = {attribute for one in participations.values() for attribute in one.statements}
        if not asked:
            return {}
        facts = self.env["crm.profile.fact"].search(
            Domain("partner_id", "in", self.partner_id.ids)
            & Domain("attribute_id", "in", sorted(asked))
            & self.env["crm.profile.fact"]._get_sure_domain()
        )
        known = {}
        by_partner = facts.grouped("partner_id")
        for user_input in self:
            for fact in by_partner.get(user_input.partner_id, facts.browse()):
                own = fact.source_ref == f"{self._name},{user_input.id}"
                firm = quality.counts_as_known(fact.kind, fact.value_type, fact.status == standing.VERIFIED)
                if firm and not own:
                    known.setdefault(user_input.id, {})[fact.attribute_id.id] = fact.value_key
        return known

    @api.model
    def _get_medians(self, surveys):
        """Return {survey id: median seconds a question} of the latest participations, where there are enough."""
        if not surveys:
            return {}
        self.flush_model(["survey_id", "state", "start_datetime", "end_datetime", "test_entry", "quality_state"])
        asked = self._fields["predefined_question_ids"]
        self.env["survey.user_input"].flush_model([asked.name])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT latest.survey_id,
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY latest.seconds / latest.questions)
                  FROM survey_survey survey
                 CROSS JOIN LATERAL (
                       SELECT answer.survey_id,
                              EXTRACT(EPOCH FROM answer.end_datetime - answer.start_datetime) AS seconds,
                              (SELECT count(*) FROM %(relation)s plan WHERE plan.%(column)s = answer.id) AS questions
                         FROM survey_user_input answer
                        WHERE answer.survey_id = survey.id AND answer.state = 'done'
                              AND answer.test_entry IS NOT TRUE AND answer.quality_state IS DISTINCT FROM 'set_aside'
                              AND answer.start_datetime IS NOT NULL AND answer.end_datetime IS NOT NULL
                        ORDER BY answer.end_datetime DESC
                        LIMIT %(window)s) latest
                 WHERE survey.id = ANY(%(surveys)s) AND latest.questions > 0
                 GROUP BY latest.survey_id
                HAVING count(*) >= %(enough)s
                """,
                relation=SQL.identifier(asked.relation),
                column=SQL.identifier(asked.column1),
                window=MEDIAN_WINDOW,
                surveys=surveys.ids,
                enough=quality.MEDIAN_FROM,
            )
        )
        return {survey_id: float(median) for survey_id, median in rows}

    # -- review --------------------------------------------------------------------------------------

    def action_accept(self):
        """Ask why the doubtful answers count all the same."""
        return self._open_review("accepted")

    def action_set_aside(self):
        """Ask why these answers shall not count."""
        return self._open_review("set_aside")

    def _open_review(self, decision):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accept") if decision == "accepted" else self.env._("Set aside"),
            "res_model": "crm.survey.review",
            "view_mode": "form",
            "target": "new",
            "context": {"default_user_input_ids": self.ids, "default_decision": decision},
        }

    def _check_review(self):
        """:raises UserError: for answers that are not complete, or were given to try a survey out"""
        if self.filtered(lambda i: i.state != "done" or i.test_entry):
            raise UserError(self.env._("Only completed answers can be reviewed."))

    def _review(self, decision, reason, at):
        """Decide on doubtful answers: ``accepted`` or ``set_aside``, with the reason.

        Facts from answers set aside are disputed, so that they are not used until somebody decides; follow-ups and
        complaints rest until the answers count again.
        """
        self._check_review()
        before = self.filtered(lambda i: i.quality_state == "set_aside")
        self.write(
            {
                "quality_state": decision,
                "quality_note": reason,
                "quality_reviewer_id": self.env.uid,
                "quality_reviewed_on": at,
            }
        )
        if decision == "set_aside":
            self._dispute_facts_sudo()
            (self - before).crm_invitation_id._set_aside_sudo(reason, at)
        else:
            before.crm_invitation_id._set_back_sudo(reason, at)

    def _dispute_facts_sudo(self):
        """Doubt what these answers said of their customers; sudo: restricted facts the reviewer may not see, too."""
        self.env["crm.profile.fact"].sudo().search(
            Domain("source", "=", "survey")
            & Domain("source_ref", "in", [f"{self._name},{user_input.id}" for user_input in self])
            & Domain("status", "=", "stated")
        ).action_dispute()
