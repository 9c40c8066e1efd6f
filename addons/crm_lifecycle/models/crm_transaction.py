from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL, format_date

STEADY_SINCE = datetime(2000, 1, 1)
STEADY_DAYS = 365 * 60


@lru_cache(maxsize=64)
def steady_offset(zone):
    """Return the seconds by which a time zone is ahead of UTC on each day of 60 years; None if it ever changes.

    >>> steady_offset("Asia/Ho_Chi_Minh")
    25200
    >>> steady_offset("Europe/Paris") is None
    True
    """
    zone, first = ZoneInfo(zone), datetime(2000, 1, 1, tzinfo=ZoneInfo("UTC"))
    offset = first.astimezone(zone).utcoffset()
    days = (first + timedelta(days=day) for day in range(-1, STEADY_DAYS))
    return int(offset.total_seconds()) if all(day.astimezone(zone).utcoffset() == offset for day in days) else None


class CrmTransaction(models.Model):
    """Every purchase the installed sources know of, one line each. Read-only."""

    _name = "crm.transaction"
    _inherit = ["crm.purchase.window.mixin"]
    _description = "Transaction"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "source"
    _depends = {
        "crm.external.transaction": [
            "partner_id", "company_id", "date", "product_id", "quantity", "amount", "channel_id",
        ],
        "res.partner": ["commercial_partner_id"],
    }

    source = fields.Selection([("external", "Imported ledger")], readonly=True)
    res_id = fields.Integer(string="Document", readonly=True)
    line_id = fields.Integer(string="Document Line", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(readonly=True, help="In the company's time zone.")
    product_id = fields.Many2one("product.product", readonly=True)
    quantity = fields.Float(readonly=True)
    amount = fields.Monetary(readonly=True, help="Untaxed, in the company's currency.")
    margin = fields.Monetary(readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    channel_id = fields.Many2one("crm.contact.channel", readonly=True)
    state_id = fields.Many2one(related="commercial_partner_id.state_id", string="Province")
    is_refund = fields.Boolean(string="Return", readonly=True)

    @api.depends("source", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["source"]._description_selection(self.env))
        for row in self:
            row.display_name = f"{labels.get(row.source, '')} {format_date(self.env, row.date)}"

    @property
    def _table_query(self):
        # A query instead of a database view: uninstalling a source would drop the view with its table.
        return SQL(" UNION ALL ").join(self._sources())

    @api.model
    def _sources(self):
        """Return a list of ``SQL`` selects, one for each source, to be united.

        Columns in this order: ``id`` (unique over all sources and stable), ``source``, ``res_id``, ``line_id``,
        ``partner_id``, ``commercial_partner_id``, ``company_id``, ``date`` (in the company's time zone),
        ``product_id``, ``quantity``, ``amount`` (untaxed, company currency), ``margin``, ``user_id``,
        ``channel_id``, ``is_refund``, ``place_id`` (where it was sold: a team, point of sale or journal, or none).
        An ``id`` is eight times that of the line or document, and the number of the source (:meth:`_among`).

        With ``crm_transaction_grain='order'`` in the context a source may give one line per document and leave
        product, line and quantity empty: the engine needs no more. A source leaves out all that is not asked for:
        ``crm_transaction_since`` and ``crm_transaction_until`` are the first and the last day wanted,
        ``crm_transaction_partners`` the contacts, a list of ids or the first and the last id as a tuple, and
        ``crm_transaction_ids`` the rows themselves. With ``crm_transaction_anonymous`` it gives sales without a
        customer, too (see :meth:`_partner_join`), and need give no returns. ``crm_transaction_numeric`` asks for
        amounts of documents as numeric instead of float.
        """
        return [
            SQL(
                """SELECT t.id::bigint * 8 AS id, 'external'::varchar AS source, t.id AS res_id, t.id AS line_id,
                          t.partner_id, p.commercial_partner_id, t.company_id, t.date, t.product_id,
                          t.quantity::float8 AS quantity, t.amount::%s AS amount, NULL::float8 AS margin,
                          NULL::int AS user_id, t.channel_id, t.amount < 0 AS is_refund, NULL::int AS place_id
                     FROM crm_external_transaction t
                     JOIN res_partner p ON p.id = t.partner_id
                    WHERE %s AND %s AND %s AND %s""",
                self._amount_type(),
                self._among(SQL("t.id"), 0),
                self._counted("external", SQL("t.company_id")),
                self._within_days(SQL("t.date")),
                self._of_partners(SQL("t.partner_id")),
            )
        ]

    @api.model
    def _among(self, key, number):
        """Return the ``SQL`` condition that a row is one of those asked for.

        :param SQL key: id of the line or document
        :param int number: of the source, less than 8
        """
        wanted = self.env.context.get("crm_transaction_ids")
        if wanted is None:
            return SQL("TRUE")
        ours = [row // 8 for row in wanted if row % 8 == number]
        return SQL("%s = ANY(%s)", key, ours) if ours else SQL("FALSE")

    @api.model
    def _of_partners(self, partner_id):
        """Return the ``SQL`` condition that a document's contact is one of those asked for."""
        wanted = self.env.context.get("crm_transaction_partners")
        if isinstance(wanted, tuple):
            return SQL("%s BETWEEN %s AND %s", partner_id, *wanted)
        return SQL("TRUE") if wanted is None else SQL("%s = ANY(%s)", partner_id, wanted)

    @api.model
    def _within_days(self, day):
        """Return the ``SQL`` condition that a date lies within the days asked for."""
        since, until = (self.env.context.get(f"crm_transaction_{name}") for name in ("since", "until"))
        conditions = [SQL("%s >= %s", day, since)] if since else []
        conditions += [SQL("%s <= %s", day, until)] if until else []
        return SQL(" AND ").join(conditions) if conditions else SQL("TRUE")

    @api.model
    def _within_moments(self, moment, company_id):
        """Return the ``SQL`` condition that a naive UTC timestamp lies within the days asked for.

        The moments at which the days begin are worked out once for each company, not the day of each moment, which
        takes ten times as long; an index on the moment can be used.

        :param SQL moment: the timestamp
        :param SQL company_id: the company's id, whose time zone makes the day
        """
        since, until = (self.env.context.get(f"crm_transaction_{name}") for name in ("since", "until"))
        conditions = [self._compare(moment, SQL(">="), since, company_id)] if since else []
        if until:
            conditions.append(self._compare(moment, SQL("<"), until + timedelta(days=1), company_id))
        return SQL(" AND ").join(conditions) if conditions else SQL("TRUE")

    @api.model
    def _compare(self, moment, operator, day, company_id):
        """Return the ``SQL`` that compares a moment with the beginning of a day in the time zone of its company."""
        starts = {company: self._start_of(day, zone) for company, zone in self._zones_sudo().items()}
        distinct = sorted({*starts.values()})
        if len(distinct) == 1:
            return SQL("%s %s %s", moment, operator, distinct[0])
        cases = SQL(" ").join(SQL("WHEN %s THEN %s::timestamp", *pair) for pair in sorted(starts.items()))
        own = SQL("CASE %s %s END", company_id, cases)
        # The widest limit beside the company's own: an index can be used for it.
        widest = distinct[0] if operator.code == ">=" else distinct[-1]
        return SQL(
            "%(moment)s %(operator)s %(widest)s AND %(moment)s %(operator)s %(own)s",
            moment=moment,
            operator=operator,
            widest=widest,
            own=own,
        )

    @api.model
    def _start_of(self, day, zone):
        """Return the naive UTC moment at which a day begins in a time zone."""
        start = datetime.combine(day, time(), tzinfo=ZoneInfo(zone))
        return start.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    @api.model
    def _at_rate(self, amount, rate):
        """Return the ``SQL`` of an amount in the company's currency.

        Most documents are in it: not dividing by 1 saves a fifth of reading them.

        :param SQL amount: numeric in the document's currency
        :param SQL rate: of the document's currency to the company's, as kept on the document; none reads as 1
        """
        return SQL(
            "CASE WHEN %(rate)s = 1 THEN %(amount)s ELSE %(amount)s / COALESCE(NULLIF(%(rate)s, 0), 1) END",
            amount=amount,
            rate=rate,
        )

    @api.model
    def _amount_type(self):
        """Return the ``SQL`` type of amounts: to turn each into a float takes longer than to sum them all up."""
        return SQL("numeric" if self.env.context.get("crm_transaction_numeric") else "float8")

    @api.model
    def _partner_join(self):
        """Return the ``SQL`` of the join to the contact: ``LEFT JOIN`` where sales without one are asked for."""
        return SQL("LEFT JOIN" if self.env.context.get("crm_transaction_anonymous") else "JOIN")

    @api.model
    def _counted(self, source, company_id):
        """Return the ``SQL`` condition that a company counts the purchases of a source.

        :param str source: name of the source; ``res.company`` has the setting ``lifecycle_count_<source>``
        :param SQL company_id: the company's id
        """
        off = self._not_counting_sudo(source)
        return SQL("%s != ALL(%s)", company_id, off) if off else SQL("TRUE")

    @api.model
    def _not_counting_sudo(self, source):
        # As superuser: what a company counts is the same for every reader, whichever companies he may see.
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return companies.search([(f"lifecycle_count_{source}", "=", False)]).ids

    @api.model
    def _documents(self):
        """Return ``{source: (model, name of the note field)}`` of the documents behind the lines."""
        return {"external": ("crm.external.transaction", "note")}

    @api.model
    def _local_date(self, moment, company_id):
        """Return ``SQL`` of the day of a naive UTC timestamp in the time zone of its company.

        :param SQL moment: the timestamp
        :param SQL company_id: the company's id
        """
        zones = self._zones_sudo()
        if len(set(zones.values())) == 1:
            zone = SQL("%s", next(iter(zones.values())))
        else:
            zone = self._by_company(company_id, zones, "UTC")
        exact = SQL("((%s AT TIME ZONE 'UTC') AT TIME ZONE %s)::date", moment, zone)
        offsets = {company: steady_offset(name) for company, name in zones.items()}
        if None in offsets.values():
            return exact
        # Adding the hours takes a tenth of looking the moment up in the rules of a zone, at five million orders 2 s.
        if len(set(offsets.values())) == 1:
            seconds = SQL("%s", next(iter(offsets.values())))
        else:
            seconds = self._by_company(company_id, offsets, 0)
        return SQL(
            "CASE WHEN %(moment)s >= %(steady)s THEN (%(moment)s + %(seconds)s * INTERVAL '1 second')::date"
            " ELSE %(exact)s END",
            moment=moment,
            steady=STEADY_SINCE,
            seconds=seconds,
            exact=exact,
        )

    @api.model
    def _by_company(self, company_id, values, other):
        """Return the ``SQL`` of the value of each company, ``other`` for one that is unknown."""
        cases = SQL(" ").join(SQL("WHEN %s THEN %s", *pair) for pair in sorted(values.items()))
        return SQL("CASE %s %s ELSE %s END", company_id, cases, other)

    @api.model
    def _zones_sudo(self):
        """Return ``{company id: time zone}`` of all companies.

        As superuser: the days of a line are the same for every reader, whichever companies he may see.
        """
        companies = self.env["res.company"].sudo().with_context(active_test=False).search([("id", "!=", False)])
        return {company.id: company._contact_tz() for company in companies}
