from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..domain.names import CUSTOMER_TYPES


class CrmSurveyProgram(models.Model):
    """Whom to ask what, when, and through which channels."""

    _name = "crm.survey.program"
    _description = "Survey program"
    _inherit = [
        "mail.thread",
        "crm.survey.execution.mixin",
        "crm.survey.explanation.mixin",
        "crm.survey.filter.mixin",
    ]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self.env.user, domain=[("share", "=", False)]
    )
    state = fields.Selection(
        [("draft", "Not started"), ("running", "Running"), ("paused", "Paused"), ("done", "Finished")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    survey_id = fields.Many2one(
        "survey.survey",
        required=True,
        tracking=True,
        index=True,
        ondelete="restrict",
        domain=[("survey_type", "in", CUSTOMER_TYPES)],
    )
    survey_type = fields.Selection(related="survey_id.survey_type")
    trigger = fields.Selection(
        [
            ("stage", "A customer enters a stage"),
            ("class", "A customer enters a value class"),
            ("segment", "A customer joins a segment"),
            ("purchase", "A purchase"),
            ("first_purchase", "The first purchase"),
            ("calendar", "A calendar: all customers on certain days"),
            ("manual", "By hand, for chosen customers"),
        ],
        default="stage",
        required=True,
        tracking=True,
    )
    stage_ids = fields.Many2many("crm.lifecycle.stage", string="Stages")
    leave_cancels = fields.Boolean(
        string="Only while there",
        default=True,
        help="A customer who has left the stage, class or segment before the invitation goes out, because they "
        "bought again for example, is not asked.",
    )
    partner_domain = fields.Char(string="Only customers")
    delay_days = fields.Integer(string="Wait (days)", default=2, help="Days between the event and the invitation.")
    step_ids = fields.One2many("crm.survey.program.step", "program_id", string="Steps", copy=True)
    expiry_days = fields.Integer(
        string="Link works for (days)",
        default=lambda self: self.env.company.crm_survey_expiry_days,
        help="Days after the first invitation during which the link can be used.",
    )
    cap_per_run = fields.Integer(
        string="At most per run", default=200, help="Invitations, reminders and calls that one run may start."
    )
    repeat_days = fields.Integer(
        string="Ask again after (days)", help="A customer is asked again by this program after so many days; 0: never."
    )
    activated_on = fields.Datetime(readonly=True, copy=False)
    events_until = fields.Datetime(readonly=True, copy=False, help="Events until this moment have been looked at.")
    events_after = fields.Integer(
        readonly=True,
        copy=False,
        help="Number of the last stage change when the program was started: older ones never count.",
    )
    run_error = fields.Text(string="What went wrong", readonly=True, copy=False)
    invitation_ids = fields.One2many("crm.survey.invitation", "program_id", string="Invitations")
    invitation_count = fields.Integer(compute="_compute_counts")
    asked_count = fields.Integer(compute="_compute_counts", string="Asked")
    answered_count = fields.Integer(compute="_compute_counts", string="Answered")
    waiting_count = fields.Integer(compute="_compute_counts", string="Waiting")
    response_rate = fields.Float(compute="_compute_counts", help="Answers per customer asked, in percent.")

    _delay_positive = models.Constraint("CHECK (delay_days >= 0)", "The wait cannot be negative.")
    _expiry_positive = models.Constraint("CHECK (expiry_days > 0)", "The link must work for at least one day.")
    _cap_positive = models.Constraint("CHECK (cap_per_run > 0)", "A run must be allowed at least one contact.")
    _repeat_positive = models.Constraint("CHECK (repeat_days >= 0)", "The days before asking again cannot be negative.")

    @api.depends("invitation_ids.state")
    def _compute_counts(self):
        totals = {program.id: {} for program in self}
        for program, state, number in self.env["crm.survey.invitation"]._read_group(
            Domain("program_id", "in", self.ids), ["program_id", "state"], ["__count"]
        ):
            totals[program.id][state] = number
        for program in self:
            by_state = totals.get(program._origin.id or program.id, {})
            waiting = sum(by_state.get(state, 0) for state in ("planned", "held", "to_call"))
            program.invitation_count = sum(by_state.values())
            program.answered_count = by_state.get("done", 0)
            program.waiting_count = waiting
            program.asked_count = sum(by_state.get(s, 0) for s in ("sent", "started", "done", "refused", "expired"))
            program.response_rate = (
                100 * program.answered_count / program.asked_count if program.asked_count else 0.0
            )

    @api.constrains("survey_id")
    def _check_survey(self):
        for program in self:
            if program.survey_id.survey_type not in CUSTOMER_TYPES:
                raise ValidationError(self.env._("A program asks with a customer survey."))

    def _get_partner_domain(self):
        """Return a fresh domain of the customers this program may ask."""
        self.ensure_one()
        return self._get_own_domain() & self._get_company_domain()

    def _get_company_domain(self):
        """Return a fresh domain of the contacts of the program's company and of none; a job sees those of all."""
        self.ensure_one()
        return (
            Domain("company_id", "=", False)
            | Domain("company_id", "parent_of", self.company_id.id)
            | Domain("company_id", "child_of", self.company_id.id)
        )

    # -- actions -----------------------------------------------------------------------------------

    def action_activate(self):
        """Open the dialog that says how many customers would be asked, and starts the program."""
        self.ensure_one()
        self._check_may_activate()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start the program"),
            "res_model": "crm.survey.activate",
            "view_mode": "form",
            "target": "new",
            "context": {"default_program_id": self.id},
        }

    def _check_may_activate(self):
        """:raises UserError: if the program lacks a step or its survey cannot be answered"""
        for program in self:
            if not program.step_ids:
                raise UserError(self.env._("Add at least one step: how shall the customer be reached?"))
            program.survey_id.check_validity()

    def _activate(self, at):
        """Start the program: events after ``at`` (naive UTC) count, earlier ones never."""
        self._check_may_activate()
        self._check_may_go_on(at)
        last = self.env["crm.lifecycle.transition"].search([], order="id desc", limit=1)
        self.write({"state": "running", "activated_on": at, "events_until": at, "events_after": last.id})
        self.stop_reason = False
        for program in self:
            program._remember_events_sudo(at)

    def action_pause(self):
        """Stop asking; what happens meanwhile starts nothing later."""
        self.write({"state": "paused"})

    def action_view_invitations(self):
        """Open the invitations of this program."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_survey.crm_survey_invitation_action")
        action["domain"] = [("program_id", "=", self.id)]
        action["context"] = {"default_program_id": self.id}
        return action

    def action_ask(self):
        """Open the dialog that asks chosen customers now."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask customers"),
            "res_model": "crm.survey.ask",
            "view_mode": "form",
            "target": "new",
            "context": {"default_program_id": self.id, "default_survey_id": self.survey_id.id},
        }

    def action_preview(self):
        """Open the dialog that tells what this program would do with one customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What would happen?"),
            "res_model": "crm.survey.preview",
            "view_mode": "form",
            "target": "new",
            "context": {"default_program_id": self.id},
        }
