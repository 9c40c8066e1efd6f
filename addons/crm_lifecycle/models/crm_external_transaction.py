from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..domain import ledger
from ..engine.ledger_import import ImportResult, LedgerImport
from ..engine.ledger_messages import field_label, line_message


class CrmExternalTransaction(models.Model):
    """A purchase made elsewhere, known from an imported ledger."""

    _name = "crm.external.transaction"
    _description = "Imported Purchase"
    _order = "date desc, id desc"
    _rec_name = "external_ref"
    _check_company_auto = True
    # A purchase stays in the books, without words about the person.
    _privacy = {
        "erase": "blank",
        "blank": ("note",),
        "report": ("date", "company_id", "external_ref", "product_id", "quantity", "amount", "channel_id"),
    }

    external_ref = fields.Char(
        string="Reference",
        required=True,
        help="Names the purchase in the other system. Importing it again changes this line and adds none.",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="restrict", check_company=True
    )
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._lifecycle_today(),
        help="Day of the purchase, in the company's time zone.",
    )
    amount = fields.Monetary(required=True, help="Without taxes, in the company's currency. Negative for a return.")
    quantity = fields.Float(default=1.0, digits="Product Unit")
    product_id = fields.Many2one("product.product", ondelete="restrict", check_company=True)
    channel_id = fields.Many2one("crm.contact.channel", ondelete="restrict")
    note = fields.Char()

    _ref_uniq = models.Constraint(
        "UNIQUE(company_id, external_ref)", "A purchase with this reference is there already in this company."
    )
    _partner_date_idx = models.Index("(partner_id, date)")

    @api.model_create_multi
    def create(self, vals_list):
        """Create, and queue the customers for a fresh look."""
        records = super().create(vals_list)
        records._mark_dirty()
        return records

    def write(self, vals):
        """Write, and queue the customers before and after for a fresh look."""
        self._mark_dirty()
        done = super().write(vals)
        if {"partner_id", "company_id"} & vals.keys():
            self._mark_dirty()
        return done

    def unlink(self):
        """Delete, and queue the customers for a fresh look."""
        self._mark_dirty()
        return super().unlink()

    def _mark_dirty(self):
        """Queue the customers; as an import, so that a correction of old purchases starts no survey or message."""
        if self.env.context.get("crm_lifecycle_no_mark"):
            return
        for company, records in self.grouped("company_id").items():
            self.env["crm.lifecycle.dirty"]._mark(records.partner_id, company, cause="import")

    @api.model
    def _import_rows(self, company, rows, create_partners=True, dry_run=False) -> ImportResult:
        """Import purchases; the same ones again change nothing.

        :param company: the ``res.company`` they belong to, one the user works in
        :param rows: dicts with the keys of ``domain.ledger_headers.FIELDS``: ``external_ref`` (made of the content if
            missing), ``customer`` (external id or customer code), ``email``, ``phone``, ``name``, ``date`` (a date or
            an ISO text), ``amount`` (company currency, untaxed), ``quantity``, ``product`` (code, barcode or name),
            ``channel`` (code or name), ``note``; optionally ``line``, for the errors (else counted from 1)
        :param bool create_partners: make contacts for customers not found by external id, code, e-mail or phone
        :param bool dry_run: only tell what would happen
        :return: :class:`ImportResult` with created, updated, unchanged, rejected, errors, partners_created, partners
        :raise AccessError: the user may not write purchases, or not in that company
        """
        self._check_import_access(company)
        today = company._lifecycle_today()
        clean, errors = [], []
        for number, raw in enumerate(rows, 1):
            row, problems = ledger.clean_row(raw.get("line", number), raw, today)
            errors += problems
            if row:
                clean.append(row)
        clean, errors = ledger.unique_rows(clean, errors)
        return self._import_clean(company, clean, errors, create_partners, dry_run)

    @api.model
    def _import_clean(self, company, rows, errors, create_partners=True, dry_run=False) -> ImportResult:
        """Import rows of ``domain.ledger.clean_table``; as :meth:`_import_rows` otherwise."""
        self._check_import_access(company)
        env = self.with_company(company).env
        return LedgerImport(env, company, create_partners, dry_run).run(rows, errors)

    @api.model
    def _check_import_access(self, company):
        """Raise AccessError unless the user may import purchases into the company."""
        self.check_access("create")
        self.check_access("write")
        if not self.env.su and company not in self.env.user.company_ids:
            raise AccessError(
                self.env._("You may not import purchases into %(company)s.", company=company.display_name)
            )

    @api.model
    def _import_message(self, error):
        """Return what is wrong in a line and what to do, in the user's language."""
        return line_message(self.env, error)

    @api.model
    def _import_field_label(self, name):
        """Return the label of a field of the ledger."""
        return field_label(self.env, name)
