from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools import OURS

OPEN_STATES = ("due", "reminded", "confirmed", "scheduled", "in_progress")
# action → states it may start from
TRANSITIONS = {
    "confirm": ("due", "reminded"),
    "schedule": ("due", "reminded", "confirmed"),
    "start": ("due", "reminded", "confirmed", "scheduled"),
    "finish": OPEN_STATES,
    "cancel": OPEN_STATES,
    "reopen": ("missed", "cancelled"),
}


class CrmServiceVisit(models.Model):
    """A visit that serves one or several planned services of one asset or customer."""

    _name = "crm.service.visit"
    _description = "Service Visit"
    _inherit = [
        "portal.mixin",
        "rating.mixin",
        "mail.activity.mixin",
        "crm.service.make.mixin",
        "crm.service.remind.mixin",
        "crm.service.portal.mixin",
        "crm.service.staff.mixin",
    ]
    _order = "planned_start desc, id desc"
    _rec_names_search = ["name", "partner_id.name", "asset_id.code", "asset_id.name"]
    _mail_post_access = "read"
    # A visit stays in the books, without words about the customer and without the signature.
    _privacy = {
        "erase": "blank",
        "blank": ("note", "internal_note", "signed_by", "phone", "address"),
        "report": ("name", "asset_id", "company_id", "due_date", "planned_start", "done_date", "state", "note"),
        "note_fields": ("internal_note",),
        "note_date": "due_date",
        "mask": ("note", "internal_note", "signed_by"),
    }

    name = fields.Char("Work", required=True, tracking=True)
    work = fields.Char("Work to Do", compute="_compute_work", help="The tasks in the reader's language.")
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        tracking=True,
        ondelete="restrict",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    phone = fields.Char(related="partner_id.phone")
    address = fields.Char(related="partner_id.contact_address", string="Address")
    asset_id = fields.Many2one("crm.service.asset", index="btree_not_null", ondelete="restrict")
    warranty_state = fields.Selection(related="asset_id.warranty_state")
    company_id = fields.Many2one(
        "res.company", "Branch", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    plan_ids = fields.Many2many("crm.service.plan", string="Plans")
    task_ids = fields.Many2many("crm.service.plan.task", string="Tasks")
    occurrence_ids = fields.One2many("crm.service.occurrence", "visit_id", "Services")
    subscription_ids = fields.Many2many(
        "crm.service.subscription", compute="_compute_subscription_ids", search="_search_subscription_ids"
    )
    due_date = fields.Date("Due", required=True, index=True, default=fields.Date.context_today, tracking=True)
    window_start = fields.Date("Not Before")
    window_end = fields.Date("Not After")
    planned_start = fields.Datetime("Planned", tracking=True)
    planned_stop = fields.Datetime(
        "Until", compute="_compute_planned_stop", store=True, readonly=False, precompute=True
    )
    planned_date = fields.Date("Day", compute="_compute_planned_date", store=True, index=True, precompute=True)
    duration = fields.Float("Planned Hours", default=1.0)
    user_id = fields.Many2one("res.users", "Responsible", tracking=True, index=True, default=lambda self: self.env.user)
    staff_ids = fields.Many2many("res.users", string="Helpers", help="Who else comes along.")
    state = fields.Selection(
        [
            ("due", "Due"),
            ("reminded", "Reminded"),
            ("confirmed", "Confirmed"),
            ("scheduled", "Scheduled"),
            ("in_progress", "In Progress"),
            ("done", "Done"),
            ("missed", "Missed"),
            ("cancelled", "Cancelled"),
        ],
        default="due",
        required=True,
        tracking=True,
        index=True,
        copy=False,
        readonly=True,
        group_expand=True,
    )
    is_touched = fields.Boolean(
        readonly=True, copy=False, help="A person changed the plan: no machine moves it any more."
    )
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    confirm_date = fields.Datetime("Confirmed On", readonly=True, copy=False)
    real_start = fields.Datetime("Started", readonly=True, copy=False)
    done_date = fields.Date("Done On", readonly=True, copy=False, tracking=True)
    hours = fields.Float("Hours Worked", copy=False, groups="base.group_user")
    cost = fields.Monetary(copy=False, groups="base.group_user", help="What the visit cost us.")
    price = fields.Monetary(help="List price of the tasks.")
    meter = fields.Float(copy=False, digits=(16, 1))
    meter_unit = fields.Char(related="asset_id.meter_unit")
    line_ids = fields.One2many("crm.service.visit.line", "visit_id", "Checklist", copy=True)
    line_count = fields.Integer(compute="_compute_line_counts")
    line_done_count = fields.Integer(compute="_compute_line_counts")
    note = fields.Text("Report to the Customer")
    internal_note = fields.Html(groups="base.group_user")
    signature = fields.Binary(copy=False, attachment=True)
    signed_by = fields.Char(copy=False)
    reminder_log_ids = fields.One2many("crm.service.visit.reminder", "visit_id", "Reminders")
    lead_ids = fields.One2many("crm.lead", "service_visit_id", "Opportunities", groups="sales_team.group_sale_salesman")
    next_due = fields.Date("Next Service", compute="_compute_next_due")
    may_confirm = fields.Boolean(compute="_compute_may")
    may_schedule = fields.Boolean(compute="_compute_may")
    may_start = fields.Boolean(compute="_compute_may")
    may_finish = fields.Boolean(compute="_compute_may")
    may_cancel = fields.Boolean(compute="_compute_may")
    may_reopen = fields.Boolean(compute="_compute_may")

    _open_idx = models.Index("(company_id, planned_date) WHERE state IN ('due', 'reminded', 'confirmed', 'scheduled')")

    @api.depends("name", "task_ids.name")
    @api.depends_context("lang")
    def _compute_work(self):
        for visit in self:
            visit.work = visit._task_names()

    @api.depends("asset_id")
    def _compute_partner_id(self):
        for visit in self:
            visit.partner_id = visit.partner_id or visit.asset_id.partner_id

    @api.depends("planned_start", "duration")
    def _compute_planned_stop(self):
        for visit in self:
            visit.planned_stop = visit.planned_start and visit.planned_start + timedelta(hours=visit.duration or 0.5)

    @api.depends("planned_start", "due_date", "company_id")
    def _compute_planned_date(self):
        for visit in self:
            company = visit.company_id or self.env.company
            visit.planned_date = company._service_today(visit.planned_start) if visit.planned_start else visit.due_date

    @api.depends("occurrence_ids")
    def _compute_subscription_ids(self):
        for visit in self:
            visit.subscription_ids = visit.occurrence_ids.subscription_id

    def _search_subscription_ids(self, operator, value):
        return Domain("occurrence_ids", "any", Domain("subscription_id", operator, value))

    @api.depends("state", "due_date", "window_end")
    def _compute_is_overdue(self):
        overdue = self.filtered_domain(self._get_overdue_domain(fields.Date.context_today(self)))
        for visit in self:
            visit.is_overdue = visit in overdue

    def _search_is_overdue(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        domain = self._get_overdue_domain(fields.Date.context_today(self))
        return domain if (True in value) == (operator == "in") else ~domain

    @api.depends("line_ids.is_done")
    def _compute_line_counts(self):
        for visit in self:
            visit.line_count = len(visit.line_ids)
            visit.line_done_count = len(visit.line_ids.filtered("is_done"))

    @api.depends("occurrence_ids.subscription_id.next_due")
    def _compute_next_due(self):
        for visit in self:
            dates = [day for day in visit.occurrence_ids.subscription_id.mapped("next_due") if day]
            visit.next_due = min(dates, default=False)

    @api.depends("state")
    def _compute_may(self):
        for visit in self:
            for action in TRANSITIONS:
                visit[f"may_{action}"] = visit._may(action)

    @api.depends("work", "asset_id.code", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for visit in self:
            visit.display_name = f"{visit.work} · {visit.asset_id.code or visit.partner_id.name or ''}"

    def _compute_access_url(self):
        for visit in self:
            visit.access_url = f"/my/visits/{visit.id}"

    @api.constrains("planned_start", "planned_stop")
    def _check_planned(self):
        for visit in self:
            if visit.planned_start and visit.planned_stop and visit.planned_stop < visit.planned_start:
                raise ValidationError(self.env._("A visit ends after it begins."))

    @api.constrains("asset_id", "company_id")
    def _check_company(self):
        for visit in self:
            if visit.asset_id and visit.asset_id.company_id != visit.company_id.root_id:
                raise ValidationError(
                    self.env._("%(asset)s belongs to another company.", asset=visit.asset_id.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.setdefault("access_token", self._new_token())
            if not vals.get("planned_start") and vals.get("due_date"):
                company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
                vals["planned_start"] = company._service_moment(fields.Date.to_date(vals["due_date"]))
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() & {"planned_start", "planned_stop", "user_id", "staff_ids"} and not self.env.context.get(
            "service_machine"
        ):
            vals = {"is_touched": True, **vals}
        return super().write(vals)

    def _move(self, vals):
        """Write what only transitions may change."""
        return super().write(vals)  # pylint: disable=super-method-mismatch  # write() itself refuses

    @api.model
    def _get_open_domain(self):
        """:return: Domain of the visits still to be done"""
        return Domain("state", "in", OPEN_STATES)

    @api.model
    def _get_overdue_domain(self, today):
        """:return: Domain of the open visits whose window is over on ``today``"""
        late = Domain("window_end", "<", today) | (Domain("window_end", "=", False) & Domain("due_date", "<", today))
        return self._get_open_domain() & late

    def _may(self, action):
        """May this transition be made from here?

        :param action: a key of :data:`TRANSITIONS`
        :return: bool, for all records of self
        """
        return all(visit.state in TRANSITIONS[action] for visit in self)

    def _check_may(self, action):
        """:raises UserError: the transition is not possible now"""
        for visit in self:
            if not visit._may(action):
                states = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "“%(visit)s” is %(state)s: this is not possible now.",
                        visit=visit.display_name,
                        state=states[visit.state],
                    )
                )

    def action_confirm(self):
        """The customer agreed, e.g. by phone."""
        self._check_may("confirm")
        self._move({"state": "confirmed", "confirm_date": fields.Datetime.now()})

    def action_schedule(self):
        """Day, hour and person are fixed."""
        self._check_may("schedule")
        for visit in self:
            if not visit.planned_start or not visit.user_id:
                raise UserError(self.env._("Choose when and who before scheduling."))
        self._check_plan()
        self._book()
        self.with_context(service_booked=OURS)._move({"state": "scheduled", "is_touched": True})

    def action_suggest(self):
        """Put in charge whoever fits best; the reasons are noted on the visit."""
        for visit in self:
            ranked = visit._rank_candidates()
            if not ranked:
                raise UserError(self.env._("Nobody of this branch is free at that time."))
            best = ranked[0]
            visit.user_id = best.user
            reasons = ", ".join(best.reasons)
            visit.message_post(
                body=self.env._("Assigned to %(person)s: %(reasons)s", person=best.user.name, reasons=reasons)
            )

    def action_start(self):
        """Work begins."""
        self._check_may("start")
        self._move({"state": "in_progress", "real_start": fields.Datetime.now()})

    def action_finish(self):
        """Open the dialog: hours, meter, checklist, report."""
        self.ensure_one()
        self._check_may("finish")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Finish: %(visit)s", visit=self.display_name),
            "res_model": "crm.service.visit.finish",
            "view_mode": "form",
            "target": "new",
            "context": {"default_visit_id": self.id},
        }

    def action_cancel(self):
        """Cancel the visit; its services are left out this once."""
        self._check_may("cancel")
        subscriptions = self.occurrence_ids.subscription_id
        self.occurrence_ids._leave_out()
        self._cancel()
        subscriptions._refresh_next_due()

    def action_reopen(self):
        """A missed or cancelled visit is to be done after all."""
        self._check_may("reopen")
        self.occurrence_ids._take_back()
        self._move({"state": "due", "is_touched": True})
        self.occurrence_ids.subscription_id._refresh_next_due()

    def action_create_lead(self):
        """A finding on the spot becomes an opportunity for the customer's salesperson."""
        self.ensure_one()
        if not self.env["crm.lead"].has_access("create"):
            self.check_access("write")
        lead = self._create_lead_sudo()
        if not self.env["crm.lead"].has_access("read"):
            return self._notify(self.env._("Passed on to sales."))
        return {"type": "ir.actions.act_window", "res_model": "crm.lead", "view_mode": "form", "res_id": lead.id}

    def _create_lead_sudo(self):
        """:return: the new `crm.lead`

        Runs as superuser: a technician reports what they found without having access to the sales pipeline.
        """
        return (
            self.env["crm.lead"]
            .sudo()
            .create(
                {
                    "name": self.env._("Found on a visit: %(visit)s", visit=self.display_name),
                    "type": "opportunity",
                    "partner_id": self.partner_id.id,
                    "user_id": self.partner_id.user_id.id,
                    "company_id": self.company_id.id,
                    "service_visit_id": self.id,
                    "description": self.note,
                }
            )
        )

    @api.model
    def _notify(self, message, **params):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
                **params,
            },
        }

    def _cancel(self):
        """Without asking, without touching the services: the machine's way when a subscription pauses or ends."""
        self._move({"state": "cancelled"})
        self.reminder_log_ids._withdraw()

    def _set_missed(self):
        """The window is over and the plan gives it up."""
        self._move({"state": "missed"})
        self.reminder_log_ids._withdraw()

    def _next_message(self):
        """:return: what the technician reads after finishing"""
        self.ensure_one()
        if not self.next_due:
            return self.env._("Done. Nothing further is planned.")
        return self.env._("Done. The next service is due on %(day)s.", day=format_date(self.env, self.next_due))

    def _task_names(self):
        """:return: the work in the reader's language, for mails and the portal"""
        self.ensure_one()
        return ", ".join(self.task_ids.mapped("name")) or self.name or ""
