"""The one bulk write: only the rows that differ, each with its transition."""

import numpy as np
from odoo.tools import SQL

from ..domain.stages import CODES, REASONS, SUSPECT
from . import copying

NEW = [
    ("partner", "i"),
    ("status", "i"),
    ("kill", "i"),
    ("kind", "i"),
    ("stage", "i"),
    ("from_stage", "i"),
    ("engine_stage", "i"),
    ("since", "i"),
    ("reason", "i"),
    ("returned", "i"),
    ("first", "i"),
    ("last", "i"),
    ("orders", "i"),
    ("amount", "f"),
    ("margin", "f"),
    ("gap", "f"),
    ("r", "i"),
    ("f", "i"),
    ("m", "i"),
    ("class", "i"),
    ("old_class", "i"),
    ("class_days", "i"),
    ("class_orders", "i"),
    ("class_complaints", "i"),
    ("class_amount", "f"),
    ("class_margin", "f"),
    ("class_referred", "f"),
    ("p_buy", "f"),
    ("expected_orders", "f"),
    ("expected_amount", "f"),
    ("fit", "i"),
    ("policy", "i"),
    ("version", "i"),
    ("quiet_on", "i"),
    ("next_change_on", "i"),
    ("is_manual", "i"),
    ("imported", "i"),
    ("declared", "i"),
]
TABLE = "crm_lifecycle_new"
DECLARED = SQL("LEFT JOIN crm_lifecycle_declaration d ON d.id = n.declared")
WROTE = SQL("JOIN wrote w ON w.partner_id = n.partner")
EACH = SQL("TRUE")


def day(name):
    """Return ``SQL`` of the ordinal column ``name`` of ``n`` as a date, null for 0."""
    column = SQL("n.%s", SQL.identifier(name))
    return SQL("CASE WHEN %s > 0 THEN DATE '0001-01-01' + (%s - 1) END", column, column)


def null(name, nothing=0):
    """Return ``SQL`` of the column ``name`` of ``n`` with ``nothing`` as null."""
    return SQL("NULLIF(n.%s, %s)", SQL.identifier(name), nothing)


def number(name, digits, nothing=None):
    """Return ``SQL`` of the column ``name`` of ``n``, rounded already, as a numeric with ``nothing`` as null.

    By way of an integer: PostgreSQL makes a numeric of a float through text, which takes five times as long.
    """
    column = SQL("n.%s", SQL.identifier(name))
    if nothing is not None:
        column = SQL("NULLIF(%s, %s)", column, nothing)
    return SQL("(%s * %s::float8)::int8 * %s::numeric", column, 10**digits, f"1e-{digits}")


def reason_params():
    """Return ``SQL`` of the parameters of the reason, from ``n`` and its declaration ``d``.

    What the row says itself (purchases, days, usual gap) is not said twice: a JSON for each of a million new customers
    took a quarter of the time of writing them.
    """
    return SQL(
        """CASE WHEN n.declared > 0
                THEN jsonb_build_object('user', CASE WHEN d.trigger = 'user' THEN d.author END, 'text', d.reason,
                                        'from', d.declared_on)
                WHEN n.returned > 0 THEN jsonb_build_object('gap', n.returned) END"""
    )


def reason_code():
    """Return ``SQL`` of the code of the reason, from ``n``."""
    return SQL("(%s::varchar[])[n.reason + 1]", list(REASONS))


SCORES = {"r": "recency_score", "f": "frequency_score", "m": "monetary_score", "class": "value_class_id"}
KEPT = 6
"""Changes of the scores that a row remembers."""


