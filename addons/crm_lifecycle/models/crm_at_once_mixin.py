from odoo import api, models

OF_RULES = ("company_id", "partner_id", "user_id")


class CrmAtOnceMixin(models.AbstractModel):
    """A model that is a query over many rows, read once for a list.

    Record rules are checked on the rows that were found; what they look at is read with the rest, else the web client's
    list asks the whole query a second time.
    """

    _name = "crm.at.once.mixin"
    _description = "Query That Is Read Once"

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Read what record rules look at, too."""
        return super().search_fetch(domain, self._with_rules(field_names), offset=offset, limit=limit, order=order)

    @api.model
    def _with_rules(self, field_names):
        """Return names of fields to read, and those of record rules; none at all if only ids are asked for."""
        return [*field_names, *(name for name in OF_RULES if name in self._fields)] if field_names else field_names
