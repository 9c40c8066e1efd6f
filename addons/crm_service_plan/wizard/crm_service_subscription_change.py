from odoo import api, fields, models


class CrmServiceSubscriptionChange(models.TransientModel):
    """Resume or end, and what becomes of what was missed."""

    _name = "crm.service.subscription.change"
    _description = "Resume or End a Subscription"

    subscription_id = fields.Many2one("crm.service.subscription", required=True, readonly=True, ondelete="cascade")
    operation = fields.Selection([("resume", "Resume"), ("end", "End")], required=True, readonly=True)
    day = fields.Date(
        "From", compute="_compute_day", store=True, readonly=False, required=True, precompute=True,
        help="First or last day.",
    )  # fmt: skip
    missed_resume = fields.Selection(
        [("skip", "Leave them out"), ("catch_up", "Catch up once"), ("keep", "Do them all")],
        "Missed in the Pause",
        default="skip",
        required=True,
    )
    missed_end = fields.Selection(
        [
            ("cancel", "Cancel them"),
            ("missed", "Keep them on record as missed"),
            ("keep", "Their visits are still made"),
        ],
        "Still Overdue",
        default="cancel",
        required=True,
    )
    missed_count = fields.Integer("Services Concerned", compute="_compute_missed_count")

    @api.depends("subscription_id")
    def _compute_day(self):
        for wizard in self:
            company = wizard.subscription_id.company_id or self.env.company
            wizard.day = wizard.day or company._service_today()

    @api.depends("subscription_id", "day", "operation")
    def _compute_missed_count(self):
        for wizard in self:
            states = ["paused"] if wizard.operation == "resume" else ["planned", "visit"]
            domain = [
                ("subscription_id", "=", wizard.subscription_id.id),
                ("state", "in", states),
                ("due_date", "<", wizard.day),
            ]
            if wizard.operation == "resume":
                domain.append(("task_id.timing", "=", "fixed"))
            wizard.missed_count = self.env["crm.service.occurrence"].search_count(domain) if wizard.day else 0

    def action_apply(self):
        """Do it."""
        self.ensure_one()
        if self.operation == "resume":
            self.subscription_id.action_resume(self.day, self.missed_resume)
        else:
            self.subscription_id.action_end(self.day, self.missed_end)
        return {"type": "ir.actions.act_window_close"}
