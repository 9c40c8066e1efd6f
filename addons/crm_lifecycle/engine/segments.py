"""Who is in a segment: its criteria as one SQL statement, and the one that lets customers join and leave."""

from odoo.fields import Domain
from odoo.tools import SQL

from .segment_purchases import OwnPurchases

COUNTS = ("members", "amount", "margin", "joined", "left")


class SegmentQuery:
    """The criteria of one segment.

    The conditions on contacts and figures are read with the rights of who wrote them, purchases with all rights.

    :param segment: a ``crm.segment``
    :param purchases: where buyers are found: by default by a look of this segment's own
    """

    def __init__(self, segment, purchases=None):
        self.segment = segment
        self.purchases = purchases or OwnPurchases()
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
        live = not (first or self.segment.is_redefined)
        left = SQL(
            """UPDATE crm_segment_member m SET left_on = %s
                WHERE m.id IN (SELECT id FROM leaving) RETURNING m.id""",
            as_of,
        )
        joined = SQL(
            """INSERT INTO crm_segment_member (segment_id, company_id, partner_id, origin, is_first, is_live,
                      entered_on)
               SELECT %s, %s, j.partner_id, j.origin, %s, %s OR j.origin = 'manual' AND NOT %s, %s
                 FROM joining j RETURNING id""",
            self.segment.id,
            self.segment.company_id.id,
            first,
            live,
            first,
            as_of,
        )
        return self._run(as_of, left, joined)

    def _run(self, as_of, left, joined):
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL work_mem = '96MB'")  # as the nightly run: sorts and hashes of a million rows
        row = self.env.execute_query(
            SQL(
                """WITH %(matched)s,
                        decided AS (
                            SELECT d.partner_id, d.decision FROM crm_segment_decision d
                             WHERE d.segment_id = %(segment)s AND (d.until IS NULL OR d.until >= %(day)s)),
                        wanted AS MATERIALIZED (
                            SELECT m.partner_id, 'rule' AS origin, m.amount, m.margin FROM matched m
                             WHERE NOT EXISTS (SELECT 1 FROM decided d WHERE d.partner_id = m.partner_id)
                             UNION ALL
                            SELECT d.partner_id, 'manual', s.amount_total, s.margin_total FROM decided d
                         LEFT JOIN crm_lifecycle_status s
                                   ON s.partner_id = d.partner_id AND s.company_id = %(company)s
                             WHERE d.decision = 'add'),
                        current AS (
                            SELECT id, partner_id FROM crm_segment_member
                             WHERE segment_id = %(segment)s AND left_on IS NULL),
                        -- A full join is done by hashes or sorted, whatever the statistics say: never in a loop.
                        difference AS MATERIALIZED (
                            SELECT w.partner_id, w.origin, c.id FROM wanted w
                         FULL JOIN current c ON c.partner_id = w.partner_id
                             WHERE w.partner_id IS NULL OR c.id IS NULL),
                        leaving AS (SELECT id FROM difference WHERE id IS NOT NULL),
                        joining AS (SELECT partner_id, origin FROM difference WHERE id IS NULL),
                        gone AS (%(left)s), come AS (%(joined)s)
                   SELECT count(*), COALESCE(sum(w.amount), 0)::float8, COALESCE(sum(w.margin), 0)::float8,
                          (SELECT count(*) FROM joining), (SELECT count(*) FROM leaving),
                          (SELECT count(*) FROM gone), (SELECT count(*) FROM come)
                     FROM wanted w""",
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
        """Return ``SQL`` of the CTE ``matched``: partner_id, amount and margin of whom the rules alone take.

        The figures are read once and come along: at a million customers each further look at them costs a second.
        """
        base = SQL(
            "SELECT %(columns)s, %(value)s AS value FROM %(source)s WHERE %(conditions)s",
            columns=SQL(
                "%s AS partner_id, s.amount_total AS amount, s.margin_total AS margin",
                SQL("p.id") if self._suspects() else SQL("s.partner_id"),
            ),
            value=self._value(),
            source=self._source(),
            conditions=SQL(" AND ").join([*self._conditions(), *self._products(as_of)]),
        )
        if not self.segment.rank_by:
            return SQL("matched AS MATERIALIZED (%s)", base)
        return SQL("base AS MATERIALIZED (%s), matched AS (%s)", base, self._best())

    def _best(self):
        """Return ``SQL`` of the first customers of ``base``: those not behind the last place to be taken.

        The same value has the same place: ties are in or out together. The last place is found by keeping the first
        ones only, which is cheaper than giving everyone a place.
        """
        segment = self.segment
        first = segment.rank_by == "first_date"
        if segment.rank_unit == "percent":
            number = SQL("(SELECT ceil(count(value) * %s / 100.0)::bigint FROM base)", segment.rank_limit)
        else:
            number = SQL("%s", int(segment.rank_limit))
            if segment.rank_limit < 1:
                return SQL("SELECT b.* FROM base b WHERE FALSE")
        return SQL(
            """SELECT b.* FROM base b
                WHERE b.value %(behind)s COALESCE(
                          (SELECT c.value FROM base c WHERE c.value IS NOT NULL
                            ORDER BY c.value %(order)s OFFSET GREATEST(%(number)s - 1, 0) LIMIT 1),
                          (SELECT %(last)s(d.value) FROM base d))""",
            behind=SQL("<=" if first else ">="),
            order=SQL("ASC" if first else "DESC"),
            last=SQL("max" if first else "min"),
            number=number,
        )

    def _value(self):
        if not self.segment.rank_by:
            return SQL("NULL::int")
        return SQL("s.%s", SQL.identifier(self.segment.rank_by))

    def _source(self):
        """Return the ``SQL`` of the rows looked at: figures that meet the conditions, or contacts with and without.

        Contacts are read only where those without any figures are asked for: joining a million took half of the time.
        """
        metric = self.segment._parsed("metric_domain")
        statuses = SQL("crm_lifecycle_status s")
        if metric:
            own = Domain("company_id", "=", self.segment.company_id.id) & Domain(metric)
            query = self.reader["crm.lifecycle.status"]._search(own)
            names = {"id", "partner_id", "customer_kind", "amount_total", "margin_total", self.segment.rank_by or "id"}
            columns = [SQL.identifier("crm_lifecycle_status", name) for name in sorted(names)]
            statuses = SQL("(%s) s", query.select(*columns))
        if not self._suspects():
            return statuses
        join = SQL("JOIN" if metric else "LEFT JOIN")
        own = SQL("TRUE") if metric else SQL("s.company_id = %s", self.segment.company_id.id)
        return SQL("res_partner p %s %s ON s.partner_id = p.id AND %s", join, statuses, own)

    def _suspects(self):
        return self.segment.include_suspects and not self.segment.rank_by

    def _conditions(self):
        """Return the conditions on contact and figures."""
        who = SQL("p.id") if self._suspects() else SQL("s.partner_id")
        found = self._of_contacts() if self._suspects() else self._of_figures()
        domain = self.segment._parsed("domain")
        if domain:
            query = self.reader["res.partner"]._search(Domain(domain))
            customers = query.select(SQL.identifier("res_partner", "commercial_partner_id"))
            found.append(SQL("%s IN (%s)", who, customers))
        facts = self.segment._parsed("fact_domain")
        if facts:
            usable = Domain("status", "in", ("stated", "verified")) & Domain(facts)
            query = self.reader["crm.profile.fact"]._search(usable)
            found.append(
                SQL(
                    """%s IN (SELECT who.commercial_partner_id FROM crm_profile_fact f
                                  JOIN res_partner who ON who.id = f.partner_id WHERE f.id IN %s)""",
                    who,
                    query.subselect(),
                )
            )
        return found

    def _of_figures(self):
        """Return the conditions on the row of figures ``s``: this company's, of a customer who is not archived."""
        found = [SQL("s.partner_id NOT IN (SELECT id FROM res_partner WHERE active IS NOT TRUE)")]
        if not self.segment._parsed("metric_domain"):
            found.append(SQL("s.company_id = %s", self.segment.company_id.id))
        if self.segment.customer_kind:
            found.append(SQL("s.customer_kind = %s", self.segment.customer_kind))
        return found

    def _of_contacts(self):
        """Return the conditions on contact ``p`` with or without figures ``s``."""
        found = [
            SQL(
                """p.active AND p.commercial_partner_id = p.id
                   AND (s.id IS NOT NULL OR (
                        (p.company_id IS NULL OR p.company_id = %s)
                        AND NOT EXISTS (SELECT 1 FROM res_company c WHERE c.partner_id = p.id)
                        AND NOT EXISTS (SELECT 1 FROM res_users u WHERE u.partner_id = p.id AND NOT u.share)))""",
                self.segment.company_id.id,
            )
        ]
        if kind := self.segment.customer_kind:
            found.append(SQL("p.is_company" if kind == "company" else "p.is_company IS NOT TRUE"))
        return found

    def _products(self, as_of):
        """Return the condition on products bought, as a list of none or one."""
        mode = self.segment.product_mode
        if not mode:
            return []
        who = SQL("p.id") if self._suspects() else SQL("s.partner_id")
        bought = self.purchases.buyers(self.segment, as_of)
        return [SQL("%s %s (%s)", who, SQL("IN" if mode == "bought" else "NOT IN"), bought)]
