from odoo import fields, models


class CrmServiceAssetOwner(models.Model):
    """Who owned an asset from when to when."""

    _name = "crm.service.asset.owner"
    _description = "Owner of an Asset"
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"

    _privacy = {"report": ("asset_id", "date_from", "date_to")}

    asset_id = fields.Many2one("crm.service.asset", required=True, index=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="asset_id.company_id", store=True)
    partner_id = fields.Many2one("res.partner", "Owner", required=True, index=True, readonly=True, ondelete="restrict")
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("Until", readonly=True)
