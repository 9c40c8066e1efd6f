from collections.abc import Collection
from datetime import date, timedelta

from odoo import api, models
from odoo.fields import Domain

from ..engine.planner import many_and_short

LEAST_TIMES, MOST_TIMES = 2, 4
"""So many times as far back the newest rows are looked for when there were too few."""
MOST_DAYS = 512
OF_SOURCES = {"id", "date"}
"""Fields of conditions that the sources can be told of."""
TOLD = {"crm_transaction_ids", "crm_transaction_since", "crm_transaction_probe", "crm_sales_alike"}


class CrmPurchaseWindowMixin(models.AbstractModel):
    """Reads documents of the days asked for only, and the newest ones without reading all.

    The models are queries over all documents: nothing bounds them but what the sources are told in the context. At
    five million orders the list took 35 seconds on a busy machine, and so 0.1.
    """

    _name = "crm.purchase.window.mixin"
    _inherit = ["crm.at.once.mixin", "crm.company.currency.mixin"]
    _description = "Documents of the Days Asked for"

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Find the rows first, then read them: what they show would be read of every row that is sorted."""
        found = super().search_fetch(domain, [], offset=offset, limit=limit, order=order)
        if field_names != []:
            found.fetch(self._with_rules(field_names))
        return found

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Read the rows named, or look back no further than the conditions and the number of rows wanted require."""
        within, domain = self._within(domain)
        if limit and order in (None, self._order) and not self.env.context.get("crm_transaction_probe"):
            with many_and_short(self.env.cr):
                found = within._newest(domain, offset, limit, order, kwargs)
            if found is not None:
                return found
        return super(CrmPurchaseWindowMixin, within)._search(domain, offset, limit, order, **kwargs)

    @api.model
    def _read_group(self, domain, *args, **kwargs):
        """As :meth:`_search`."""
        within, domain = self._within(domain)
        return super(CrmPurchaseWindowMixin, within)._read_group(domain, *args, **kwargs)

    @api.model
    def _read_grouping_sets(self, domain, *args, **kwargs):
        """As :meth:`_search`."""
        within, domain = self._within(domain)
        return super(CrmPurchaseWindowMixin, within)._read_grouping_sets(domain, *args, **kwargs)

    def _read_group_postprocess_groupby(self, groupby_spec, raw_values):
        """Have the records of groups know nothing of what the sources were told for this reading."""
        return super(CrmPurchaseWindowMixin, self._telling_nothing())._read_group_postprocess_groupby(
            groupby_spec, raw_values
        )

    def _read_group_postprocess_aggregate(self, aggregate_spec, raw_values):
        """As :meth:`_read_group_postprocess_groupby`."""
        return super(CrmPurchaseWindowMixin, self._telling_nothing())._read_group_postprocess_aggregate(
            aggregate_spec, raw_values
        )

    def _telling_nothing(self):
        """Return this model without what reading it has told its sources."""
        context = {key: value for key, value in self.env.context.items() if key not in TOLD}
        return self.with_env(self.env(context=context))

    @api.model
    def _within(self, domain):
        """Tell the sources of the ids in ``domain``, and of the first day that its rows lie on.

        Not of the last one: what was taken back of an order is told by all credit notes.

        :return: this model, its sources told; what of ``domain`` they do not see to
        """
        domain = Domain(domain)
        within, rest = self, []
        for part in domain.children if getattr(domain, "OPERATOR", None) == "&" else [domain]:
            read = part
            if OF_SOURCES.issuperset(condition.field_expr for condition in part.iter_conditions()):
                read = part.optimize_full(self.sudo())  # only to read it: relative days become dates
            name, operator = getattr(read, "field_expr", None), getattr(read, "operator", None)
            if name == "id" and operator == "in" and isinstance(read.value, Collection):
                if all(isinstance(row, int) for row in read.value):
                    within = within.with_context(crm_transaction_ids=list(read.value))
            if name == "date" and operator in (">", ">=") and isinstance(read.value, date):
                within = within._looking(read.value)
                if operator == ">=":
                    continue
            rest.append(part)
        return within, Domain.AND(rest)

    @api.model
    def _looking(self, since):
        """Return this model, its sources told to look back no further; never further than they were told before."""
        told = self.env.context.get("crm_transaction_since")
        return self.with_context(crm_transaction_since=max(since, told or since))

    @api.model
    def _newest(self, domain, offset, limit, order, kwargs):
        """Look for the newest rows, at first of today, then as far back as there should be so many.

        :return: the ``Query`` that found them, or None if there are less in all the days looked at
        """
        today = max(self.env["res.company"]._lifecycle_days_sudo().values())
        since = self.env.context.get("crm_transaction_since")
        days, number = 0, offset + limit
        while days <= MOST_DAYS:
            start = today - timedelta(days=days)
            if since and start <= since:
                break
            near = self._looking(start).with_context(crm_transaction_probe=True)
            found = near._search(domain, 0, number, order, **kwargs)
            rows = found.get_result_ids()
            if len(rows) >= number:
                return near.browse(rows[offset:])._as_query() if offset else found
            times = 1.5 * number / max(len(rows), 1)
            days = int(days * min(MOST_TIMES, max(LEAST_TIMES, times))) or 1
        return None

    def action_open_document(self):
        """Open the document behind the row."""
        self.ensure_one()
        model, _note = self.env["crm.transaction"]._documents()[self.source]
        return {"type": "ir.actions.act_window", "res_model": model, "res_id": self.res_id, "view_mode": "form"}
