"""Who is in a segment: its criteria as one SQL statement, and those that let customers join and leave."""

from odoo.fields import Domain
from odoo.tools import SQL, Query

from .planner import few_and_long
from .segment_figures import OwnFigures
from .segment_purchases import OwnPurchases

COUNTS = ("members", "amount", "margin", "joined", "left")
FIGURES = "crm.lifecycle.status"
DIFFERENCE = SQL("pg_temp.crm_segment_difference")


class SegmentQuery:
    """The criteria of one segment.

    The conditions on contacts and figures are read with the rights of who wrote them, purchases with all rights.

    :param segment: a ``crm.segment``
    :param purchases: where buyers are found: by default by a look of this segment's own
    :param figures: where figures are read: by default in the customers' rows
    """

    def __init__(self, segment, purchases=None, figures=None):
        self.segment = segment
        self.purchases = purchases or OwnPurchases()
        self.figures = figures or OwnFigures()
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
        """Raise what is wrong with the conditions, as the ORM or the database says it, which only plans to read."""
        matched = self._matched(self.segment.company_id._lifecycle_today())
        with self.env.cr.savepoint():
            self.env.cr.execute(SQL("EXPLAIN WITH %s SELECT partner_id FROM matched", matched), log_exceptions=False)

    def count(self, as_of):
        """Return who matches on a day, without writing: a dict of ``COUNTS``."""
        return self._totals(SQL("(%s) d", self._difference(as_of)))

    def apply(self, as_of):
        """Write who joins and leaves on a day; return a dict of ``COUNTS``.

        What differs is found by a statement that writes nothing but a temporary table: one that also changes members
        runs on one processor only, however many there are.
        """
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", DIFFERENCE))
        few_and_long(self.env)
        self.env.cr.execute(
            SQL("CREATE TEMPORARY TABLE crm_segment_difference ON COMMIT DROP AS %s", self._difference(as_of))
        )
        found = self._totals(SQL("%s d", DIFFERENCE))
        if found["left"]:
            self._leave(as_of)
        if found["joined"]:
            self._join(as_of)
        return found

    def _totals(self, difference):
        few_and_long(self.env)
        row = self.env.execute_query(
            SQL(
                """SELECT d.members, d.amount, d.margin, COALESCE(cardinality(d.joining), 0),
                          COALESCE(cardinality(d.leaving), 0) FROM %s""",
                difference,
            )
        )[0]
        return dict(zip(COUNTS, row, strict=True))

    def _leave(self, as_of):
        self.env.cr.execute(
            SQL(
                """UPDATE crm_segment_member m SET left_on = %s FROM (SELECT unnest(leaving) AS partner_id FROM %s) l
                    WHERE m.segment_id = %s AND m.left_on IS NULL AND m.partner_id = l.partner_id""",
                as_of,
                DIFFERENCE,
                self.segment.id,
            )
        )

    def _join(self, as_of):
        first = not self.segment.refreshed_on
        live = not (first or self.segment.is_redefined)
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_segment_member (segment_id, company_id, partner_id, origin, is_first, is_live,
                          entered_on)
                   SELECT %(segment)s, %(company)s, p.id, CASE WHEN h.partner_id IS NULL THEN 'rule' ELSE 'manual' END,
                          %(first)s, %(live)s OR h.partner_id IS NOT NULL AND NOT %(first)s, %(day)s
                     FROM (SELECT unnest(joining) AS partner_id FROM %(difference)s) j
                     -- Who was deleted since the figures were copied joins nothing.
                     JOIN res_partner p ON p.id = j.partner_id
                LEFT JOIN (%(decided)s) h ON h.partner_id = j.partner_id""",
                segment=self.segment.id,
                company=self.segment.company_id.id,
                first=first,
                live=live,
                day=as_of,
                difference=DIFFERENCE,
                decided=self._decided(as_of),
            )
        )

    def _decided(self, as_of):
        """Return ``SQL`` of the decisions by hand that hold on a day; who joins and has one was added."""
        return SQL(
            """SELECT d.partner_id, d.decision FROM crm_segment_decision d
                WHERE d.segment_id = %s AND (d.until IS NULL OR d.until >= %s)""",
            self.segment.id,
            as_of,
        )

    def _difference(self, as_of):
        """Return ``SQL`` of one row: the totals, and the customers who join and who leave.

        Of the stays only the customers are read: the index of the current ones has them.
        """
        return SQL(
            """WITH %(matched)s,
                    decided AS (%(decided)s),
                    wanted AS (
                        SELECT m.partner_id, m.amount, m.margin FROM matched m
                         WHERE NOT EXISTS (SELECT 1 FROM decided d WHERE d.partner_id = m.partner_id)
                         UNION ALL
                        SELECT d.partner_id, s.amount_total, s.margin_total FROM decided d
                          JOIN res_partner p ON p.id = d.partner_id AND p.active
                     LEFT JOIN crm_lifecycle_status s
                               ON s.partner_id = d.partner_id AND s.company_id = %(company)s
                         WHERE d.decision = 'add'),
                    current AS (
                        SELECT partner_id FROM crm_segment_member WHERE segment_id = %(segment)s AND left_on IS NULL)
               -- A full join is done by hashes or sorted, whatever the statistics say: never in a loop.
               SELECT count(w.partner_id) AS members, COALESCE(sum(w.amount), 0)::float8 AS amount,
                      COALESCE(sum(w.margin), 0)::float8 AS margin,
                      array_agg(w.partner_id) FILTER (WHERE c.partner_id IS NULL) AS joining,
                      array_agg(c.partner_id) FILTER (WHERE w.partner_id IS NULL) AS leaving
                 FROM wanted w
            FULL JOIN current c ON c.partner_id = w.partner_id""",
            matched=self._matched(as_of),
            decided=self._decided(as_of),
            segment=self.segment.id,
            company=self.segment.company_id.id,
        )

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
            conditions=SQL(" AND ").join([*self._conditions(), *self._products(as_of)]) or SQL("TRUE"),
        )
        if not self.segment.rank_by:
            return SQL("matched AS (%s)", base)
        if self.segment.product_mode or self.segment._parsed("domain") or self.segment._parsed("fact_domain"):
            return SQL("base AS MATERIALIZED (%s), matched AS (%s)", base, self._best(SQL("base")))
        # By figures alone: reading these again is cheaper than keeping a million rows, and done in parallel.
        return SQL("matched AS (%s)", self._best(SQL("(%s)", base)))

    def _best(self, base):
        """Return ``SQL`` of the first customers of ``base``: those not behind the last place to be taken.

        The same value has the same place: ties are in or out together. The last place is found by keeping the first
        ones only, which is cheaper than giving everyone a place.

        :param SQL base: what stands after FROM
        """
        segment = self.segment
        first = segment.rank_by == "first_date"
        if segment.rank_unit == "percent":
            number = SQL("(SELECT ceil(count(n.value) * %s / 100.0)::bigint FROM %s n)", segment.rank_limit, base)
        else:
            number = SQL("%s", int(segment.rank_limit))
            if segment.rank_limit < 1:
                return SQL("SELECT b.* FROM %s b WHERE FALSE", base)
        return SQL(
            """SELECT b.* FROM %(base)s b
                WHERE b.value %(behind)s COALESCE(
                          (SELECT c.value FROM %(base)s c WHERE c.value IS NOT NULL
                            ORDER BY c.value %(order)s OFFSET GREATEST(%(number)s - 1, 0) LIMIT 1),
                          (SELECT %(last)s(d.value) FROM %(base)s d))""",
            base=base,
            behind=SQL("<=" if first else ">="),
            order=SQL("ASC" if first else "DESC"),
            last=SQL("max" if first else "min"),
            number=number,
        )

    def _value(self):
        if not self.segment.rank_by:
            return SQL("NULL::int")
        return SQL("s.%s", SQL.identifier(self.segment.rank_by))

    def columns(self):
        """Return the names of the columns of figures that the criteria read."""
        return self._columns(self._figures_query())

    def _columns(self, query):
        used = (field.name for field in query.select().to_flush if field.model_name == FIGURES)
        return {"id", *self._taken(), *used}

    def _taken(self):
        return sorted({"partner_id", "customer_kind", "amount_total", "margin_total", self.segment.rank_by or "id"})

    def _figures_query(self):
        """Return the ``Query`` of the figures that meet the conditions on them; of all if there are none."""
        metric = self.segment._parsed("metric_domain")
        return self.reader[FIGURES]._search(Domain(metric)) if metric else Query(self.env, self.env[FIGURES]._table)

    def _source(self):
        """Return the ``SQL`` of the rows looked at: figures that meet the conditions, or contacts with and without.

        Contacts are read only where those without any figures are asked for: joining a million took half of the time.
        """
        query = self._figures_query()
        # The same conditions on another table under the same name: a query has no public way to say so.
        query._tables[query.table] = self.figures.table(self.segment.company_id, self._columns(query))
        figures = SQL("(%s) s", query.select(*[SQL.identifier(query.table, name) for name in self._taken()]))
        if not self._suspects():
            return figures
        join = SQL("JOIN" if self.segment._parsed("metric_domain") else "LEFT JOIN")
        return SQL("%s %s %s ON s.partner_id = p.id", self._contacts(), join, figures)

    def _contacts(self):
        """Return the ``SQL`` of the customers ``p`` with or without figures.

        Those that a condition finds, or all who are their own customer: that this is so of nearly every contact the
        planner cannot know, and looked up a million of them one by one where it stood beside the condition.
        """
        found = self._found()
        if not found:
            return SQL("res_partner p")
        # OFFSET 0: these first, then their figures; else a million contacts were joined with a million figures.
        who = SQL("(SELECT DISTINCT f.commercial_partner_id FROM (%s) f) w(id)", found)
        return SQL("(SELECT p.* FROM %s JOIN res_partner p ON p.id = w.id OFFSET 0) p", who)

    def _found(self):
        """Return the ``SQL`` of the customers of the contacts that meet the condition, None if there is none."""
        domain = self.segment._parsed("domain")
        if not domain:
            return None
        query = self.reader["res.partner"]._search(Domain(domain))
        return query.select(SQL.identifier("res_partner", "commercial_partner_id"))

    def _suspects(self):
        return self.segment.include_suspects and not self.segment.rank_by

    def _conditions(self):
        """Return the conditions on contact and figures."""
        who = SQL("p.id") if self._suspects() else SQL("s.partner_id")
        found = self._of_contacts() if self._suspects() else self._of_figures()
        if not self._suspects() and (customers := self._found()):
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
        """Return the conditions on the row of figures ``s``."""
        kind = self.segment.customer_kind
        return [SQL("s.customer_kind = %s", kind)] if kind else []

    def _of_contacts(self):
        """Return the conditions on contact ``p`` with or without figures ``s``."""
        found = [
            SQL(
                """p.active AND %s
                   AND (s.partner_id IS NOT NULL OR (
                        (p.company_id IS NULL OR p.company_id = %s)
                        AND NOT EXISTS (SELECT 1 FROM res_company c WHERE c.partner_id = p.id)
                        AND NOT EXISTS (SELECT 1 FROM res_users u WHERE u.partner_id = p.id AND NOT u.share)))""",
                SQL("TRUE") if self.segment._parsed("domain") else SQL("p.commercial_partner_id = p.id"),
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
