from odoo import fields, models


class CrmExternalTransactionImport(models.TransientModel):
    """Import a ledger file of purchases."""

    _name = "crm.external.transaction.import"
    _description = "Import a Ledger"

    file = fields.Binary()
