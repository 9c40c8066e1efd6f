"""Who is in a segment: its criteria as one SQL statement, and the one that lets customers join and leave."""

from datetime import timedelta

from odoo.fields import Domain
from odoo.tools import SQL

COUNTS = ("members", "amount", "margin", "joined", "left")


class SegmentQuery:
    """The criteria of one segment.

    The conditions on contacts and figures are read with the rights of who wrote them, purchases with all rights.

    :param segment: a ``crm.segment``
    """

    def __init__(self, segment):
        self.segment = segment
        self.env = segment.env
        author = segment.criteria_user_id or self.env.user
        company = segment.company_id
        self.reader = (
            self.env["crm.segment"]
            .with_user(author)
            .with_context(allowed_company_ids=[company.id], active_test=True)
            .with_company(company)
            .env
        )

    def check(self):
        """Raise what is wrong with the conditions, as the ORM says it."""
        self._matched(self.segment.company_id._lifecycle_today())

    def count(self, as_of):
        """Return who matches on a day, without writing: a dict of ``COUNTS``."""
        return self._run(as_of, SQL("SELECT 1 AS id WHERE FALSE"), SQL("SELECT 1 AS id WHERE FALSE"))

    def apply(self, as_of):
        """Write who joins and leaves on a day; return a dict of ``COUNTS``."""
        first = not self.segment.refreshed_on
        left = SQL(
            """UPDATE crm_segment_member m SET left_on = %s
                WHERE m.id IN (SELECT id FROM leaving) RETURNING m.id""",
            as_of,
        )
        joined = SQL(
            """INSERT INTO crm_segment_member (segment_id, company_id, partner_id, origin, is_first, entered_on)
               SELECT %s, %s, j.partner_id, j.origin, %s, %s FROM joining j RETURNING id""",
            self.segment.id,
            self.segment.company_id.id,
            first,
            as_of,
        )
        return self._run(as_of, left, joined)

    def _run(self, as_of, left, joined):
        self.env.flush_all()
        row = self.env.execute_query(
            SQL(
                """WITH matched AS MATERIALIZED (%(matched)s),
                        decided AS (
                            SELECT d.partner_id, d.decision FROM crm_segment_decision d
                             WHERE d.segment_id = %(segment)s AND (d.until IS NULL OR d.until >= %(day)s)),
                        wanted AS MATERIALIZED (
                            SELECT m.partner_id, 'rule' AS origin FROM matched m
                             WHERE NOT EXISTS (SELECT 1 FROM decided d WHERE d.partner_id = m.partner_id)
                             UNION ALL SELECT partner_id, 'manual' FROM decided WHERE decision = 'add'),
                        current AS (
                            SELECT id, partner_id FROM crm_segment_member
                             WHERE segment_id = %(segment)s AND left_on IS NULL),
                        leaving AS (
                            SELECT c.id FROM current c
                             WHERE NOT EXISTS (SELECT 1 FROM wanted w WHERE w.partner_id = c.partner_id)),
                        joining AS (
                            SELECT w.partner_id, w.origin FROM wanted w
                             WHERE NOT EXISTS (SELECT 1 FROM current c WHERE c.partner_id = w.partner_id)),
                        gone AS (%(left)s), come AS (%(joined)s)
                   SELECT count(*), COALESCE(sum(s.amount_total), 0)::float8,
                          COALESCE(sum(s.margin_total), 0)::float8,
                          (SELECT count(*) FROM joining), (SELECT count(*) FROM leaving),
                          (SELECT count(*) FROM gone), (SELECT count(*) FROM come)
                     FROM wanted w
                LEFT JOIN crm_lifecycle_status s ON s.partner_id = w.partner_id AND s.company_id = %(company)s""",
                matched=self._matched(as_of),
                segment=self.segment.id,
                company=self.segment.company_id.id,
                day=as_of,
                left=left,
                joined=joined,
            )
        )[0]
        return dict(zip(COUNTS, row, strict=False))

    def _matched(self, as_of):
        """Return ``SQL`` of the customers that the rules alone take: the column ``partner_id``."""
        segment = self.segment
        base = SQL(
            """SELECT p.id AS partner_id, %(value)s AS value
                 FROM res_partner p %(join)s
                WHERE p.active AND %(conditions)s""",
            value=self._value(),
            join=self._statuses(),
            conditions=SQL(" AND ").join([*self._conditions(), *self._products(as_of)]),
        )
        if not segment.rank_by:
            return SQL("SELECT b.partner_id FROM (%s) b", base)
        # The same value gets the same place: ties are in or out together.
        limit = SQL("%s", segment.rank_limit)
        if segment.rank_unit == "percent":
            limit = SQL("ceil(r.total * %s / 100.0)", segment.rank_limit)
        return SQL(
            """SELECT r.partner_id
                 FROM (SELECT b.partner_id, rank() OVER (ORDER BY b.value %s) AS place, count(*) OVER () AS total
                         FROM (%s) b WHERE b.value IS NOT NULL) r
                WHERE r.place <= %s""",
            SQL("ASC") if segment.rank_by == "first_date" else SQL("DESC"),
            base,
            limit,
        )

    def _value(self):
        if not self.segment.rank_by:
            return SQL("NULL::int")
        return SQL("s.%s", SQL.identifier(self.segment.rank_by))

    def _statuses(self):
        """Return the join with the figures; contacts without any take part only where they are asked for."""
        join = SQL("LEFT JOIN") if self._suspects() else SQL("JOIN")
        return SQL(
            "%s crm_lifecycle_status s ON s.partner_id = p.id AND s.company_id = %s", join, self.segment.company_id.id
        )

    def _suspects(self):
        return self.segment.include_suspects and not self.segment.rank_by

    def _conditions(self):
        """Return the conditions on contact and figures."""
        segment = self.segment
        found = []
        if self._suspects():
            found.append(
                SQL(
                    """p.commercial_partner_id = p.id
                       AND (s.id IS NOT NULL OR (
                            (p.company_id IS NULL OR p.company_id = %s)
                            AND NOT EXISTS (SELECT 1 FROM res_company c WHERE c.partner_id = p.id)
                            AND NOT EXISTS (SELECT 1 FROM res_users u WHERE u.partner_id = p.id AND NOT u.share)))""",
                    segment.company_id.id,
                )
            )
        if segment.customer_kind:
            found.append(SQL("p.is_company" if segment.customer_kind == "company" else "p.is_company IS NOT TRUE"))
        metric = segment._parsed("metric_domain")
        if metric:
            own = Domain("company_id", "=", segment.company_id.id) & Domain(metric)
            query = self.reader["crm.lifecycle.status"]._search(own)
            found.append(SQL("s.id IN %s", query.subselect()))
        domain = segment._parsed("domain")
        if domain:
            query = self.reader["res.partner"]._search(Domain(domain))
            found.append(
                SQL(
                    "p.id IN (SELECT who.commercial_partner_id FROM res_partner who WHERE who.id IN %s)",
                    query.subselect(),
                )
            )
        facts = segment._parsed("fact_domain")
        if facts:
            usable = Domain("status", "in", ("stated", "verified")) & Domain(facts)
            query = self.reader["crm.profile.fact"]._search(usable)
            found.append(
                SQL(
                    """p.id IN (SELECT who.commercial_partner_id FROM crm_profile_fact f
                                  JOIN res_partner who ON who.id = f.partner_id WHERE f.id IN %s)""",
                    query.subselect(),
                )
            )
        return found or [SQL("TRUE")]

    def _products(self, as_of):
        """Return the condition on products bought, as a list of none or one."""
        segment = self.segment
        if not segment.product_mode:
            return []
        categories = self.env["product.category"].sudo().search([("id", "child_of", segment.product_categ_ids.ids)])
        since = as_of - timedelta(days=segment.product_days) if segment.product_days else None
        # Purchases of all are looked through, whoever may read them: only the fact that somebody bought is used.
        sources = self.env["crm.transaction"].sudo().with_context(
            **({"crm_transaction_since": since} if since else {})
        )._sources()
        bought = SQL(
            """SELECT t.commercial_partner_id FROM (%(union)s) t
                 JOIN product_product pp ON pp.id = t.product_id
                 JOIN product_template pt ON pt.id = pp.product_tmpl_id
                WHERE t.company_id = %(company)s AND t.commercial_partner_id IS NOT NULL AND NOT t.is_refund
                  AND t.date <= %(day)s AND %(since)s
                  AND (pp.id = ANY(%(products)s) OR pt.categ_id = ANY(%(categories)s))""",
            union=SQL(" UNION ALL ").join(sources),
            company=segment.company_id.id,
            day=as_of,
            since=SQL("t.date >= %s", since) if since else SQL("TRUE"),
            products=segment.product_ids.ids,
            categories=categories.ids if segment.product_categ_ids else [],
        )
        return [SQL("p.id %s (%s)", SQL("IN" if segment.product_mode == "bought" else "NOT IN"), bought)]
