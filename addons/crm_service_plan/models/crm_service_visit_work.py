from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

MAX_HOURS = 744  # a month
MANAGER = "crm_service_plan.group_manager"


class CrmServiceVisit(models.Model):
    """On the spot: the clock, parts, photos, what it cost, and what sales made of a finding.

    All sides of a visit come together here. They stand before the visit itself, so that they may refuse or add to what
    it does; the first has the first word.
    """

    _name = "crm.service.visit"
    _inherit = [
        "crm.service.visit.slots.mixin",
        "crm.service.visit.moved.mixin",
        "crm.service.visit.health.mixin",
        "crm.service.visit.guard.mixin",
        "crm.service.visit.contract.mixin",
        "crm.service.visit.case.mixin",
        "crm.service.visit.booking.mixin",
        "crm.service.visit",
    ]

    state_id = fields.Many2one(related="partner_id.state_id", string="Province", groups="base.group_user")
    timer_start = fields.Datetime("Clock Running Since", readonly=True, copy=False, groups="base.group_user")
    timer_hours = fields.Float("Hours on the Clock", readonly=True, copy=False, groups="base.group_user")
    part_ids = fields.One2many("crm.service.visit.part", "visit_id", "Parts", copy=False, groups="base.group_user")
    photo_ids = fields.Many2many(
        "ir.attachment",
        "crm_service_visit_photo_rel",
        "visit_id",
        "attachment_id",
        "Photos",
        copy=False,
        groups="base.group_user",
    )
    parts_cost = fields.Monetary(
        compute="_compute_costs", store=True, compute_sudo=True, groups="base.group_user", string="Cost of Parts"
    )
    # By the hours worked they tell what a person costs an hour: as that, for managers.
    labour_cost = fields.Monetary(
        compute="_compute_costs", store=True, compute_sudo=True, groups=MANAGER, string="Cost of Hours"
    )
    total_cost = fields.Monetary(
        compute="_compute_costs",
        store=True,
        compute_sudo=True,
        groups=MANAGER,
        help="Parts, hours at the hourly cost of the people on the visit, and other cost.",
    )
    parts_price = fields.Monetary(
        compute="_compute_parts_price", store=True, compute_sudo=True, groups="base.group_user"
    )
    upsell_count = fields.Integer(compute="_compute_upsell", store=True, compute_sudo=True, groups="base.group_user")
    upsell_won = fields.Monetary(
        "Sold from Findings", compute="_compute_upsell", store=True, compute_sudo=True, groups="base.group_user"
    )
    partner_commercial_id = fields.Many2one(related="partner_id.commercial_partner_id", string="Company or Person")
    charge = fields.Monetary(
        "To Be Paid", compute="_compute_coverage", help="What the customer pays for work and parts, untaxed."
    )
    needs_signature = fields.Boolean(compute="_compute_needs_signature", groups="base.group_user")
    map_url = fields.Char("Map", compute="_compute_map_url")
    may_pause = fields.Boolean(compute="_compute_clock", groups="base.group_user")
    may_resume = fields.Boolean(compute="_compute_clock", groups="base.group_user")

    @api.depends("address")
    def _compute_map_url(self):
        for visit in self:
            place = " ".join((visit.address or "").split())
            visit.map_url = f"https://www.openstreetmap.org/search?query={quote(place)}" if place else False

    @api.depends("part_ids.cost", "hours", "cost", "user_id", "staff_ids", "company_id")
    def _compute_costs(self):
        users = self.user_id | self.staff_ids
        staff = self.env["crm.service.staff"].search([("user_id", "in", users.ids)], order="id")
        rates = {}
        for member in staff:
            rates[member.user_id.id, member.company_id.id] = member.hourly_cost
            rates.setdefault((member.user_id.id, False), member.hourly_cost)
        for visit in self:
            people = visit.user_id | visit.staff_ids
            hourly = sum(rates.get((user.id, visit.company_id.id), rates.get((user.id, False), 0.0)) for user in people)
            visit.parts_cost = sum(visit.part_ids.mapped("cost"))
            visit.labour_cost = visit.hours * hourly
            visit.total_cost = visit.parts_cost + visit.labour_cost + visit.cost

    @api.depends("part_ids.price")
    def _compute_parts_price(self):
        for visit in self:
            visit.parts_price = sum(visit.part_ids.mapped("price"))

    @api.depends("lead_ids.won_status", "lead_ids.expected_revenue")
    def _compute_upsell(self):
        for visit in self:
            leads = visit.with_context(active_test=False).lead_ids
            visit.upsell_count = len(leads)
            visit.upsell_won = sum(visit._upsell_of(lead) for lead in leads)

    def _upsell_of(self, lead):
        """What sales made of a finding, for bridges to say better.

        :param lead: `crm.lead` found on the visit
        :return: the expected revenue of a won lead, else 0; in the visit's currency
        """
        return lead.expected_revenue if lead.won_status == "won" else 0.0

    @api.depends("plan_ids.signature_required", "signature")
    def _compute_needs_signature(self):
        for visit in self:
            visit.needs_signature = not visit.signature and any(visit.plan_ids.mapped("signature_required"))

    @api.depends("state", "timer_start")
    def _compute_clock(self):
        for visit in self:
            visit.may_pause = visit.state == "in_progress" and bool(visit.timer_start)
            visit.may_resume = visit.state == "in_progress" and not visit.timer_start

    @api.constrains("hours", "duration", "cost", "price")
    def _check_figures(self):
        for visit in self:
            if not 0 <= visit.hours <= MAX_HOURS or not 0 <= visit.duration <= MAX_HOURS:  # nor what is no number
                raise ValidationError(self.env._("Hours are between 0 and %(most)s.", most=MAX_HOURS))
            if not visit.cost >= 0 or not visit.price >= 0:
                raise ValidationError(self.env._("Cost and price are 0 or more."))

    def action_start(self):
        """Work begins, and with it the clock."""
        result = super().action_start()
        self._move({"timer_start": fields.Datetime.now(), "timer_hours": 0.0})
        return result

    def action_pause(self):
        """Stop the clock, e.g. while a part is fetched."""
        if not all(visit.may_pause for visit in self):
            raise UserError(self.env._("The clock is not running."))
        for visit in self:
            visit._move({"timer_hours": visit._clock_hours(), "timer_start": False})

    def action_resume(self):
        """Let the clock run on."""
        if not all(visit.may_resume for visit in self):
            raise UserError(self.env._("The clock is running, or the visit is not under way."))
        self._move({"timer_start": fields.Datetime.now()})

    def _clock_hours(self, at=None):
        """:return: hours on the clock until now"""
        self.ensure_one()
        running = (at or fields.Datetime.now()) - self.timer_start if self.timer_start else None
        return self.timer_hours + (running.total_seconds() / 3600 if running else 0.0)

    def _finish(self, *args, **kwargs):
        """Refuse without a signature the plan asks for; stop the clock; ask how it was.

        :raises UserError: the signature is missing
        """
        if self.needs_signature:
            raise UserError(self.env._("The customer has to sign: the plan asks for it."))
        result = super()._finish(*args, **kwargs)
        self._move({"timer_hours": self._clock_hours(), "timer_start": False})
        if any(self.plan_ids.mapped("ask_rating")) and not self.is_sensitive:
            self.env["crm.service.visit.message"]._request_sudo(self, "rating")
        return result

    def action_send_invite(self):
        """Send the appointment with its calendar file, as the contact policy allows."""
        self.check_access("write")
        for visit in self:
            if visit.state != "scheduled" or not visit.planned_start:  # of no other is the time booked
                raise UserError(self.env._("Only a scheduled visit is an appointment."))
        messages = self.env["crm.service.visit.message"]._request_sudo(self, "invite")
        states = dict(messages._fields["state"]._description_selection(self.env))
        return self._notify(
            self.env._(
                "Appointment: %(state)s", state=", ".join(states[state] for state in set(messages.mapped("state")))
            )
        )
