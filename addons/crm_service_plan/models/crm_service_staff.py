from odoo import api, fields, models


class CrmServiceStaff(models.Model):
    """A member of a branch's service staff: working time, days off, capacity."""

    _name = "crm.service.staff"
    _description = "Service Staff"
    _order = "company_id, name, id"

    user_id = fields.Many2one(
        "res.users", "Person", required=True, index=True, ondelete="cascade", domain="[('share', '=', False)]"
    )
    name = fields.Char(related="user_id.name", store=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", "Branch", required=True, index=True, default=lambda self: self.env.company
    )
    branch_ids = fields.Many2many(
        "res.company", string="Also Serves", help="Other branches this person may be sent to."
    )
    resource_id = fields.Many2one(
        "resource.resource", readonly=True, ondelete="restrict", help="Working time and days off hang on it."
    )
    calendar_id = fields.Many2one(related="resource_id.calendar_id", readonly=False, string="Working Time")
    tz = fields.Selection(related="resource_id.tz", readonly=False, string="Time Zone")
    max_hours = fields.Float(
        "Hours of Visits a Day", help="At most so many hours of visits a day; 0: the whole working time."
    )
    hourly_cost = fields.Monetary(help="What an hour of this person costs.", groups="crm_service_plan.group_manager")
    currency_id = fields.Many2one(related="company_id.currency_id")
    task_ids = fields.Many2many(
        "crm.service.plan.task",
        "crm_service_task_staff_rel",
        "staff_id",
        "task_id",
        "Special Tasks",
        help="Tasks that only certain people may do; this person is one of them.",
    )
    leave_count = fields.Integer(compute="_compute_leave_count")

    _user_branch_unique = models.Constraint(
        "UNIQUE(user_id, company_id)", "This person is on the staff of this branch already."
    )
    _max_hours_sane = models.Constraint("CHECK(max_hours BETWEEN 0 AND 24)", "A day has 0 to 24 hours.")
    _hourly_cost_positive = models.Constraint("CHECK(hourly_cost >= 0)", "An hour costs 0 or more.")

    @api.depends("resource_id")
    def _compute_leave_count(self):
        counts = dict(
            self.env["resource.calendar.leaves"]._read_group(
                [("resource_id", "in", self.resource_id.ids), ("date_to", ">=", fields.Datetime.now())],
                ["resource_id"],
                ["__count"],
            )
        )
        for staff in self:
            staff.leave_count = counts.get(staff.resource_id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        staff = super().create(vals_list)
        staff._ensure_resource_sudo()
        return staff

    def _ensure_resource_sudo(self):
        """Hang each person on their working time: the one they have (an employee's), or a new one.

        Runs as superuser: only administrators may create resources, and the person was listed by a service manager.
        """
        for member in self.sudo().filtered(lambda member: not member.resource_id):
            own = member.user_id.resource_ids.filtered(lambda r, company=member.company_id: r.company_id == company)
            member.resource_id = own[:1] or member.env["resource.resource"].create(
                {
                    "name": member.user_id.name,
                    "user_id": member.user_id.id,
                    "company_id": member.company_id.id,
                    "calendar_id": member.company_id.resource_calendar_id.id,
                    "tz": member.company_id._contact_tz(),
                }
            )

    def action_view_leaves(self):
        """Days off of this person."""
        self.ensure_one()
        return self.resource_id._action_service_leaves()
