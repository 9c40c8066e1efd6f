from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    service_visit_id = fields.Many2one(
        "crm.service.visit", "Found on Visit", index="btree_not_null", ondelete="set null", copy=False
    )
