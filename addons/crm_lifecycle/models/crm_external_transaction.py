from odoo import fields, models


class CrmExternalTransaction(models.Model):
    """A purchase known only from an imported ledger."""

    _name = "crm.external.transaction"
    _description = "Imported Transaction"

    external_ref = fields.Char(required=True, index=True)
    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    date = fields.Date(required=True)
    amount = fields.Float()
    quantity = fields.Float(default=1.0)
    product_id = fields.Many2one("product.product")
    channel_id = fields.Many2one("crm.contact.channel")
    note = fields.Char()
