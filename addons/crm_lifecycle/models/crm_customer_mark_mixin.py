from odoo import api, models


class CrmCustomerMarkMixin(models.AbstractModel):
    """A document whose customer may change stage by it: who is concerned by a change is queued for a refresh."""

    _name = "crm.customer.mark.mixin"
    _description = "Document that Marks its Customer"

    @api.model
    def _lifecycle_fields(self):
        """Return the names of the fields whose change concerns the customers before and after it (to be extended)."""
        return {"partner_id", "company_id"}

    @api.model
    def _lifecycle_watches(self, vals):
        """Tell whether writing ``vals`` marks; not where another hook of the same change does (to be extended)."""
        return bool(vals.keys() & self._lifecycle_fields())

    def write(self, vals):
        """Mark the customers on both sides of a change."""
        if not self._lifecycle_watches(vals):
            return super().write(vals)
        self._lifecycle_mark()
        result = super().write(vals)
        self._lifecycle_mark()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_lifecycle_mark(self):
        """Mark the customers of deleted documents: what they said counts no longer."""
        self._lifecycle_mark()

    def _lifecycle_documents(self):
        """Return those of these documents that may concern a stage (to be extended)."""
        return self.filtered("partner_id")

    def _lifecycle_customers(self):
        """Return the contacts these documents concern (to be extended)."""
        return self.partner_id

    def _lifecycle_company(self):
        """Return the company whose stages the document concerns (to be extended)."""
        return self.company_id

    def _lifecycle_mark(self):
        """Queue the customers of these documents for a refresh, by one insert for each company."""
        by_company = self._lifecycle_documents().grouped(lambda document: document._lifecycle_company())
        for company, documents in by_company.items():
            self.env["crm.lifecycle.dirty"]._mark(documents._lifecycle_customers(), company)
