from odoo import api, models


class AccountMove(models.Model):
    _inherit = "account.move"

    _crm_lifecycle_idx = models.Index(
        "(partner_id, invoice_date)"
        " WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
    )

    def _post(self, soft=True):
        """Mark the customers: a purchase or a return may change their stage."""
        posted = super()._post(soft)
        posted._lifecycle_mark()
        return posted

    def button_draft(self):
        """Mark the customers: a purchase is taken back for the moment."""
        result = super().button_draft()
        self._lifecycle_mark()
        return result

    def button_cancel(self):
        """Mark the customers: a purchase is undone."""
        result = super().button_cancel()
        self._lifecycle_mark()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_lifecycle_mark(self):
        """Mark the customers of deleted documents."""
        self._lifecycle_mark()

    def _lifecycle_mark(self):
        """Queue the customers of these sales documents for a refresh, by one insert for each company."""
        documents = self.filtered(lambda move: move.is_sale_document(include_receipts=True) and move.partner_id)
        for company, moves in documents.grouped("company_id").items():
            self.env["crm.lifecycle.dirty"]._mark(moves.partner_id, company)
