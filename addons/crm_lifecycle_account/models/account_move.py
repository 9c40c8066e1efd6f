from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "crm.customer.mark.mixin"]

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

    def _lifecycle_documents(self):
        """Only documents of sales count."""
        return super()._lifecycle_documents().filtered(lambda move: move.is_sale_document(include_receipts=True))

    def _lifecycle_customers(self):
        """Who ordered is concerned, too, wherever the invoice goes."""
        customers = super()._lifecycle_customers()
        if "sale_line_ids" in self.env["account.move.line"]._fields:
            # As superuser: who posts an invoice need not see the order.
            customers |= self.sudo().invoice_line_ids.sale_line_ids.order_id.partner_id.sudo(self.env.su)
        return customers
