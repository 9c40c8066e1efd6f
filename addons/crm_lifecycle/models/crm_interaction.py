from odoo import api, models
from odoo.tools import SQL


class CrmInteraction(models.Model):
    _inherit = "crm.interaction"

    _lifecycle_complaint_idx = models.Index("(company_id, commercial_partner_id) WHERE is_complaint")

    @api.model_create_multi
    def create(self, vals_list):
        """A talk makes a suspect a prospect within a minute, not only at night."""
        interactions = super().create(vals_list)
        interactions._lifecycle_mark()
        return interactions

    def write(self, vals):
        """A planned contact that took place, or one of another customer, counts at once, too."""
        self._lifecycle_mark_before(vals)
        result = super().write(vals)
        if vals.keys() & {"partner_id", "state", "direction", "company_id", "is_complaint", "date"}:
            self._lifecycle_mark()
        return result

    def _set(self, vals):
        self._lifecycle_mark_before(vals)
        result = super()._set(vals)
        if vals.keys() & {"state", "is_complaint"}:
            self._lifecycle_mark()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_lifecycle_mark(self):
        """A contact that is no more is no sign of life any more."""
        self._lifecycle_mark()

    @api.model
    def _reached_complaint(self):
        """Return the ``SQL`` condition on the ledger as ``i``: a complaint that reached us, in any channel.

        What was planned, put off or refused on our side was never said to us.
        """
        return SQL(
            """i.is_complaint AND i.date IS NOT NULL AND i.commercial_partner_id IS NOT NULL
               AND (i.state = 'done' OR i.direction = 'in')"""
        )

    def _lifecycle_mark_before(self, vals):
        """A contact taken back, or given to another customer, was no sign of life of the former one."""
        if vals.keys() & {"partner_id", "state", "direction", "company_id"}:
            self._lifecycle_mark()

    def _lifecycle_mark(self):
        """Queue the customers of contacts that are a sign of life."""
        made = self.sudo().filtered(lambda i: i.partner_id and (i.state == "done" or i.direction == "in"))
        for company, contacts in made.grouped("company_id").items():
            self.env["crm.lifecycle.dirty"]._mark(contacts.partner_id, company)
