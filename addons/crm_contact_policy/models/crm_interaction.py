from datetime import timedelta
from functools import partial

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools import repeat_disturbed

PURPOSE_SELECTION = [
    ("survey", "Survey"),
    ("service", "Service"),
    ("care", "Care"),
    ("marketing", "Marketing"),
    ("sale", "Sale"),
    ("support", "Support"),
]
REASON_SELECTION = [
    ("archived", "Contact archived"),
    ("no_email", "No e-mail address"),
    ("no_phone", "No phone number"),
    ("no_address", "No postal address"),
    ("email_blacklisted", "E-mail blacklisted"),
    ("phone_blacklisted", "Phone blacklisted"),
    ("consent_withdrawn", "Consent withdrawn"),
    ("consent_missing", "Consent missing"),
    ("consent_of_parent", "Parent's consent missing"),
    ("paused", "Pause"),
    ("quiet_hours", "Quiet hours"),
    ("preferred_hours", "Customer's hours"),
    ("day_off", "Day off"),
    ("holiday", "Public holiday"),
    ("never_open", "No contact hours"),
    ("cooldown", "Cool-down"),
    ("cap", "Contact cap"),
    ("cap_zero", "Never by this policy"),
    ("no_moment", "No moment within 60 days"),
    ("too_late", "Too late"),
    ("failed", "Sending failed"),
    ("undelivered", "Not delivered"),
    ("target_gone", "Subject deleted"),
]
# Which held contact goes first when several wait: what the customer asked for before what we want.
IMPORTANCE = {"support": 0, "service": 1, "care": 2, "sale": 3, "survey": 4, "marketing": 5}
COUNTED_STATES = ("planned", "held", "done", "refused")


