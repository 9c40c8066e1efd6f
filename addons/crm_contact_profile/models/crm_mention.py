from odoo import fields, models


class CrmMention(models.Model):
    _inherit = "crm.mention"

    competitor_id = fields.Many2one("crm.competitor", index="btree_not_null", tracking=True, ondelete="set null")
