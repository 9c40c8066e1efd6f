from odoo import fields, models


class CrmProfileImportError(models.TransientModel):
    """What is wrong in a line of the file."""

    _name = "crm.profile.import.error"
    _description = "Import Profiles: Problem"
    _order = "line, id"

    import_id = fields.Many2one("crm.profile.import", required=True, ondelete="cascade", index=True)
    line = fields.Integer(readonly=True)
    field_label = fields.Char("Column", readonly=True)
    message = fields.Char("What to Do", readonly=True)
