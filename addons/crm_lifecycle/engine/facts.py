"""The one bulk read: what each customer bought, what else we heard, and what we said last."""

from dataclasses import dataclass

import numpy as np
from odoo import SUPERUSER_ID
from odoo.tools import SQL

from ..domain.stages import CODES, NO_MANUAL, REASONS
from . import copying
from .periods import EVENTS, REFERRED, summarise_periods
from .purchases import LINES, counted_days, summarise

CUSTOMER = [
    ("partner", "i"),
    ("kind", "i"),
    ("eligible", "i"),
    ("sign", "i"),
    ("alive", "i"),
    ("imported", "i"),
    ("declared", "i"),
    ("manual", "i"),
    ("manual_on", "i"),
    ("manual_until", "i"),
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
    ("old_declared", "i"),
    ("old_class_days", "i"),
    ("old_class_orders", "i"),
    ("old_class_complaints", "i"),
    ("old_class_amount", "f"),
    ("old_class_margin", "f"),
    ("old_class_referred", "f"),
]


@dataclass(frozen=True)
class Scope:
    """Which commercial partners: all, a list of ids, ids above ``after`` up to ``upto``, or one in ``every``."""

    ids: tuple | None = None
    after: int = 0
    upto: int = 0
    every: int = 0

    def condition(self, column):
        """Return the ``SQL`` condition on ``column``."""
        if self.ids is not None:
            return SQL("%s = ANY(%s)", column, list(self.ids))
        if self.every:
            return SQL("(hashint4(%s)::int8 & 1073741823) %% %s = 0", column, self.every)
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
    :param classes: ``crm.value.class`` whose periods are summed up; those of the company if not given
    """

    def __init__(self, env, company, policies, as_of, classes=None):
        self.env = env
        self.company = company
        self.policies = policies
        self.as_of = as_of
        self.past = {kind: as_of.toordinal() - 7 * policy.horizon_weeks for kind, policy in policies.items()}
        self.classes = env["crm.value.class"]._of_company(company) if classes is None else classes
        self.periods = sorted({value_class.period_days for value_class in self.classes})
        self.stage_ids = list(env["crm.lifecycle.stage"]._ids_by_code()[code] for code in CODES)

    def rows(self, scope):
        """Return the facts, and ``OLD``, of the customers in ``scope`` that have a fact or a row.

        Purchases are read line by line and summed up by numpy: the read takes half the time of an SQL aggregate.
        """
        customers = copying.read(self.env.cr, self._customers(scope), CUSTOMER + OLD)
        lines = copying.read(self.env.cr, self._purchases(scope), LINES)
        customers.update(summarise(lines, customers, self.policies, self.past))
        if self.periods:
            customers.update(self._in_periods(scope, lines, customers))
        known = customers["days"] > 0
        for name in ("sign", "status", "declared"):
            known |= customers[name] > 0
        rows = {name: column[known] for name, column in customers.items()}
        for name in ("old_stage", "old_engine", "manual"):
            rows[name] = self._stage_index(rows[name])
        return rows

    def purchase_days(self, scope, kind):
        """Return (partner, day) columns of the purchases that count, of the customers of one kind in ``scope``."""
        customers = copying.read(self.env.cr, self._customers(scope), CUSTOMER + OLD)
        lines = copying.read(self.env.cr, self._purchases(scope), LINES)
        return counted_days(lines, customers, self.policies, kind)

    def _stage_index(self, ids):
        """Return the index in CODES of each stage id, NO_MANUAL (−1) for none."""
        index = np.full(max(self.stage_ids) + 1, -1, dtype=np.int64)
        index[self.stage_ids] = np.arange(len(CODES))
        return np.where(ids > 0, index[np.clip(ids, 0, len(index) - 1)], NO_MANUAL)

    def _purchases(self, scope):
        """Return ``SQL`` of the columns ``LINES``, one row for each document of the customers up to the day."""
        return SQL(
            """SELECT t.commercial_partner_id::int4, %(day)s, COALESCE(t.amount, 0)::float8,
                      COALESCE(t.margin, 0)::float8
                 FROM (%(union)s) t
                WHERE t.company_id = %(company)s AND t.commercial_partner_id IS NOT NULL AND %(scope)s""",
            day=SQL("(t.date - DATE '0001-01-01' + 1)"),
            union=SQL(" UNION ALL ").join(self._sources(scope)),
            company=self.company.id,
            scope=scope.condition(SQL("t.commercial_partner_id")),
        )

    def _sources(self, scope):
        """Return the selects of the sources, those of a range without the documents of contacts that are not in it.

        Each range then compares a number where it had looked up the customer of every document there is. Contacts
        whose number lies elsewhere are read by a select of their own.
        """
        model = self.env["crm.transaction"].with_context(
            crm_transaction_grain="order", crm_transaction_until=self.as_of
        )
        if not scope.upto:
            return model._sources()
        sources = model.with_context(crm_transaction_partners=(scope.after + 1, scope.upto))._sources()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM res_partner WHERE %s AND NOT %s",
                scope.condition(SQL("commercial_partner_id")),
                scope.condition(SQL("id")),
            )
        )
        if elsewhere := [partner_id for (partner_id,) in self.env.cr.fetchall()]:
            sources += model.with_context(crm_transaction_partners=elsewhere)._sources()
        return sources

    def _in_periods(self, scope, lines, customers):
        """Return the figures of the value classes: two more reads, small ones, where a class asks for them."""
        complaints = copying.read(self.env.cr, self._complaints(scope), EVENTS)
        nobody = {name: complaints["partner"][:0] for name, _kind in REFERRED}
        asked = any(value_class.min_referred for value_class in self.classes)
        referred = copying.read(self.env.cr, self._referred(scope), REFERRED) if asked else nobody
        return summarise_periods(
            lines, complaints, referred, customers, self.policies, self.periods, self.as_of.toordinal()
        )

    def _complaints(self, scope):
        """Return ``SQL`` of the columns ``EVENTS``: complaints that reached us, in any channel."""
        local = self.env["crm.transaction"]._local_date(SQL("i.date"), SQL("i.company_id"))
        return SQL(
            """SELECT c.partner_id::int4, (c.day - DATE '0001-01-01' + 1)
                 FROM (SELECT i.commercial_partner_id AS partner_id, %(local)s AS day
                         FROM crm_interaction i
                        WHERE %(reached)s AND i.company_id = %(company)s AND %(scope)s) c
                WHERE c.day <= %(as_of)s""",
            local=local,
            reached=self.env["crm.interaction"]._reached_complaint(),
            company=self.company.id,
            as_of=self.as_of,
            scope=scope.condition(SQL("i.commercial_partner_id")),
        )

    def _referred(self, scope):
        """Return ``SQL`` of the columns ``REFERRED``: purchases of those whom the customers in ``scope`` brought."""
        sources = self.env["crm.transaction"].with_context(crm_transaction_grain="order")._sources()
        return SQL(
            """SELECT r.referrer_commercial_id::int4, (t.date - DATE '0001-01-01' + 1), COALESCE(t.amount, 0)::float8
                 FROM crm_referral r
                 JOIN (%(union)s) t ON t.commercial_partner_id = r.partner_commercial_id
                WHERE t.company_id = %(company)s AND t.date <= %(as_of)s
                  AND r.company_id = %(company)s AND %(scope)s""",
            union=SQL(" UNION ALL ").join(sources),
            company=self.company.id,
            as_of=self.as_of,
            scope=scope.condition(SQL("r.referrer_commercial_id")),
        )

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

    def _declared(self, scope):
        """Return ``SQL``: the latest stage set by hand of each customer; a release ends it the day before."""
        return SQL(
            """SELECT DISTINCT ON (d.partner_id) d.partner_id, d.id, d.stage_id, d.declared_on,
                      LEAST(d.until, CASE WHEN d.released_on <= %(as_of)s THEN d.released_on - 1 END) AS until
                 FROM crm_lifecycle_declaration d
                WHERE d.company_id = %(company)s AND d.declared_on <= %(as_of)s AND %(scope)s
             ORDER BY d.partner_id, d.declared_on DESC, d.id DESC""",
            as_of=self.as_of,
            company=self.company.id,
            scope=scope.condition(SQL("d.partner_id")),
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

    def _customers(self, scope):
        """Return ``SQL`` of the columns ``CUSTOMER`` and ``OLD`` for the commercial partners in ``scope``."""
        return SQL(
            """SELECT p.id, CASE WHEN p.is_company THEN 1 ELSE 0 END, CASE WHEN %(eligible)s THEN 1 ELSE 0 END,
                      %(sign)s, %(alive)s, CASE WHEN m.partner_id IS NULL THEN 0 ELSE 1 END,
                      COALESCE(d.id, 0), COALESCE(d.stage_id, 0), %(manual_on)s, %(manual_until)s, %(old)s
                 FROM res_partner p
            LEFT JOIN (%(signs)s) s ON s.partner_id = p.id
            LEFT JOIN (%(declared)s) d ON d.partner_id = p.id
            LEFT JOIN crm_lifecycle_status o
                   ON o.partner_id = p.id AND o.company_id = %(company)s AND %(rows)s
            LEFT JOIN (SELECT DISTINCT partner_id FROM crm_lifecycle_dirty
                        WHERE company_id = %(company)s AND cause = 'import') m ON m.partner_id = p.id
                WHERE (p.commercial_partner_id = p.id OR o.id IS NOT NULL) AND %(scope)s
             ORDER BY p.id""",
            signs=self._signs(scope),
            declared=self._declared(scope),
            manual_on=ordinal(SQL("d.declared_on")),
            manual_until=ordinal(SQL("d.until")),
            company=self.company.id,
            scope=scope.condition(SQL("p.id")),
            # Said again of a range: else each range looks through the rows of all.
            rows=scope.condition(SQL("o.partner_id")) if scope.upto else SQL("TRUE"),
            eligible=self._eligible(),
            sign=ordinal(SQL("s.sign")),
            alive=ordinal(SQL("s.alive")),
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
                number("declaration_id"),
                number("class_days"),
                number("class_orders"),
                number("class_complaints"),
                double("class_amount"),
                double("class_margin"),
                double("class_referred"),
            ]
        )
