from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class CrmCustomerSightMixin(models.AbstractModel):
    """A contact seen through the status of its customer, as far as the reader may see that.

    Whoever is given his own documents only sees the stage and the figures of his own customers and of nobody's. Of a
    colleague's customer he sees nothing: neither a stage nor that there is none.
    """

    _name = "crm.customer.sight.mixin"
    _description = "Stage of a Contact as Far as One May See It"

    def _lifecycle_hidden_sudo(self):
        """Return those of these customers whose stage is known, but not to the reader."""
        # As superuser: only whether there is a row, so that a colleague's customer is not taken for a stranger.
        model = self.env["crm.lifecycle.status"]
        if not self or not model._sees_some():
            return self.browse()
        domain = [("partner_id", "in", self.ids), ("company_id", "=", self.env.company.id)]
        return (model.sudo().search(domain) - model.search(domain)).partner_id.sudo(self.env.su)

    def _lifecycle_check_handover(self):
        """Refuse to take over, move, merge or set the stage of a colleague's customer: sight would come by it.

        In all companies of the user, not only in those chosen now: sight follows the salesperson in each of them.

        :raise AccessError: some customer has a stage that the user may not see
        """
        user = self.env.user
        reader = self.with_context(allowed_company_ids=user.company_ids.ids)
        hidden = reader.browse().union(
            *(reader.with_company(company)._lifecycle_hidden_sudo() for company in user.company_ids)
        )
        if hidden:
            raise AccessError(
                self.env._(
                    "%(customer)s is looked after by %(user)s: somebody who sees all customers has to hand them over.",
                    customer=hidden[0].sudo().display_name,
                    user=hidden[0].sudo().user_id.name,
                )
            )

    def _lifecycle_unseen(self):
        """Return what to say instead of the reason of a stage that the reader may not see."""
        keeper = self.commercial_partner_id.user_id.name
        return self.env._("Looked after by %(user)s, who sees the stage and the figures", user=keeper)

    @api.model
    def _lifecycle_domain(self, domain, negate=False):
        """Return the domain of partners whose customer has a status of the current company in ``domain``, or has none.

        :param domain: domain on ``crm.lifecycle.status``
        :param bool negate: those who have no such status instead
        """
        own = fields.Domain("company_id", "=", self.env.company.id) & fields.Domain(domain)
        query = self.env["crm.lifecycle.status"]._search(own)
        operator = "not in" if negate else "in"
        return fields.Domain("commercial_partner_id", operator, query.subselect("crm_lifecycle_status.partner_id"))

    @api.model
    def _lifecycle_strangers_sudo(self):
        """Return the domain of partners whose customer has no status of the current company."""
        # As superuser: a customer whose stage the reader may not see is no stranger.
        return self.sudo()._lifecycle_domain([], negate=True)

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Group contacts by the stage of their customer; nothing of it is stored on the partner."""
        if groupby_spec != "lifecycle_stage_id":
            return super()._read_group_groupby(alias, groupby_spec, query)
        self._check_field_access(self._fields["lifecycle_stage_id"], "read")
        joined = self._lifecycle_join(query, alias, "lifecycle")
        stage, suspect = SQL.identifier(joined, "stage_id"), self.env["crm.lifecycle.stage"]._ids_by_code()["suspect"]
        status = self.env["crm.lifecycle.status"]
        if not status._sees_some():
            return SQL("COALESCE(%s, %s)", stage, suspect)
        names = ("partner_id", "company_id", "stage_id")
        seen = status._search([]).select(*(SQL.identifier(status._table, name) for name in names))
        seen = self._lifecycle_join(query, alias, "seen", SQL("(%s)", seen))
        return SQL("CASE WHEN %s IS NULL THEN %s ELSE %s END", stage, suspect, SQL.identifier(seen, "stage_id"))

    def _lifecycle_join(self, query, alias, link, table="crm_lifecycle_status"):
        """Join the statuses of the current company to a query; return the alias."""
        joined = query.make_alias(alias, link)
        condition = SQL(
            "%s = %s AND %s = %s",
            SQL.identifier(joined, "partner_id"),
            SQL.identifier(alias, "commercial_partner_id"),
            SQL.identifier(joined, "company_id"),
            self.env.company.id,
        )
        query.add_join("LEFT JOIN", joined, table, condition)
        return joined
