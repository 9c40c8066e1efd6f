"""The one bulk read: what each customer bought, what else we heard, and what we said last."""

from dataclasses import dataclass

import numpy as np
from odoo import SUPERUSER_ID
from odoo.tools import SQL

from ..domain.stages import CODES, NO_MANUAL, REASONS
from . import copying

FACTS = [
    ("partner", "i"),
    ("kind", "i"),
    ("eligible", "i"),
    ("orders", "i"),
    ("days", "i"),
    ("first", "i"),
    ("last", "i"),
    ("nth", "i"),
    ("previous", "i"),
    ("amount", "f"),
    ("margin", "f"),
    ("sign", "i"),
    ("alive", "i"),
    ("imported", "i"),
]
OLD = [
    ("status", "i"),
    ("old_kind", "i"),
    ("old_stage", "i"),
    ("old_since", "i"),
    ("old_reason", "i"),
    ("old_first", "i"),
    ("old_last", "i"),
    ("old_orders", "i"),
    ("old_amount", "f"),
    ("old_margin", "f"),
    ("old_r", "i"),
    ("old_f", "i"),
    ("old_m", "i"),
    ("old_class", "i"),
    ("old_fit", "i"),
    ("old_version", "i"),
    ("old_quiet", "i"),
    ("old_next", "i"),
    ("old_engine", "i"),
    ("old_is_manual", "i"),
    ("manual_on", "i"),
    ("manual_until", "i"),
]


@dataclass(frozen=True)
class Scope:
    """Which commercial partners: all, a list of ids, or ids above ``after`` up to ``upto``."""

    ids: tuple | None = None
    after: int = 0
    upto: int = 0

    def condition(self, column):
        """Return the ``SQL`` condition on ``column``."""
        if self.ids is not None:
            return SQL("%s = ANY(%s)", column, list(self.ids))
        if self.upto:
            return SQL("%s BETWEEN %s AND %s", column, self.after + 1, self.upto)
        return SQL("TRUE")


def ordinal(column):
    """Return ``SQL`` of a date as a proleptic ordinal, 0 for null."""
    return SQL("COALESCE(%s - DATE '0001-01-01' + 1, 0)", column)


