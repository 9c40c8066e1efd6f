from odoo import api, fields, models
from odoo.addons.crm_profile.domain.tabular import plain
from odoo.fields import Domain
from odoo.tools import SQL

INDEX = "res_partner_plain_name_idx"


def plain_sql(column):
    """Return ``SQL`` of a text in lower case, without accents and signs, as ``plain`` gives it.

    Only immutable functions, so that an index may hold it; the extension ``unaccent`` is not needed.
    """
    bare = SQL(r"regexp_replace(lower(normalize(translate(%s, 'đĐ', 'dd'), NFD)), '[\u0300-\u036f]', '', 'g')", column)
    return SQL("regexp_replace(%s, '[^a-z0-9]+', ' ', 'g')", bare)


class CrmPartnerSearchMixin(models.AbstractModel):
    """Contacts are found without accents too: “nguyen” finds “Nguyễn”."""

    _name = "crm.partner.search.mixin"
    _description = "Search of Contacts without Accents"

    plain_name = fields.Char(
        string="Name without Accents", compute="_compute_plain_name", search="_search_plain_name"
    )

    @api.depends("complete_name")
    def _compute_plain_name(self):
        for partner in self:
            partner.plain_name = plain(partner.complete_name or "")

    @api.model
    def _search_plain_name(self, operator, value):
        """Find by name as it is typed on a keyboard without accents."""
        if operator == "in":
            wanted = [plain(item) for item in value if isinstance(item, str)]
            return self._plain_domain(lambda key: SQL("btrim(%s) = ANY(%s)", key, wanted))
        if operator not in ("ilike", "like", "=ilike", "=like"):
            return NotImplemented
        text = plain(value) if isinstance(value, str) else ""
        if not text:
            return Domain.FALSE
        if operator.startswith("="):
            return self._plain_domain(lambda key: SQL("btrim(%s) = %s", key, text))
        return self._plain_domain(lambda key: SQL("%s LIKE %s", key, f"%{text}%"))

    @api.model
    def _plain_domain(self, condition):
        """Return the domain of contacts whose plain name meets ``condition``, a function of the ``SQL`` of the name.

        As a subquery, which the trigram index answers: of a million contacts it takes milliseconds, where the
        condition itself, beside the others of a search by name, would be tried on each.
        """

        def to_sql(model, alias, query):
            return SQL(
                "%s IN (SELECT plain.id FROM res_partner plain WHERE %s)",
                SQL.identifier(alias, "id"),
                condition(plain_sql(SQL.identifier("plain", "complete_name"))),
            )

        return Domain.custom(to_sql=to_sql)

    def init(self):
        """Make the index, where the database has trigrams."""
        super().init()
        if self._name != "res.partner" or not self.pool.has_trigram:
            return
        self.env.cr.execute(
            SQL(
                "CREATE INDEX IF NOT EXISTS %s ON res_partner USING gin ((%s) gin_trgm_ops)",
                SQL.identifier(INDEX),
                plain_sql(SQL.identifier("complete_name")),
            )
        )
