from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import ledger
from ..domain.ledger_headers import guess_columns


class CrmExternalTransactionImport(models.TransientModel):
    """Imports a ledger file: choose the file, check the columns, see what would happen, import."""

    _name = "crm.external.transaction.import"
    _inherit = "crm.table.import.columns.mixin"
    _description = "Import Purchases"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    file = fields.Binary(string="Ledger")
    create_partners = fields.Boolean(
        string="Create missing customers",
        default=True,
        help="Makes a contact for each customer found by neither external id, customer code, e-mail nor phone.",
    )
    column_ids = fields.One2many("crm.external.transaction.import.column", "import_id", string="Columns")
    error_ids = fields.One2many("crm.external.transaction.import.error", "import_id", string="Problems")
    created_count = fields.Integer(string="New", readonly=True)
    updated_count = fields.Integer(string="Changed", readonly=True)
    unchanged_count = fields.Integer(string="Unchanged", readonly=True)
    rejected_count = fields.Integer(string="Rejected", readonly=True)
    error_count = fields.Integer(readonly=True)
    partner_count = fields.Integer(string="Customers", readonly=True)
    partner_created_count = fields.Integer(string="New Customers", readonly=True)
    has_more_errors = fields.Boolean(compute="_compute_has_more_errors")

    @api.depends("error_count", "error_ids")
    def _compute_has_more_errors(self):
        for wizard in self:
            wizard.has_more_errors = wizard.error_count > len(wizard.error_ids)

    def action_read(self):
        """Read the file's headers and guess its columns."""
        self.ensure_one()
        table = self._read_table()
        return self._show_columns(table, [{"target": name} for name in guess_columns(table.headers)])

    def action_open(self):
        """Open the imported purchases."""
        return self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_external_transaction_action")

    def _read_table(self):
        return self._take_apart(ledger.known_headers)

    def _columns(self, headers):
        """Return the field of each column.

        :raise UserError: a field is chosen twice, or one that is needed not at all
        """
        self._check_columns(headers)
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
            **self._chosen_reading(),
            default_decimal=self._default_decimal(),
        )
        rows, errors = ledger.clean_table(table, columns, self.company_id._lifecycle_today(), readings)
        result = self.env["crm.external.transaction"]._import_clean(
            self.company_id, rows, errors, self.create_partners, dry_run
        )
        self._show(table, result)

    def _default_decimal(self):
        """Return the decimal mark where the file does not tell: without cents in the currency a dot means thousands."""
        mark = self.env["res.lang"]._get_data(code=self.env.lang or "en_US").decimal_point or "."
        if not self.company_id.currency_id.decimal_places:
            mark = ","
        return mark

    def _show(self, table, result):
        """Keep the figures, the first problems and the file of rejected lines."""
        figures = {
            "created_count": result.created,
            "updated_count": result.updated,
            "unchanged_count": result.unchanged,
            "rejected_count": result.rejected,
            "error_count": len(result.errors),
            "partner_count": result.partners,
            "partner_created_count": result.partners_created,
        }
        self._keep_result(table, result.errors, figures)

    def _problem(self, error):
        transactions = self.env["crm.external.transaction"]
        return transactions._import_field_label(error.field), transactions._import_message(error)

    def _more_of_problem(self, table, error):
        """The cell that is wrong, as it stands in the file."""
        targets = self.column_ids.sorted("sequence").mapped("target")
        cells = dict([*table.rows, *table.torn])[error.line]
        index = targets.index(error.field) if error.field in targets else len(cells)
        return {"value": ledger.cell_text(cells[index])[:80] if index < len(cells) else ""}
