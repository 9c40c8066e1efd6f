from odoo import fields, models
from odoo.exceptions import UserError

from ..domain import tabular


class CrmTableImportColumnsMixin(models.AbstractModel):
    """An import in which people say what each column is; ``column_ids`` (``sequence``, ``name``, ``sample``)."""

    _name = "crm.table.import.columns.mixin"
    _inherit = "crm.table.import.mixin"
    _description = "Import of a Table by Columns"

    state = fields.Selection(
        [("file", "File"), ("columns", "Columns"), ("check", "Check"), ("done", "Done")], default="file", required=True
    )
    number_format = fields.Selection(
        [("auto", "Find out"), ("point", "1,234.56"), ("comma", "1.234,56")], default="auto", required=True
    )
    date_order = fields.Selection(
        [("auto", "Find out"), ("day", "Day first (31/12/2024)"), ("month", "Month first (12/31/2024)")],
        default="auto",
        required=True,
    )

    def action_back(self):
        """Go back one step."""
        self.ensure_one()
        self.state = "columns" if self.state == "check" else "file"
        return self._reopen()

    def _show_columns(self, table, targets):
        """Go to the columns, each with samples of its cells and what it seems to be.

        :param targets: for each column the values that say what it is
        """
        columns = []
        for index, (header, target) in enumerate(zip(table.headers, targets, strict=True)):
            sample = [tabular.cell_text(cells[index]) for _line, cells in table.rows[:20] if index < len(cells)]
            sample = " · ".join([text for text in sample if text][:3])
            columns.append({"sequence": index, "name": header, "sample": sample[:120], **target})
        commands = [fields.Command.clear(), *(fields.Command.create(vals) for vals in columns)]
        self.write({"state": "columns", "line_count": table.line_count, "column_ids": commands})
        return self._reopen()

    def _check_columns(self, headers):
        """:raise UserError: the file is no longer the one whose columns were shown"""
        if len(self.column_ids) != len(headers):
            raise UserError(self.env._("The file has changed. Go back and read it again."))

    def _chosen_reading(self):
        """What the user says of numbers and dates, None where the file is to tell: ``decimal``, ``day_first``."""
        return {
            "decimal": {"point": ".", "comma": ","}.get(self.number_format),
            "day_first": {"day": True, "month": False}.get(self.date_order),
        }
