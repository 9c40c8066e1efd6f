from odoo import fields, models


class CrmExternalTransactionImportColumn(models.TransientModel):
    """A column of the ledger file and what it is taken for."""

    _name = "crm.external.transaction.import.column"
    _description = "Import Purchases: Column"
    _order = "sequence, id"

    import_id = fields.Many2one("crm.external.transaction.import", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    name = fields.Char(string="Column", readonly=True)
    sample = fields.Char(string="First Values", readonly=True)
    target = fields.Selection(
        [
            ("external_ref", "Reference"),
            ("customer", "Customer code or external id"),
            ("email", "E-mail"),
            ("phone", "Phone"),
            ("name", "Customer name"),
            ("date", "Date"),
            ("amount", "Amount without taxes"),
            ("quantity", "Quantity"),
            ("product", "Product"),
            ("channel", "Channel"),
            ("note", "Note"),
        ],
        string="Taken For",
        help="Empty: the column is left aside.",
    )
