from odoo import api, fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    lifecycle_stage_id = fields.Many2one(
        "crm.lifecycle.stage",
        string="Customer Stage",
        compute="_compute_lifecycle_stage_id",
        groups="crm_lifecycle.group_user",
        help="The stage of the customer; a lead without a customer is a prospect.",
    )
    lifecycle_stage_color = fields.Integer(
        compute="_compute_lifecycle_stage_id", groups="crm_lifecycle.group_user"
    )

    @api.depends("partner_id")
    @api.depends_context("company")
    def _compute_lifecycle_stage_id(self):
        prospect = self.env["crm.lifecycle.stage"]._by_code()["prospect"]
        for lead in self:
            lead.lifecycle_stage_id = lead.partner_id.lifecycle_stage_id or prospect
            lead.lifecycle_stage_color = lead.lifecycle_stage_id.color