def score_changes(as_of, digits):
    """Return ``SQL`` of the remembered changes of the scores of the stored row ``o``, with the one that ``n`` makes.

    A change is kept with what had moved meanwhile, old and new: the scores, the purchases, the revenue, the last day,
    the cut points (by their fit) and the version of the rules. So the reason can be told, in any language, later.
    """
    facts = {
        "orders": (SQL("o.order_count"), SQL("n.orders")),
        "amount": (SQL("o.amount_total"), number("amount", digits)),
        "last": (SQL("o.last_date"), day("last")),
        "fit": (SQL("o.fit_id"), null("fit")),
        "version": (SQL("o.policy_version"), SQL("n.version")),
    }
    scores = {
        name: (SQL("o.%s", SQL.identifier(column)), null("class") if name == "class" else SQL.identifier("n", name))
        for name, column in SCORES.items()
    }
    pairs = SQL(", ").join(
        SQL("%s, CASE WHEN %s IS DISTINCT FROM %s THEN jsonb_build_array(%s, %s) END", name, old, new, old, new)
        for name, (old, new) in {**scores, **facts}.items()
    )
    changed = SQL(" OR ").join(SQL("%s IS DISTINCT FROM %s", old, new) for old, new in scores.values())
    return SQL(
        """CASE WHEN %s THEN (jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('on', %s::date, %s)))
                              || COALESCE(o.score_changes, '[]')) - %s ELSE o.score_changes END""",
        changed,
        as_of,
        pairs,
        KEPT,
    )


