from datetime import date, timedelta

from odoo import api, models
from odoo.fields import Domain

STEPS = (3, 8)
"""At least and at most so many times as far back the newest rows are looked for when there were too few."""
MOST_DAYS = 512


class CrmPurchaseWindowMixin(models.AbstractModel):
    """Reads documents of the days asked for only, and the newest ones without reading all.

    The models are queries over all documents: nothing bounds them but what the sources are told in the context. At
    five million orders the list took 35 seconds on a busy machine, and so 1.2.
    """

    _name = "crm.purchase.window.mixin"
    _inherit = ["crm.at.once.mixin"]
    _description = "Documents of the Days Asked for"

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Look back no further than the conditions on the day, or the number of rows wanted, make necessary."""
        within = self._of_days(domain)
        if limit and order in (None, self._order) and not self.env.context.get("crm_transaction_probe"):
            within, found = within._newest(domain, offset + limit, kwargs)
            if found is not None and not order and not offset:
                return found  # a search in no order only counts, up to the limit: that is done
        return super(CrmPurchaseWindowMixin, within)._search(domain, offset, limit, order, **kwargs)

    @api.model
    def _read_group(self, domain, *args, **kwargs):
        """As :meth:`_search`."""
        return super(CrmPurchaseWindowMixin, self._of_days(domain))._read_group(domain, *args, **kwargs)

    @api.model
    def _read_grouping_sets(self, domain, *args, **kwargs):
        """As :meth:`_search`."""
        return super(CrmPurchaseWindowMixin, self._of_days(domain))._read_grouping_sets(domain, *args, **kwargs)

    @api.model
    def _of_days(self, domain):
        """Return this model, its sources told of the first day that every row in ``domain`` lies on or after.

        Not of the last one: what was taken back of an order is told by all credit notes.
        """
        domain = Domain(domain).optimize_full(self.sudo())  # only to read it: relative days become dates
        parts = domain.children if getattr(domain, "OPERATOR", None) == "&" else [domain]
        days = [
            part.value
            for part in parts
            if getattr(part, "field_expr", None) == "date"
            and part.operator in (">", ">=")
            and isinstance(part.value, date)
        ]
        return self._looking(max(days)) if days else self

    @api.model
    def _looking(self, since):
        """Return this model, its sources told to look back no further; never further than they were told before."""
        told = self.env.context.get("crm_transaction_since")
        return self.with_context(crm_transaction_since=max(since, told or since))

    @api.model
    def _newest(self, domain, number, kwargs):
        """Look for the newest ``number`` rows, at first of today, then as far back as there should be so many.

        :return: this model, its sources told how far to look back; the ``Query`` that found so many rows, in no order,
            or None if there are less in all the days looked at
        """
        today = max(self.env["res.company"]._lifecycle_days_sudo().values())
        since = self.env.context.get("crm_transaction_since")
        days = 0
        while days <= MOST_DAYS:
            start = today - timedelta(days=days)
            if since and start <= since:
                break
            near = self._looking(start)
            found = near.with_context(crm_transaction_probe=True)._search(domain, limit=number, **kwargs)
            rows = len(found.get_result_ids())
            if rows >= number:
                return near, found
            least, most = STEPS
            days = int(max(days, 1) * min(most, max(least, 1.5 * number / max(rows, 1))))
        return self, None
