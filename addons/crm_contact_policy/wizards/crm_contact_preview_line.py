from odoo import fields, models


class CrmContactPreviewLine(models.TransientModel):
    """The gate's answer for one channel."""

    _name = "crm.contact.preview.line"
    _description = "May We Contact? (Channel)"
    _order = "id"

    preview_id = fields.Many2one("crm.contact.preview", required=True, ondelete="cascade")
    channel_id = fields.Many2one("crm.contact.channel")
    channel_icon = fields.Char(related="channel_id.icon")
    verdict = fields.Selection([("allow", "Yes"), ("hold", "Later"), ("deny", "No")])
    from_date = fields.Datetime("From")
    reason = fields.Char()
