import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import ledger
from ..domain.ledger_headers import guess_columns

SHOWN_ERRORS = 100


class CrmExternalTransactionImport(models.TransientModel):
    """Imports a ledger file: choose the file, check the columns, see what would happen, import."""

    _name = "crm.external.transaction.import"
    _description = "Import Purchases"

    state = fields.Selection(
        [("file", "File"), ("columns", "Columns"), ("check", "Check"), ("done", "Done")], default="file", required=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    file = fields.Binary(string="Ledger", attachment=False)
    filename = fields.Char()
    create_partners = fields.Boolean(
        string="Create missing customers",
        default=True,
        help="Makes a contact for each customer found by neither external id, customer code, e-mail nor phone.",
    )
    number_format = fields.Selection(
        [("auto", "Find out"), ("point", "1,234.56"), ("comma", "1.234,56")], default="auto", required=True
    )
    date_order = fields.Selection(
        [("auto", "Find out"), ("day", "Day first (31/12/2024)"), ("month", "Month first (12/31/2024)")],
        default="auto",
        required=True,
    )
    column_ids = fields.One2many("crm.external.transaction.import.column", "import_id", string="Columns")
    error_ids = fields.One2many("crm.external.transaction.import.error", "import_id", string="Problems")
    line_count = fields.Integer(string="Lines", readonly=True)
    created_count = fields.Integer(string="New", readonly=True)
    updated_count = fields.Integer(string="Changed", readonly=True)
    unchanged_count = fields.Integer(string="Unchanged", readonly=True)
    rejected_count = fields.Integer(string="Rejected", readonly=True)
    error_count = fields.Integer(readonly=True)
    partner_count = fields.Integer(string="Customers", readonly=True)
    partner_created_count = fields.Integer(string="New Customers", readonly=True)
    has_more_errors = fields.Boolean(compute="_compute_has_more_errors")
    rejected_file = fields.Binary(string="Rejected Lines", attachment=False, readonly=True)
    rejected_name = fields.Char(readonly=True)

    @api.depends("error_count")
    def _compute_has_more_errors(self):
        for wizard in self:
            wizard.has_more_errors = wizard.error_count > SHOWN_ERRORS

    def action_read(self):
        """Read the file's headers and guess its columns."""
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose a CSV or Excel file first."))
        table = self._read_table()
        guessed = guess_columns(table.headers)
        columns = []
        for index, (header, name) in enumerate(zip(table.headers, guessed, strict=True)):
            sample = [ledger.cell_text(cells[index]) for _line, cells in table.rows[:20] if index < len(cells)]
            sample = " · ".join([text for text in sample if text][:3])
            columns.append({"sequence": index, "name": header, "sample": sample[:120], "target": name})
        self.write(
            {
                "state": "columns",
                "line_count": table.line_count,
                "column_ids": [fields.Command.clear(), *(fields.Command.create(vals) for vals in columns)],
            }
        )
        return self._reopen()

    def action_check(self):
        """Tell what an import would do, and write nothing."""
        self._run(dry_run=True)
        self.state = "check"
        return self._reopen()

    def action_import(self):
        """Import the good lines; the others come back as a file with their reasons."""
        self._run(dry_run=False)
        self.state = "done"
        return self._reopen()

    def action_back(self):
        """Go back one step."""
        self.ensure_one()
        self.state = "columns" if self.state == "check" else "file"
        return self._reopen()

    def action_open(self):
        """Open the imported purchases."""
        return self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_external_transaction_action")

    def action_download_rejected(self):
        """Download the rejected lines with their reasons."""
        self.ensure_one()
        url = f"/web/content/{self._name}/{self.id}/rejected_file/{self.rejected_name}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def _read_table(self):
        try:
            return ledger.read_table(base64.b64decode(self.with_context(bin_size=False).file))
        except ledger.LedgerError as error:
            transactions = self.env["crm.external.transaction"]
            raise UserError(transactions._import_file_message(error)) from error

    def _columns(self, headers):
        """Return the field of each column.

        :raise UserError: a field is chosen twice, or one that is needed not at all
        """
        if len(self.column_ids) != len(headers):
            raise UserError(self.env._("The file has changed. Go back and read it again."))
        targets = [column.target or None for column in self.column_ids.sorted("sequence")]
        transactions = self.env["crm.external.transaction"]
        for name in ledger.FIELDS:
            if targets.count(name) > 1:
                label = transactions._import_field_label(name)
                raise UserError(self.env._("Two columns are taken for “%(field)s”. Keep one.", field=label))
        missing = [transactions._import_field_label(name) for name in ("date", "amount") if name not in targets]
        if not set(targets) & set(ledger.CUSTOMER_FIELDS):
            missing.append(self.env._("Customer code, e-mail or phone"))
        if missing:
            raise UserError(self.env._("Tell which column is: %(fields)s.", fields=", ".join(missing)))
        return targets

    def _run(self, dry_run):
        self.ensure_one()
        table = self._read_table()
        columns = self._columns(table.headers)
        readings = ledger.sniff_reading(
            table,
            columns,
            decimal={"point": ".", "comma": ","}.get(self.number_format),
            day_first={"day": True, "month": False}.get(self.date_order),
            default_decimal=self._default_decimal(),
        )
        rows, errors = ledger.clean_table(table, columns, fields.Date.context_today(self), readings)
        result = self.env["crm.external.transaction"]._import_clean(
            self.company_id, rows, errors, self.create_partners, dry_run
        )
        self._show(table, columns, result)

    def _default_decimal(self):
        """Return the decimal mark where the file does not tell: without cents in the currency a dot means thousands."""
        mark = self.env["res.lang"]._get_data(code=self.env.lang or "en_US").decimal_point or "."
        if not self.company_id.currency_id.decimal_places:
            mark = ","
        return mark

    def _show(self, table, columns, result):
        """Keep the figures, the first problems and the file of rejected lines."""
        transactions = self.env["crm.external.transaction"]
        reasons, problems = {}, []
        cells_by_line = dict([*table.rows, *table.torn]) if result.errors else {}
        for error in result.errors:
            label, message = transactions._import_field_label(error.field), transactions._import_message(error)
            reasons.setdefault(error.line, []).append(f"{label}: {message}" if label else message)
            if len(problems) < SHOWN_ERRORS:
                value = ""
                if error.field in columns and columns.index(error.field) < len(cells_by_line[error.line]):
                    value = ledger.cell_text(cells_by_line[error.line][columns.index(error.field)])[:80]
                problems.append({"line": error.line, "field_label": label, "value": value, "message": message})
        rejected = False
        if reasons:
            labels = (self.env._("Line"), self.env._("Reason"))
            texts = {line: " ".join(found) for line, found in reasons.items()}
            rejected = base64.b64encode(ledger.rejected_file(table, texts, labels))
        self.write(
            {
                "line_count": table.line_count,
                "created_count": result.created,
                "updated_count": result.updated,
                "unchanged_count": result.unchanged,
                "rejected_count": result.rejected,
                "error_count": len(result.errors),
                "partner_count": result.partners,
                "partner_created_count": result.partners_created,
                "error_ids": [fields.Command.clear(), *(fields.Command.create(vals) for vals in problems)],
                "rejected_file": rejected,
                "rejected_name": self.env._("rejected.csv"),
            }
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Purchases"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
