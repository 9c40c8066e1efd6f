from odoo import api, fields, models
from odoo.fields import Domain

from ..domain import qualification

FACTS = ("need", "need_when", "need_date", "budget")


class CrmLead(models.Model):
    """A lead that is asked: what it needs, when, with which means, and what is still open."""

    _inherit = "crm.lead"

    survey_invitation_ids = fields.One2many(
        "crm.survey.invitation", "lead_id", string="Interviews", groups="crm_survey.group_interviewer"
    )
    survey_referred = fields.Char(
        readonly=True, copy=False, help="Mark of the person as they were named: one answer makes no second lead."
    )
    churn_interview_id = fields.Many2one(
        "crm.churn.interview",
        string="Churn interview",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="crm_survey.group_user",
    )
    qualified_on = fields.Datetime(string="Asked on", readonly=True, copy=False)
    qualification_invitation_id = fields.Many2one(
        "crm.survey.invitation", readonly=True, copy=False, ondelete="set null", groups="crm_survey.group_interviewer"
    )
    qualification_advice = fields.Selection(
        [
            ("propose", "Make it an opportunity"),
            ("ask", "Ask on"),
            ("nurture", "Keep warm until the need comes"),
            ("rest", "No need: leave it"),
        ],
        string="After the interview",
        readonly=True,
        copy=False,
        tracking=True,
    )
    nurture_until = fields.Date(
        string="Come back on", copy=False, tracking=True, help="When to be there for the need the lead told us of."
    )
    open_question_ids = fields.Many2many(
        "survey.question",
        "crm_lead_open_question_rel",
        "lead_id",
        "question_id",
        string="Still to ask",
        readonly=True,
        copy=False,
        groups="crm_survey.group_interviewer",
        help="Questions of the qualification interview that were left out.",
    )
    qualification_need = fields.Char(string="Need", compute="_compute_qualification")
    qualification_when = fields.Char(string="When", compute="_compute_qualification")
    qualification_means = fields.Char(string="Means", compute="_compute_qualification")

    @api.depends("partner_id", "qualified_on")
    @api.depends_context("lang", "uid")
    def _compute_qualification(self):
        shown = self._qualification_facts("value_display")
        for lead in self:
            facts = shown.get(lead.partner_id.id, {})
            lead.qualification_need = facts.get("need")
            lead.qualification_when = " · ".join(facts[code] for code in ("need_when", "need_date") if code in facts)
            lead.qualification_means = facts.get("budget")

    def _qualification_facts(self, name=None):
        """Return {partner id: {attribute code: value}} of what is surely known of need, time and means.

        :param name: field of the fact to return; without one the Python value
        """
        partners = self.partner_id | self.partner_id.commercial_partner_id
        found = {}
        facts = self.env["crm.profile.fact"].search(
            Domain("partner_id", "in", partners.ids)
            & Domain("attribute_id.code", "in", FACTS)
            & Domain("is_sure", "=", True),
            order="collected_on, id",
        )
        for fact in facts:
            value = fact[name] if name else fact._python_value()
            found.setdefault(fact.partner_id.id, {})[fact.attribute_id.code] = value
        return {
            partner.id: {**found.get(partner.commercial_partner_id.id, {}), **found.get(partner.id, {})}
            for partner in self.partner_id
        }

    # -- asking --------------------------------------------------------------------------------------

    def action_qualify(self):
        """Open the qualification questionnaire for the interviewer; the lead becomes a contact if it is none yet.

        :raises UserError: if there is no program with such a questionnaire
        """
        self.ensure_one()
        self.check_access("write")
        invitations = self.env["crm.survey.invitation"]
        if not self.partner_id:
            self._handle_partner_assignment(create_missing=True)
        company = self.company_id or self.user_id.company_id or self.env.company
        program = invitations._get_interview_program(company, "qualification", self.partner_id)
        invitation = invitations._start_interview_sudo(program, self.partner_id, lead_id=self.id)
        return invitation.action_open_survey()

    def action_view_qualification(self):
        """Open the answers of the last interview."""
        self.ensure_one()
        return self.qualification_invitation_id.action_view_answers()

    # -- concluding ----------------------------------------------------------------------------------

    @api.model
    def _conclude_qualification(self, leads, said):
        """Draw the conclusions of an interview: what is open, and to propose, ask on or keep the lead warm.

        Each interview concludes once; recording its answers again changes nothing.

        :param leads: {``crm.survey.invitation``: its lead}
        :param said: {invitation id: ids of the questions answered}
        """
        fresh = {i: lead for i, lead in leads.items() if lead.qualification_invitation_id != i}
        concerned = self.union(*fresh.values())
        # What was learnt just now counts: the fit is judged anew before it is read.
        concerned._compute_fit()
        facts = concerned._qualification_facts()
        activities, still_open = [], {}
        kind = self.env.ref("crm_survey.mail_activity_type_qualification")
        for invitation, lead in fresh.items():
            today = invitation.company_id._lifecycle_today()
            known = facts.get(lead.partner_id.id, {})
            advice = qualification.advise(
                lead.fit_proposal, today, known.get("need_date"), known.get("need_when")
            )
            lead.write(
                {
                    "qualification_invitation_id": invitation.id,
                    "qualified_on": invitation.done_on or invitation.write_date,
                    "qualification_advice": advice.what,
                    "nurture_until": advice.on if advice.what in ("ask", "nurture") else False,
                }
            )
            asked = invitation.user_input_id.predefined_question_ids.filtered(lambda q: not q.is_page)
            left_out = tuple(question.id for question in asked if question.id not in said.get(invitation.id, ()))
            still_open[left_out] = still_open.get(left_out, self.browse()) | lead
            if advice.on:
                activities.append(lead._prepare_advice_vals(advice, invitation, kind))
        for left_out, leads_of in still_open.items():
            leads_of.write({"open_question_ids": [fields.Command.set(left_out)]})
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(activities)

    def _prepare_advice_vals(self, advice, invitation, kind):
        """Return the values of the activity that proposes what to do, in the language of whoever does it."""
        user = self.user_id or invitation.user_id or invitation._get_account_manager()
        env = self.with_context(lang=user.lang or self.env.lang).env
        summaries = {
            "propose": env._("Fits: make it an opportunity"),
            "ask": env._("Could fit: ask what is not known"),
            "nurture": env._("The need comes: get in touch"),
        }
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "activity_type_id": kind.id,
            "user_id": user.id,
            "date_deadline": advice.on,
            "automated": True,
            "summary": summaries[advice.what],
        }

    # -- merging -------------------------------------------------------------------------------------

    def _merge_get_fields(self):
        """A merged lead keeps where it comes from and what the interview said."""
        return super()._merge_get_fields() + [
            "survey_origin_id", "churn_interview_id", "qualified_on", "qualification_advice", "nurture_until",
        ]

    def _merge_dependences(self, opportunities):
        """The interviews go along; a churn interview keeps its win-back lead."""
        result = super()._merge_dependences(opportunities)
        self._take_interviews_sudo(opportunities)
        return result

    def _take_interviews_sudo(self, opportunities):
        """Sudo: whoever merges leads must lose no interview he may not write."""
        opportunities.sudo().survey_invitation_ids.write({"lead_id": self.id})
        interviews = self.env["crm.churn.interview"].sudo()
        interviews.search(Domain("lead_id", "in", opportunities.ids)).write({"lead_id": self.id})