class CrmInteraction(models.Model):
    """One contact with a customer, in or out, planned, made or prevented."""

    _name = "crm.interaction"
    _description = "Interaction"
    _order = "date desc, id desc"
    _rec_name = "subject"
    # What becomes of a person's data (crm_profile's register of personal data; not needed to run).
    _privacy = {
        "report": ("date", "direction", "channel_id", "purpose", "state", "subject", "is_complaint"),
        "note_fields": ("note", "cared_about", "asked"),
        "note_date": "date",
        "mask": ("note", "cared_about", "asked"),
    }

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    commercial_partner_id = fields.Many2one(
        "res.partner", "Company or Person", related="partner_id.commercial_partner_id", store=True, index=True
    )
    state_id = fields.Many2one(related="commercial_partner_id.state_id", string="Province")
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    direction = fields.Selection([("in", "Incoming"), ("out", "Outgoing")], required=True, default="out")
    channel_id = fields.Many2one(
        "crm.contact.channel",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.ref("crm_contact_policy.channel_phone", raise_if_not_found=False),
    )
    channel_code = fields.Selection(related="channel_id.code")
    channel_icon = fields.Char(related="channel_id.icon")
    purpose = fields.Selection(PURPOSE_SELECTION, required=True, default="sale")
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("held", "Held"),
            ("done", "Done"),
            ("refused", "Refused"),
            ("denied", "Denied"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        required=True,
        default="done",
        index=True,
    )
    date = fields.Datetime(
        required=True, default=fields.Datetime.now, help="When it takes place; for a held contact: when it may go."
    )
    user_id = fields.Many2one("res.users", "Responsible", default=lambda self: self.env.user, index=True)
    duration = fields.Float("Duration (hours)")
    outcome_id = fields.Many2one("crm.interaction.outcome", ondelete="restrict")
    subject = fields.Char(compute="_compute_subject", store=True, readonly=False, precompute=True)
    note = fields.Text("Notes")
    next_date = fields.Datetime(
        "Next Contact", compute="_compute_next_date", store=True, readonly=False, help="When to come back to it."
    )
    is_complaint = fields.Boolean("Complaint")
    res_model = fields.Char("About (Model)", readonly=True, index="btree_not_null")
    res_id = fields.Many2oneReference("About", model_field="res_model", readonly=True)
    reason = fields.Char(compute="_compute_reason", help="Why it is held or was denied.")
    reason_code = fields.Selection(
        REASON_SELECTION,
        "Kind of Reason",
        readonly=True,
        index="btree_not_null",
    )
    reason_params = fields.Json(readonly=True)
    booked_on = fields.Datetime(readonly=True, help="When the gate was asked; a hold ends within 60 days of it.")
    refused_on = fields.Datetime(readonly=True)
    previous_id = fields.Many2one(
        "crm.interaction", "Follows", readonly=True, index="btree_not_null", ondelete="set null"
    )
    next_ids = fields.One2many("crm.interaction", "previous_id", "Followed by", readonly=True)
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    advice = fields.Char(compute="_compute_advice", help="What the contact policy says about this plan.")
    attempts = fields.Integer("Failed Attempts", readonly=True)
    error = fields.Text("Last Error", readonly=True)

    _partner_date_idx = models.Index("(partner_id, date)")
    _held_idx = models.Index("(date) WHERE state = 'held'")
    _target_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    # ------------------------------------------------------------------ computes
    @api.depends("channel_id", "purpose", "direction")
    def _compute_subject(self):
        purposes = dict(self._fields["purpose"]._description_selection(self.env))
        for interaction in self:
            if not interaction.subject:
                interaction.subject = f"{interaction.channel_id.name or ''} – {purposes.get(interaction.purpose, '')}"

    @api.depends("outcome_id")
    def _compute_next_date(self):
        for interaction in self:
            months = interaction.outcome_id.months
            if months and interaction.date:
                interaction.next_date = interaction.date + relativedelta(months=months)

    @api.depends("reason_code", "reason_params")
    @api.depends_context("lang", "tz")
    def _compute_reason(self):
        gate = self.env["crm.contact.gate"]
        for interaction in self:
            interaction.reason = gate._reason_text(interaction.reason_code, interaction.reason_params)

    @api.depends("state", "date")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for interaction in self:
            interaction.is_overdue = (
                interaction.state == "planned" and bool(interaction.date) and interaction.date < now
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "=", "planned") & Domain("date", "<", fields.Datetime.now())

    @api.depends("state", "partner_id", "channel_id", "purpose", "date", "direction", "company_id")
    @api.depends_context("lang", "tz")
    def _compute_advice(self):
        self.advice = False
        planned = self.filtered(lambda i: i.state == "planned" and i.direction == "out" and i.partner_id and i.date)
        groups = planned.grouped(lambda i: (i.company_id, i.channel_id, i.purpose, i.date))
        for (company, channel, purpose, date), group in groups.items():
            if not (company and channel and purpose):
                continue
            gate = self.env["crm.contact.gate"].with_company(company)
            decisions = gate._decide(group.partner_id._origin, channel.code, purpose, date, ignore=group._origin)
            for interaction in group:
                decision = decisions.get(interaction.partner_id._origin.id)
                interaction.advice = decision and decision.reason

    @api.constrains("duration")
    def _check_duration(self):
        if any(interaction.duration < 0 for interaction in self):
            raise ValidationError(self.env._("A duration cannot be negative."))

    # ------------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        interactions = super().create(vals_list)
        interactions._note_refusals()
        interactions.filtered("next_date")._plan_next()
        return interactions

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"state", "outcome_id"}:
            self._note_refusals()
        if vals.keys() & {"next_date", "outcome_id"}:
            self._plan_next()
        return result

    def _set(self, vals):
        """Write what only this model's own methods may change."""
        return super().write(vals)  # pylint: disable=super-method-mismatch  # write() itself refuses

    def _plan_next(self):
        """Keep the planned contact that follows in step with the next date: make it, move it, or give it up."""
        missing = []
        for interaction in self:
            planned = interaction.next_ids.filtered(lambda i: i.state == "planned")
            if planned and interaction.next_date:
                planned.filtered(lambda i, date=interaction.next_date: i.date != date).write(
                    {"date": interaction.next_date}
                )
            elif planned:
                planned.write({"state": "cancelled"})
            elif interaction.next_date and not interaction.next_ids:
                missing.append(interaction._prepare_next_vals())
        if missing:
            self.create(missing)

    def _prepare_next_vals(self):
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "direction": "out",
            "channel_id": self.channel_id.id,
            "purpose": self.purpose,
            "state": "planned",
            "date": self.next_date,
            "user_id": self.user_id.id,
            "subject": self.subject,
            "previous_id": self.id,
        }

    def _note_refusals(self):
        """An outcome of kind refused makes the contact a refused one; a refusal keeps its moment."""
        for interaction in self:
            if interaction.outcome_id.kind == "refused" and interaction.state in ("planned", "done"):
                interaction.state = "refused"
            if interaction.state == "refused" and not interaction.refused_on:
                interaction._set({"refused_on": interaction.date})

    # ------------------------------------------------------------------ actions
    def _check_open(self):
        if closed := self.filtered(lambda i: i.state not in ("planned", "held")):
            raise UserError(
                self.env._(
                    "“%(subject)s” is already closed: only a planned or held contact can be changed so.",
                    subject=closed[0].display_name,
                )
            )

    def action_done(self):
        """The planned contact took place now.

        :raise UserError: when it is held, denied or already closed.
        """
        if any(interaction.state == "held" for interaction in self):
            raise UserError(self.env._("A held contact goes by itself when its time comes."))
        self._check_open()
        self.write({"state": "done", "date": fields.Datetime.now()})

    def action_refuse(self):
        """The customer did not want it: starts the cool-down of the purpose.

        :raise UserError: when it was denied or cancelled.
        """
        if any(interaction.state in ("denied", "cancelled") for interaction in self):
            raise UserError(self.env._("A contact that never took place cannot be refused."))
        self._set({"refused_on": fields.Datetime.now()})
        self.write({"state": "refused"})

    def action_cancel(self):
        """Give up a planned or held contact.

        :raise UserError: when it is already closed.
        """
        self._check_open()
        self.write({"state": "cancelled"})

    def action_open_target(self):
        """Open the record the contact is about."""
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env:
            raise UserError(self.env._("This contact is about nothing in particular."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------ release
    @api.model
    def _get_release_domain(self, at):
        """Held contacts whose time has come at ``at`` (UTC)."""
        return Domain("state", "=", "held") & Domain("date", "<=", at)

    @api.model
    def _cron_release_held(self, at=None, batch=100):
        """Let held contacts go whose time has come, batch by batch; each batch is one transaction.

        :param at: now, as naive UTC (default: the clock, read for each batch: a long run may meet the quiet hours)
        :param batch: contacts per transaction

        Restart-safe: a contact and its message are committed together. A batch that another transaction disturbs (it
        booked the same customer) is tried again on a fresh snapshot, at most five times, then left to the next run.
        """
        due = self._get_due(at or fields.Datetime.now())
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for start in range(0, len(due), batch):
            part = due[start : start + batch]
            repeat_disturbed(self.env, partial(part._release_batch, at))
            if not cron._commit_progress(len(part)):
                break

    def _get_due(self, at):
        """Held contacts whose time has come, the most important first."""
        return self.search(self._get_release_domain(at)).sorted(lambda i: (IMPORTANCE[i.purpose], i.date, i.id))

    def _release_batch(self, at):
        """Release those of these contacts that are still held."""
        if held := self.filtered(lambda i: i.state == "held"):
            held._release_held(at or fields.Datetime.now())

    def _release_held(self, at):
        """Release these held contacts – without records, all whose time has come – in the running transaction.

        :param at: now, naive UTC
        :return: the contacts looked at
        """
        due = self or self._get_due(at)
        self.env["crm.contact.sender"]._release(due, at)
        return due

    def _decide_again(self, channel, purpose, at):
        """Ask the gate again for held contacts (one for each partner) and note its answer.

        :param channel: channel code
        :param purpose: purpose code
        :param at: now, naive UTC
        """
        by_partner = {interaction.partner_id.id: interaction for interaction in self}
        partners = self.partner_id
        self.env["crm.contact.lock"]._take_sudo(partners.ids)
        decisions = self.env["crm.contact.gate"]._decide(
            partners,
            channel,
            purpose,
            at,
            targets={
                pid: i.env[i.res_model].browse(i.res_id)
                for pid, i in by_partner.items()
                if i.res_model and i.res_model in i.env
            },
            ignore=self | self._yielding(),
            deadlines={pid: i.deadline for pid, i in by_partner.items() if i.deadline},
            since={pid: i.booked_on or i.create_date for pid, i in by_partner.items()},
            bypass={pid for pid, i in by_partner.items() if i.bypass_reason},
        )
        for partner_id, interaction in by_partner.items():
            interaction.write(interaction._prepare_decision_vals(decisions[partner_id]))
        self.filtered(lambda i: i.state == "denied")._tell_partners_sudo()

    @api.model
    def _prepare_decision_vals(self, decision):
        """Values that note a :class:`Decision` on an interaction."""
        return {
            "state": {"allow": "planned", "hold": "held", "deny": "denied"}[decision.verdict],
            "date": decision.at,
            "reason_code": decision.code or False,
            "reason_params": decision.params,
        }

    def _fail(self, error, at):
        """Note a failed delivery: tried again an hour later, given up after the fifth time.

        :param error: text kept on the record
        :param at: now, naive UTC
        """
        for interaction in self:
            attempts = interaction.attempts + 1
            gone = attempts >= 5
            interaction.write(
                {
                    "state": "cancelled" if gone else "held",
                    "date": at if gone else at + timedelta(hours=attempts),
                    "attempts": attempts,
                    "error": error,
                    "reason_code": "failed",
                    "reason_params": {},
                }
            )
