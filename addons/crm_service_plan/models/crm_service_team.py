from ast import literal_eval

from odoo import fields, models
from odoo.fields import Domain


class CrmServiceTeam(models.Model):
    """Who takes care of cases: members, leader, working hours, e-mail address."""

    _name = "crm.service.team"
    _description = "Service Team"
    _inherit = ["mail.alias.mixin", "mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", "Branch", required=True, default=lambda self: self.env.company)
    user_id = fields.Many2one("res.users", "Leader", tracking=True, help="Is told of late cases.")
    member_ids = fields.Many2many("res.users", string="Members")
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Working Hours",
        domain="['|', ('company_id', '=', False), ('company_id', 'parent_of', company_id)]",
        help="Promised hours count in these; empty: the working hours of the branch.",
    )

    def write(self, vals):
        """Other working hours: what was used up stays, the rest counts by the new ones."""
        moved = self.filtered(lambda team: "calendar_id" in vals and team.calendar_id.id != vals["calendar_id"])
        result = super().write(vals)
        if moved:
            domain = self.env["crm.service.case"]._get_open_domain()
            self.env["crm.service.case"].search(domain & Domain("team_id", "in", moved.ids))._clock_turn()
        if "company_id" in vals:
            self._alias_refresh()
        return result

    def _alias_refresh(self):
        for team in self:
            team.write(team._alias_get_creation_values())

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("crm.service.case")
        if self.id:
            defaults = literal_eval(self.alias_defaults or "{}")
            values["alias_defaults"] = {**defaults, "team_id": self.id, "company_id": self.company_id.id}
        return values