class Store:
    """Writes the decisions of one run.

    :param run: the ``crm.lifecycle.run``
    :param stage_ids: ids of the six stages in order
    """

    def __init__(self, run, stage_ids):
        self.cr = run.env.cr
        self.run_id = run.id
        self.as_of = run.as_of
        self.recorded_at = run.recorded_at or None
        self.is_first = bool(run.is_first)
        # Rules that changed have everyone looked at again: what only they change starts nothing.
        self.new_rules = run.kind == "full" and run.company_id.lifecycle_full_requested
        self.company_id = run.company_id.id
        self.digits = run.company_id.currency_id.decimal_places
        self.generation = run.company_id.lifecycle_generation or 1
        self._begins_history = self.is_first
        # A first fill of everyone starts nothing; what somebody declared meanwhile is told as declared.
        self.trigger = "import" if run.is_first and run.kind == "full" else None
        self.stage_ids = np.array(stage_ids, dtype=np.int64)

    def keep(self, facts, out, where):
        """Write the rows at the places ``where`` (indices) and return what was done.

        :return: dict with the numbers of rows created, updated, deleted and a list of moves (from, to, count) by code
        """
        if not len(where):
            return {"created": 0, "updated": 0, "deleted": 0, "moves": []}
        data = self._data(facts, out, where)
        copying.write(self.cr, TABLE, NEW, data)
        gone, known = data["kill"] > 0, data["status"] > 0
        if not self.is_first and (data["class"] != data["old_class"]).any():
            self._class_changes()
        if known.any():
            # Without statistics the join with the stored rows may be planned as a loop over both.
            self.cr.execute(SQL("ANALYZE %s (partner, status, kill)", SQL.identifier(TABLE)))
        return {
            "updated": self._update() if (known & ~gone).any() else 0,
            "created": self._insert() if (~known & ~gone).any() else 0,
            "deleted": self._delete() if gone.any() else 0,
            "moves": self._moves(data),
        }

    def _data(self, facts, out, where):
        data = {}
        for name, _kind in NEW:
            source = out if name in out else facts
            if name in source:
                data[name] = source[name][where]
        old = np.where(facts["status"] > 0, facts["old_stage"], SUSPECT)[where]
        data["from_stage"] = self.stage_ids[old]
        data["stage"] = self.stage_ids[out["stage"][where]]
        data["engine_stage"] = self.stage_ids[out["engine_stage"][where]]
        data["declared"] = np.where(data["is_manual"] > 0, data["declared"], 0)
        if self.is_first:
            data["imported"] = np.ones(len(where), dtype=np.int64)
        return data

    def _class_changes(self):
        """Append a line for each customer whose value class changes; a first fill is no change."""
        self.cr.execute(
            SQL(
                """INSERT INTO crm_value_class_change (partner_id, company_id, from_class_id, to_class_id, changed_on,
                          orders, amount, margin, complaints, referred, days, is_live)
                   SELECT n.partner, %s, NULLIF(n.old_class, 0), NULLIF(n.class, 0), %s, n.class_orders, %s, %s,
                          n.class_complaints, %s, n.class_days, n.imported = 0 AND NOT %s
                     FROM %s n WHERE n.class != n.old_class AND n.kill = 0""",
                self.company_id,
                self.as_of,
                number("class_amount", self.digits),
                number("class_margin", self.digits),
                number("class_referred", self.digits),
                self.new_rules,
                SQL.identifier(TABLE),
            )
        )

    def _moves(self, data):
        code = dict(zip(self.stage_ids.tolist(), CODES, strict=True))
        moved = data["from_stage"] != data["stage"]
        base = int(self.stage_ids.max()) + 1
        pairs, counts = np.unique(data["from_stage"][moved] * base + data["stage"][moved], return_counts=True)
        return [(code[p // base], code[p % base], int(n)) for p, n in zip(pairs.tolist(), counts.tolist(), strict=True)]

    def _values(self):
        """Return the pairs of status column and ``SQL`` value, from ``n`` and its declaration ``d``."""
        return [
            ("customer_kind", SQL("CASE WHEN n.kind = 1 THEN 'company' ELSE 'person' END")),
            ("stage_id", SQL("n.stage")),
            ("engine_stage_id", SQL("n.engine_stage")),
            ("since", day("since")),
            ("reason_code", reason_code()),
            ("reason_params", reason_params()),
            ("first_date", day("first")),
            ("last_date", day("last")),
            ("order_count", SQL("n.orders")),
            ("amount_total", number("amount", self.digits)),
            ("margin_total", number("margin", self.digits)),
            ("mean_gap_days", number("gap", 1)),
            ("recency_score", SQL("n.r")),
            ("frequency_score", SQL("n.f")),
            ("monetary_score", SQL("n.m")),
            ("value_class_id", null("class")),
            ("class_days", null("class_days")),
            ("class_orders", SQL("n.class_orders")),
            ("class_complaints", SQL("n.class_complaints")),
            ("class_amount", number("class_amount", self.digits)),
            ("class_margin", number("class_margin", self.digits)),
            ("class_referred", number("class_referred", self.digits)),
            ("p_buy", number("p_buy", 4, -1)),
            ("expected_orders", number("expected_orders", 4, -1)),
            ("expected_amount", number("expected_amount", self.digits, -1)),
            ("computed_on", SQL("%s::date", self.as_of)),
            ("fit_id", null("fit")),
            ("policy_id", null("policy")),
            ("policy_version", SQL("n.version")),
            ("quiet_on", day("quiet_on")),
            ("next_change_on", day("next_change_on")),
            ("is_manual", SQL("n.is_manual = 1")),
            ("declaration_id", null("declared")),
            ("manual_on", SQL("d.declared_on")),
            ("manual_until", SQL("d.until")),
            ("manual_reason", SQL("d.reason")),
            ("manual_user_id", SQL("d.user_id")),
            ("write_date", SQL("now() AT TIME ZONE 'UTC'")),
        ]

    def _update(self):
        values = [*self._values(), ("score_changes", score_changes(self.as_of, self.digits))]
        sets = [SQL("%s = %s", SQL.identifier(name), value) for name, value in values]
        query = SQL(
            """WITH wrote AS (
                   UPDATE crm_lifecycle_status o SET %s FROM %s n %s WHERE o.id = n.status AND n.kill = 0
                   RETURNING o.partner_id)
               , moved AS (%s)
               SELECT count(*) FROM wrote""",
            SQL(", ").join(sets),
            SQL.identifier(TABLE),
            DECLARED,
            self._transitions(),
        )
        return self._count(query)

    def _insert(self):
        values = self._values()
        values += [
            ("partner_id", SQL("n.partner")),
            ("company_id", SQL("%s", self.company_id)),
            ("create_date", SQL("now() AT TIME ZONE 'UTC'")),
        ]
        self.cr.execute(
            SQL(
                "INSERT INTO crm_lifecycle_status (%s) SELECT %s FROM %s n %s WHERE n.status = 0 AND n.kill = 0 %s",
                SQL(", ").join(SQL.identifier(name) for name, _value in values),
                SQL(", ").join(value for _name, value in values),
                SQL.identifier(TABLE),
                DECLARED,
                # A first fill finds an empty table; should another process fill it at once, the range is tried again.
                SQL() if self.is_first else SQL("ON CONFLICT (partner_id, company_id) DO NOTHING"),
            )
        )
        created = self.cr.rowcount
        # Their history is written by a statement of its own: handing 180,000 rows over took a second. A customer whom
        # another transaction wrote meanwhile ends this one, so that nobody's history is written twice.
        self.cr.execute(self._transitions(SQL(), SQL("n.status = 0 AND n.kill = 0")))
        return created

    def _delete(self):
        query = SQL(
            """WITH wrote AS (
                   DELETE FROM crm_lifecycle_status o USING %s n WHERE o.id = n.status AND n.kill = 1
                   RETURNING o.partner_id)
               , moved AS (%s)
               SELECT count(*) FROM wrote""",
            SQL.identifier(TABLE),
            self._transitions(),
        )
        return self._count(query)

    def _transitions(self, rows=WROTE, condition=EACH):
        """Return ``SQL`` that appends a transition for each row whose stage changed.

        :param SQL rows: join that leaves the rows meant; by default those of ``wrote``
        :param SQL condition: condition on ``n`` that does
        """
        values = self._transition_values()
        return SQL(
            "INSERT INTO crm_lifecycle_transition (%s) SELECT %s FROM %s n %s %s WHERE n.from_stage != n.stage AND %s",
            SQL(", ").join(SQL.identifier(name) for name, _value in values),
            SQL(", ").join(value for _name, value in values),
            SQL.identifier(TABLE),
            rows,
            DECLARED,
            condition,
        )

    def _transition_values(self):
        """Return the pairs of transition column and ``SQL`` value, from ``n`` and its declaration ``d``."""
        trigger = SQL("d.trigger, CASE WHEN n.imported = 1 THEN 'import' ELSE 'rule' END")
        return [
            ("partner_id", SQL("n.partner")),
            ("company_id", SQL("%s", self.company_id)),
            ("from_stage_id", SQL("n.from_stage")),
            ("to_stage_id", SQL("n.stage")),
            ("effective_on", self._effective_on()),
            ("recorded_on", SQL("COALESCE(%s, now() AT TIME ZONE 'UTC')", self.recorded_at)),
            ("trigger", SQL("COALESCE(%s::varchar, %s)", self.trigger, trigger)),
            ("user_id", SQL("d.user_id")),
            ("reason_code", SQL("CASE WHEN n.kill = 1 THEN 'nothing' ELSE %s END", reason_code())),
            ("reason_params", SQL("CASE WHEN n.kill = 0 THEN %s END", reason_params())),
            ("policy_version", SQL("n.version")),
            ("fit_id", null("fit")),
            ("run_id", SQL("%s", self.run_id)),
            ("generation", SQL("%s", self.generation)),
            ("first_date", day("first")),
            ("last_date", day("last")),
            ("order_count", SQL("n.orders")),
            ("amount_total", number("amount", self.digits)),
            ("mean_gap_days", number("gap", 1, 0)),
            ("recency_score", null("r")),
            ("frequency_score", null("f")),
            ("monetary_score", null("m")),
            ("p_buy", number("p_buy", 4, -1)),
            ("quiet_on", day("quiet_on")),
        ]

    def _effective_on(self):
        """Return ``SQL`` of the day a change took place: never before the one that led to the stage before it.

        So a history reads the same by day and by recording, however late somebody tells what happened.
        """
        since = SQL("COALESCE(CASE WHEN n.kill = 0 THEN %s END, %s::date)", day("since"), self.as_of)
        if self._begins_history:
            return since
        before = SQL(
            """(SELECT max(b.effective_on) FROM crm_lifecycle_transition b
                 WHERE b.partner_id = n.partner AND b.company_id = %s AND b.generation = %s)""",
            self.company_id,
            self.generation,
        )
        return SQL("GREATEST(%s, %s)", since, before)

    def _count(self, query):
        self.cr.execute(query)
        return self.cr.fetchone()[0]
