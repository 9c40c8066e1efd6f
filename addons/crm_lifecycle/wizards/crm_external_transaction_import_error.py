from odoo import fields, models


class CrmExternalTransactionImportError(models.TransientModel):
    """What is wrong in a line of the ledger file."""

    _name = "crm.external.transaction.import.error"
    _description = "Import Purchases: Problem"
    _order = "line, id"

    import_id = fields.Many2one("crm.external.transaction.import", required=True, ondelete="cascade", index=True)
    line = fields.Integer(readonly=True)
    field_label = fields.Char(string="Field", readonly=True)
    value = fields.Char(readonly=True)
    message = fields.Char(string="What to do", readonly=True)
