from odoo import fields, models


class CrmMentionImportError(models.TransientModel):
    """What is wrong in a line of the file."""

    _name = "crm.mention.import.error"
    _description = "Import Mentions: Problem"
    _order = "line, id"

    import_id = fields.Many2one("crm.mention.import", required=True, ondelete="cascade", index=True)
    line = fields.Integer(readonly=True)
    field_label = fields.Char("Column", readonly=True)
    message = fields.Char("What to Do", readonly=True)