class FactReader:
    """Reads the facts of a company's customers as of a day.

    :param env: superuser environment
    :param company: ``res.company``
    :param policies: dict kind (0 person, 1 company) → ``crm.lifecycle.policy``
    :param as_of: date; later facts are not seen
    """

    def __init__(self, env, company, policies, as_of):
        self.env = env
        self.company = company
        self.policies = policies
        self.as_of = as_of
        self.stage_ids = list(env["crm.lifecycle.stage"]._ids_by_code()[code] for code in CODES)

    def rows(self, scope):
        """Return all columns of ``FACTS`` and ``OLD`` for the customers in ``scope`` that have a fact or a row."""
        rows = copying.read(self.env.cr, self._query(scope), FACTS + OLD)
        for name in ("old_stage", "old_engine"):
            rows[name] = self._stage_index(rows[name])
        rows["manual"] = np.where(rows["old_is_manual"] > 0, rows["old_stage"], NO_MANUAL)
        return rows

    def read_for_fit(self):
        """Return the columns kind, days, first, last and amount of everyone who has bought."""
        columns = [("kind", "i"), ("days", "i"), ("orders", "i"), ("first", "i"), ("last", "i"), ("amount", "f")]
        query = SQL(
            """SELECT CASE WHEN p.is_company THEN 1 ELSE 0 END, f.days::int4, f.orders::int4, %s, %s, f.amount
                 FROM (%s) f JOIN res_partner p ON p.id = f.partner_id
                WHERE f.days > 0 AND %s""",
            ordinal(SQL("f.first")),
            ordinal(SQL("f.last")),
            self._purchases(Scope()),
            self._eligible(),
        )
        return copying.read(self.env.cr, query, columns)

    def _stage_index(self, ids):
        """Return the index in CODES of each stage id, −1 for none."""
        index = np.full(max(self.stage_ids) + 1, -1, dtype=np.int64)
        index[self.stage_ids] = np.arange(len(CODES))
        return np.where(ids > 0, index[np.clip(ids, 0, len(index) - 1)], -1)

    def _by_kind(self, person, company):
        """Return ``SQL`` that picks by the kind of ``p``, or the plain value when both are equal."""
        if person == company:
            return SQL("%s", person)
        return SQL("CASE WHEN p.is_company THEN %s ELSE %s END", company, person)

    def _counts(self):
        """Return ``SQL`` telling whether a document ``t`` of partner ``p`` counts as a purchase."""
        flags = [(self.policies[kind].count_zero, self.policies[kind].count_returns) for kind in (0, 1)]

        def clause(zero, returns):
            return SQL(
                "(t.amount > 0 OR %s AND t.amount = 0 OR %s AND t.amount < 0)", bool(zero), bool(returns)
            )

        if flags[0] == flags[1]:
            return clause(*flags[0])
        return SQL(
            """CASE WHEN (SELECT c.is_company FROM res_partner c WHERE c.id = t.commercial_partner_id)
                    THEN %s ELSE %s END""",
            clause(*flags[1]),
            clause(*flags[0]),
        )

    def _purchases(self, scope):
        """Return ``SQL``: one row per customer with orders, days, first, last, nth, previous, amount, margin.

        Purchases of one day are one element of the sorted array of days, from which all dates are taken.
        """
        sources = self.env["crm.transaction"].with_context(crm_transaction_grain="order")._sources()
        nth = self._by_kind(self.policies[0].established_orders, self.policies[1].established_orders)
        once = [bool(self.policies[kind].same_day_once) for kind in (0, 1)]
        orders = SQL("a.days") if all(once) else SQL(
            "CASE WHEN %s THEN a.days ELSE a.documents END", self._by_kind(*once)
        )
        return SQL(
            """SELECT a.partner_id, COALESCE(%(orders)s, 0) AS orders, COALESCE(a.days, 0) AS days,
                      a.list[1] AS first, a.list[a.days] AS last, COALESCE(a.list[%(nth)s], a.list[a.days]) AS nth,
                      CASE WHEN a.days > 1 THEN a.list[a.days - 1] END AS previous,
                      COALESCE(a.amount, 0)::float8 AS amount, COALESCE(a.margin, 0)::float8 AS margin
                 FROM (SELECT b.*, cardinality(b.list) AS days
                         FROM (SELECT d.partner_id, array_agg(d.day ORDER BY d.day) FILTER (WHERE d.n > 0) AS list,
                                      sum(d.n) AS documents, sum(d.amount) AS amount, sum(d.margin) AS margin
                                 FROM (SELECT t.commercial_partner_id AS partner_id, t.date AS day,
                                              sum(t.amount) AS amount, sum(t.margin) AS margin,
                                              count(*) FILTER (WHERE %(counts)s) AS n
                                         FROM (%(union)s) t
                                        WHERE t.company_id = %(company)s AND t.date <= %(as_of)s AND %(scope)s
                                        GROUP BY t.commercial_partner_id, t.date) d
                                GROUP BY d.partner_id) b) a
                %(join)s""",
            orders=orders,
            nth=nth,
            join=SQL("JOIN res_partner p ON p.id = a.partner_id") if self._needs_kind() else SQL(),
            counts=self._counts(),
            union=SQL(" UNION ALL ").join(sources),
            company=self.company.id,
            as_of=self.as_of,
            scope=scope.condition(SQL("t.commercial_partner_id")),
        )

    def _needs_kind(self):
        """Return whether persons and companies are counted differently."""
        person, company = self.policies[0], self.policies[1]
        return any(person[name] != company[name] for name in ("established_orders", "same_day_once"))

    def _signs(self, scope):
        """Return ``SQL``: one row per customer with the first sign of interest and the last sign of life."""
        return SQL(
            """SELECT s.partner_id, min(s.day) AS sign, max(s.day) FILTER (WHERE s.alive) AS alive
                 FROM (%s) s
                WHERE s.company_id = %s AND s.day <= %s AND %s
                GROUP BY s.partner_id""",
            SQL(" UNION ALL ").join(self.env["crm.lifecycle.status"]._signs_of_life()),
            self.company.id,
            self.as_of,
            scope.condition(SQL("s.partner_id")),
        )

    def _eligible(self):
        """Return ``SQL`` telling whether partner ``p`` takes part: a commercial partner in its policy's domain."""
        kinds = [self._policy_domain(self.policies[kind]) for kind in (0, 1)]
        extra = SQL("TRUE")
        if any(kinds):
            extra = SQL(
                "CASE WHEN p.is_company THEN %s ELSE %s END", kinds[1] or SQL("TRUE"), kinds[0] or SQL("TRUE")
            )
        return SQL(
            """(p.commercial_partner_id = p.id
                AND p.id NOT IN (SELECT partner_id FROM res_company)
                AND p.id NOT IN (SELECT partner_id FROM res_users WHERE NOT share AND (active OR id = %s))
                AND %s)""",
            SUPERUSER_ID,
            extra,
        )

    def _policy_domain(self, policy):
        domain = policy._partner_domain()
        if not domain:
            return None
        query = self.env["res.partner"].with_context(active_test=False)._search(domain)
        return SQL("p.id IN %s", query.subselect())

    def _query(self, scope):
        """Return the ``SQL`` of everything about the customers in ``scope``."""
        i = ordinal
        return SQL(
            """WITH f AS MATERIALIZED (%(purchases)s), s AS MATERIALIZED (%(signs)s),
                    o AS MATERIALIZED (SELECT * FROM crm_lifecycle_status o WHERE company_id = %(company)s AND %(own)s),
                    m AS MATERIALIZED (SELECT DISTINCT partner_id FROM crm_lifecycle_dirty
                                        WHERE company_id = %(company)s AND cause = 'import'),
                    k AS (SELECT partner_id FROM f UNION SELECT partner_id FROM s UNION SELECT partner_id FROM o)
               SELECT p.id, CASE WHEN p.is_company THEN 1 ELSE 0 END, CASE WHEN %(eligible)s THEN 1 ELSE 0 END,
                      COALESCE(f.orders, 0)::int4, COALESCE(f.days, 0)::int4, %(dates)s,
                      COALESCE(f.amount, 0)::float8, COALESCE(f.margin, 0)::float8, %(sign)s, %(alive)s,
                      CASE WHEN m.partner_id IS NULL THEN 0 ELSE 1 END, %(old)s
                 FROM k
                 JOIN res_partner p ON p.id = k.partner_id
            LEFT JOIN f ON f.partner_id = p.id
            LEFT JOIN s ON s.partner_id = p.id
            LEFT JOIN o ON o.partner_id = p.id
            LEFT JOIN m ON m.partner_id = p.id
             ORDER BY p.id""",
            purchases=self._purchases(scope),
            signs=self._signs(scope),
            company=self.company.id,
            own=scope.condition(SQL("o.partner_id")),
            eligible=self._eligible(),
            dates=SQL(", ").join(i(SQL("f." + name)) for name in ("first", "last", "nth", "previous")),
            sign=i(SQL("s.sign")),
            alive=i(SQL("s.alive")),
            old=self._old(),
        )

    def _old(self):
        """Return ``SQL`` of the columns ``OLD`` from status ``o``."""

        def number(name):
            return SQL("COALESCE(o.%s, 0)::int4", SQL.identifier(name))

        def double(name):
            return SQL("COALESCE(o.%s, 0)::float8", SQL.identifier(name))

        def day(name):
            return ordinal(SQL("o.%s", SQL.identifier(name)))

        return SQL(", ").join(
            [
                number("id"),
                SQL("CASE WHEN o.customer_kind = 'company' THEN 1 ELSE 0 END"),
                number("stage_id"),
                day("since"),
                SQL("COALESCE(array_position(%s::varchar[], o.reason_code) - 1, -1)", list(REASONS)),
                day("first_date"),
                day("last_date"),
                number("order_count"),
                double("amount_total"),
                double("margin_total"),
                number("recency_score"),
                number("frequency_score"),
                number("monetary_score"),
                number("value_class_id"),
                number("fit_id"),
                number("policy_version"),
                day("quiet_on"),
                day("next_change_on"),
                number("engine_stage_id"),
                SQL("CASE WHEN o.is_manual THEN 1 ELSE 0 END"),
                day("manual_on"),
                day("manual_until"),
            ]
        )
