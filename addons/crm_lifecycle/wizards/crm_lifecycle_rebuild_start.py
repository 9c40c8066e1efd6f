from odoo import api, fields, models


class CrmLifecycleRebuildStart(models.TransientModel):
    """Ask for a rebuild of the history of the current company."""

    _name = "crm.lifecycle.rebuild.start"
    _description = "Rebuild the History"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    first_day = fields.Date(string="First Purchase", compute="_compute_scope")
    months = fields.Integer(compute="_compute_scope")

    @api.depends("company_id")
    def _compute_scope(self):
        for wizard in self:
            first = wizard._first_day_sudo()
            today = wizard.company_id._lifecycle_today()
            wizard.first_day = first
            wizard.months = (today.year - first.year) * 12 + today.month - first.month + 1 if first else 0

    def _first_day_sudo(self):
        # As superuser: the day of the company's first purchase, whoever made it.
        if self.company_id not in self.env.companies:
            return False
        return self.env["crm.lifecycle.rebuild"].sudo().new({"company_id": self.company_id.id})._first_purchase()

    def action_start(self):
        """Start, and show the progress."""
        self.ensure_one()
        self.env["crm.lifecycle.policy"].check_access("write")
        rebuild = self.env["crm.lifecycle.rebuild"]._request_sudo(self.env.company)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rebuild of the History"),
            "res_model": "crm.lifecycle.rebuild",
            "res_id": rebuild.id,
            "view_mode": "form",
        }
