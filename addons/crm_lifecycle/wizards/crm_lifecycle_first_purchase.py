from odoo import api, fields, models
from odoo.tools import html2plaintext


class CrmLifecycleFirstPurchase(models.TransientModel):
    """How it began: the first purchase of a customer, as far as the reader may see it."""

    _name = "crm.lifecycle.first.purchase"
    _description = "First Purchase"

    partner_id = fields.Many2one("res.partner", string="Customer", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    transaction_id = fields.Many2one("crm.transaction", compute="_compute_card")
    date = fields.Date(string="When", compute="_compute_card")
    amount = fields.Monetary(string="How Much", compute="_compute_card", help="Untaxed, in the company's currency.")
    products = fields.Char(compute="_compute_card")
    quantity = fields.Float(string="How Many", compute="_compute_card")
    source = fields.Char(string="By Way of", compute="_compute_card")
    channel_id = fields.Many2one("crm.contact.channel", compute="_compute_card")
    user_id = fields.Many2one("res.users", string="Salesperson", compute="_compute_card")
    note = fields.Text(compute="_compute_card")
    is_hidden = fields.Boolean(compute="_compute_card", help="The document is another salesperson's.")

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang", "uid")
    def _compute_card(self):
        labels = dict(self.env["crm.transaction"]._fields["source"]._description_selection(self.env))
        for card in self:
            lines = card._first_lines()
            first = lines[:1]
            card.transaction_id = first
            day = card._first_day()
            card.date = first.date or day
            card.amount = sum(lines.mapped("amount"))
            card.quantity = sum(lines.mapped("quantity"))
            card.products = ", ".join(lines.product_id.mapped("display_name"))
            card.source = labels.get(first.source)
            card.channel_id = first.channel_id
            card.user_id = first.user_id
            card.note = card._note(first)
            card.is_hidden = not first or bool(first.date != day)

    def _first_day(self):
        """Return the day of the first purchase by the rules: of a free sample only where zero amounts count."""
        return self.partner_id.with_company(self.company_id).lifecycle_first_date

    def _first_lines(self):
        """Return the lines of the first purchase, or of the earliest one that the reader may see."""
        model = self.env["crm.transaction"]
        domain = [
            ("commercial_partner_id", "=", self.partner_id.commercial_partner_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        bought = [*domain, ("is_refund", "=", False)]
        first = model.search([*bought, ("date", "=", self._first_day())], order="amount DESC, id", limit=1)
        first = first or model.search([*bought, ("amount", ">", 0)], order="date, id", limit=1)
        return first and model.search([*domain, ("source", "=", first.source), ("res_id", "=", first.res_id)])

    def _note(self, line):
        """Return the note of the document behind ``line``, as far as the reader may see it."""
        if not line:
            return False
        model, field = line._documents()[line.source]
        document = self.env[model].browse(line.res_id)
        if not document.has_access("read") or not document[field]:
            return False
        return html2plaintext(document[field])

    def action_open_document(self):
        """Open the order, invoice or ledger line."""
        self.ensure_one()
        return self.transaction_id.action_open_document()
