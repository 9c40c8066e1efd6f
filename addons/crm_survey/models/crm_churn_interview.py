from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..domain.names import LIVE_TRIGGERS, LOOK_BACK

COMPARISON = [
    ("1", "We are much better"),
    ("2", "We are better"),
    ("3", "The same"),
    ("4", "They are better"),
    ("5", "They are much better"),
]


class CrmChurnInterview(models.Model):
    """Why a customer left: in their words, and as the salesperson saw it."""

    _name = "crm.churn.interview"
    _description = "Churn interview"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "ended_on desc, id desc"
    # What the customer said is told; what the salesperson thought is an internal note.
    _privacy = {
        "report": (
            "ended_on", "interviewed_on", "channel_id", "primary_reason_id", "secondary_reason_id", "competitor_id",
            "comparison", "customer_note", "bring_back",
        ),
        "mask": ("comparison", "customer_note", "bring_back", "salesperson_note"),
    }

    partner_id = fields.Many2one("res.partner", string="Customer", required=True, index=True, ondelete="cascade")
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    ended_on = fields.Date(required=True, default=fields.Date.context_today)
    transition_id = fields.Many2one("crm.lifecycle.transition", readonly=True, copy=False, ondelete="set null")
    state = fields.Selection(
        [
            ("open", "To ask"),
            ("asked", "Asked"),
            ("done", "Answered"),
            ("silent", "No answer"),
        ],
        default="open",
        required=True,
        tracking=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    channel_id = fields.Many2one("crm.contact.channel", ondelete="restrict", copy=False)
    interviewer_id = fields.Many2one("res.users", domain=[("share", "=", False)], copy=False)
    interviewed_on = fields.Datetime(copy=False)
    invitation_ids = fields.One2many("crm.survey.invitation", "churn_interview_id", string="Invitations")
    # what the customer says
    primary_reason_id = fields.Many2one("crm.churn.reason", ondelete="restrict", tracking=True)
    secondary_reason_id = fields.Many2one("crm.churn.reason", ondelete="restrict")
    cause = fields.Selection(related="primary_reason_id.cause", string="Where the cause lies", store=True)
    controllable = fields.Boolean(
        string="In our hands",
        compute="_compute_controllable",
        store=True,
        readonly=False,
        help="We could have prevented it.",
    )
    relationship_caused = fields.Boolean(
        string="Caused by our relationship", help="Not by the customer's circumstances alone."
    )
    competitor_id = fields.Many2one("crm.competitor", string="Went to", index="btree_not_null", ondelete="restrict")
    comparison = fields.Text(help="How we and the competitor compare, in words.")
    compare_price = fields.Selection(COMPARISON, string="Price")
    compare_quality = fields.Selection(COMPARISON, string="Quality")
    compare_service = fields.Selection(COMPARISON, string="Service")
    compare_delivery = fields.Selection(COMPARISON, string="Delivery")
    customer_note = fields.Text(string="In the customer's words")
    bring_back = fields.Text(string="What would bring them back")
    # what we believe
    salesperson_id = fields.Many2one(
        "res.users",
        compute="_compute_salesperson_id",
        store=True,
        readonly=False,
        precompute=True,
        domain=[("share", "=", False)],
    )
    salesperson_reason_id = fields.Many2one("crm.churn.reason", string="Reason as we see it", ondelete="restrict")
    salesperson_competitor_id = fields.Many2one(
        "crm.competitor", string="Went to, we believe", index="btree_not_null", ondelete="restrict"
    )
    salesperson_relationship_caused = fields.Boolean(
        string="Our relationship was the cause", help="Not the customer's circumstances alone, as we see it."
    )
    salesperson_note = fields.Text(string="As we see it")
    agreement = fields.Selection(
        [("same", "We agree"), ("different", "We disagree")], compute="_compute_agreement", store=True
    )
    # what follows
    win_back_chance = fields.Selection(
        [("none", "None"), ("low", "Low"), ("medium", "Medium"), ("high", "High")], tracking=True
    )
    lead_id = fields.Many2one("crm.lead", string="Win-back", readonly=True, copy=False, ondelete="set null")

    _ended_unique = models.Constraint(
        "UNIQUE (company_id, partner_id, ended_on)", "There is an interview about this customer's end already."
    )

    @api.constrains("primary_reason_id", "secondary_reason_id")
    def _check_reasons(self):
        for interview in self:
            if interview.secondary_reason_id and interview.secondary_reason_id == interview.primary_reason_id:
                raise ValidationError(
                    self.env._(
                        "The second reason of %(customer)s is the main one again: choose another, or leave it empty.",
                        customer=interview.partner_id.display_name,
                    )
                )

    @api.depends("primary_reason_id")
    def _compute_controllable(self):
        for interview in self:
            interview.controllable = interview.primary_reason_id.controllable

    @api.depends("partner_id")
    def _compute_salesperson_id(self):
        for interview in self:
            interview.salesperson_id = interview.partner_id.user_id

    @api.depends("primary_reason_id", "salesperson_reason_id")
    def _compute_agreement(self):
        for interview in self:
            said, believed = interview.primary_reason_id, interview.salesperson_reason_id
            interview.agreement = said and believed and ("same" if said == believed else "different")

    @api.depends("partner_id", "ended_on")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for interview in self:
            interview.display_name = f"{interview.partner_id.name or ''} ({format_date(self.env, interview.ended_on)})"

    # -- opening -------------------------------------------------------------------------------------

    @api.model
    def _open_for_transitions(self, at):
        """Open an interview for each customer who ended since the last look; returns the new ones.

        First fills, imports and rebuilds open none, nor does what happened before the companies were set up.

        :param at: naive UTC
        """
        opened = self.browse()
        for company in self.env["res.company"].search(Domain("crm_survey_open_churn", "=", True)):
            since = min(company.crm_survey_churn_until or at, at) - LOOK_BACK
            transitions = self.env["crm.lifecycle.transition"].search(
                Domain("company_id", "=", company.id)
                & Domain("to_stage_id.code", "=", "ended")
                & Domain("trigger", "in", LIVE_TRIGGERS)
                & Domain("id", ">", company.crm_survey_churn_after)
                & Domain("recorded_on", ">=", since)
                & Domain("recorded_on", "<=", at)
            )
            opened += self._open(transitions)
            company.crm_survey_churn_until = at
        return opened

    @api.model
    def _open(self, transitions):
        """Open an interview for each transition that has none."""
        known = self.search(Domain("transition_id", "in", transitions.ids)).transition_id
        taken = {
            (i.company_id.id, i.partner_id.id, i.ended_on)
            for i in self.search(Domain("partner_id", "in", transitions.partner_id.ids))
        }
        # What an interview itself decided opens no other one.
        decided = {
            (i.company_id.id, i.partner_id.id, i.outcome_on)
            for i in self.search(
                Domain("partner_id", "in", transitions.partner_id.ids) & Domain("outcome", "!=", False)
            )
        }
        vals_list = []
        for transition in transitions - known:
            if (
                transition.trigger == "survey"
                and (transition.company_id.id, transition.partner_id.id, transition._said_on()) in decided
            ):
                continue
            key = (transition.company_id.id, transition.partner_id.id, transition._said_on())
            if key not in taken:
                taken.add(key)
                vals_list.append(
                    {
                        "partner_id": transition.partner_id.id,
                        "company_id": transition.company_id.id,
                        "ended_on": transition._said_on(),
                        "transition_id": transition.id,
                    }
                )
        return self.with_context(mail_create_nosubscribe=True).create(vals_list)

    @api.model
    def _attach(self, invitations):
        """Give churn invitations the open interview of their customer, opening one where there is none.

        One closed today is gone on with: there is one about a customer's end on a day.
        """
        churn = invitations.filtered(lambda i: i.survey_id.survey_type == "churn" and not i.churn_interview_id)
        if not churn:
            return
        today = {company: company._lifecycle_today() for company in churn.company_id}
        found = self.search(
            Domain("partner_id", "in", churn.partner_id.ids)
            & (Domain("state", "!=", "done") | Domain("ended_on", "in", list(today.values()))),
            order="ended_on, id",
        )
        closed = found.filtered(lambda i: i.state == "done")
        open_ones = {
            (i.company_id, i.partner_id): i
            for i in closed.filtered(lambda i: i.ended_on == today.get(i.company_id)) + (found - closed)
        }
        missing = churn.filtered(lambda i: (i.company_id, i.partner_id) not in open_ones)
        new = self.with_context(mail_create_nosubscribe=True).create(
            [
                {"partner_id": i.partner_id.id, "company_id": i.company_id.id, "ended_on": today[i.company_id]}
                for i in missing
            ]
        )
        open_ones.update({(i.company_id, i.partner_id): i for i in new})
        for invitation in churn:
            invitation.churn_interview_id = open_ones[invitation.company_id, invitation.partner_id]

    # -- what happens to it --------------------------------------------------------------------------

    def _on_asked(self):
        self.filtered(lambda i: i.state in ("open", "silent")).state = "asked"

    def _on_declined(self):
        self.filtered(lambda i: i.state in ("open", "asked")).state = "silent"

    def _on_answered(self):
        """The customer's answers are recorded: close the interview."""
        phone = self.env.ref("crm_contact_policy.channel_phone")
        web = self.env.ref("crm_contact_policy.channel_web")
        for interview in self:
            answer = interview.invitation_ids.filtered(lambda i: i.state in ("done", "expired"))[:1].user_input_id
            interview.write(
                {
                    "interviewer_id": answer.interviewer_id.id,
                    "channel_id": (phone if answer.interviewer_id else web).id,
                    "interviewed_on": answer.end_datetime or fields.Datetime.now(),
                }
            )
        self.write({"state": "done"})

    # -- actions -------------------------------------------------------------------------------------

    def action_send_link(self):
        """Ask the customer by link, through the running churn program or the one made for asking by hand."""
        self.ensure_one()
        program = self._get_program()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask customers"),
            "res_model": "crm.survey.ask",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_program_id": program.id,
                "default_partner_ids": [fields.Command.set(self.partner_id.ids)],
            },
        }

    def action_interview(self):
        """Open the questionnaire for the interviewer, who talks with the customer.

        :raises UserError: if it is answered already, or there is no program with a churn questionnaire
        """
        return self._start_interview().action_open_survey()

    def action_call(self):
        """Call the customer for the interview, if the contact policy lets us; opens the dialog of the call.

        :raises UserError: as for :meth:`action_interview`, and with the policy's reason
        """
        return self._start_interview().action_call()

    def _start_interview(self):
        """Return the invitation in which the customer is interviewed."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "done":
            raise UserError(self.env._("The customer has answered already."))
        return self.env["crm.survey.invitation"]._start_interview_sudo(
            self._get_program(), self.partner_id, churn_interview_id=self.id
        )

    def _get_program(self):
        """Return the company's churn program that suits the customer.

        :raises UserError: if there is none
        """
        invitations = self.env["crm.survey.invitation"]
        return invitations._get_interview_program(self.company_id, "churn", self.partner_id)

    def action_close(self):
        """Close by hand what was talked about without the questionnaire.

        :raises UserError: without a reason
        """
        for interview in self:
            if not interview.primary_reason_id:
                raise UserError(self.env._("Name at least the first reason."))
        self._close_by_hand()
