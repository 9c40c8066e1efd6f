from odoo import fields, models


class CrmProfileImportColumn(models.TransientModel):
    """A column of the file and what it is taken for."""

    _name = "crm.profile.import.column"
    _description = "Import Profiles: Column"
    _order = "sequence, id"

    import_id = fields.Many2one("crm.profile.import", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    name = fields.Char("Column", readonly=True)
    sample = fields.Char("First Values", readonly=True)
    target = fields.Selection(
        [
            ("ref", "Customer code"),
            ("name", "Name"),
            ("email", "E-mail"),
            ("phone", "Phone"),
            ("is_company", "Is a company"),
            ("street", "Street"),
            ("city", "City"),
            ("collected_on", "Collected on"),
            ("source_ref", "Where From"),
        ],
        "Contact's Field",
        help="Leave both empty to leave the column aside.",
    )
    attribute_id = fields.Many2one("crm.profile.attribute", "Or a Fact About", ondelete="cascade")

    def _target(self):
        """The target of the column as the domain names it; None if it is left aside."""
        self.ensure_one()
        return self.target or (f"fact:{self.attribute_id.code}" if self.attribute_id else None)
