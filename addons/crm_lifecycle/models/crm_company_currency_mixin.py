from odoo import api, models
from odoo.tools import SQL


class CrmCompanyCurrencyMixin(models.AbstractModel):
    """Sums the amounts of companies that share a currency without looking for its rate at every row.

    The web client asks every group for the currencies in it, and for the sum at today's rates in case there are
    several. All rows of a company are in its own currency: with one alone, both are known beforehand. Sorting a million
    rows by currency to find that out takes two seconds.
    """

    _name = "crm.company.currency.mixin"
    _description = "Amounts in the Company's Currency"

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Answer with the one currency, and the plain sum."""
        name, _colon, function = aggregate_spec.partition(":")
        if function not in ("sum_currency", "array_agg_distinct") or name not in self._fields:
            return super()._read_group_select(aggregate_spec, query)
        currency = self._one_currency()
        if currency and function == "sum_currency" and self._fields[name].type == "monetary":
            return super()._read_group_select(f"{name}:sum", query)
        if currency and self._fields[name].comodel_name == currency._name:
            self._check_field_access(self._fields[name], "read")
            return SQL("CASE WHEN count(*) > 0 THEN ARRAY[%s] END", currency.id)
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _one_currency(self):
        """Return the currency of all companies whose rows can be seen, none if there are several."""
        currencies = self.env.companies.currency_id
        return currencies if len(currencies) == 1 and not self.env.su else currencies.browse()
