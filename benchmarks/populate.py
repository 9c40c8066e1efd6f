"""Fills a database with many customers and orders, by cloning one made through the ORM with INSERT … SELECT.

So every column that some installed module added has the value that module gives it.
"""

from __future__ import annotations

from contextlib import contextmanager

from .common import say, timed

ZONE = "Asia/Ho_Chi_Minh"


def clone(cr, table, row_id, overrides, rows):
    """Insert copies of a row.

    :param table: table with an ``id``
    :param row_id: the row to copy
    :param overrides: SQL expression by column; may use ``g`` (the columns of ``rows``) and ``t`` (the row)
    :param rows: SQL after FROM that yields one row per copy, aliased ``g``
    """
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'"
        " AND is_generated = 'NEVER'",
        [table],
    )
    columns = [name for (name,) in cr.fetchall() if name != "id" or "id" in overrides]
    values = [overrides.get(name, f't."{name}"') for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    cr.execute(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {rows} JOIN {table} t ON t.id = {row_id}"
    )


def fill(env, partners, orders, years=3):
    """Add partners and confirmed orders of the last years to the main company; a sixth have no order.

    A few customers have very many orders, as in life, most leave some day, one order in ten is in another currency.

    :return: the day of the last possible order (a date)
    """
    cr, company = env.cr, env.company
    company.partner_id.tz = ZONE
    partner, order = _models(env)
    env.flush_all()
    with timed(f"{partners} partners"):
        clone(
            cr,
            "res_partner",
            partner.id,
            {
                "id": "g.id",
                "name": "'Bench ' || g.n",
                "complete_name": "'Bench ' || g.n",
                "ref": "'B' || g.n",
                "email": "'b' || g.n || '@example.com'",
                "email_normalized": "'b' || g.n || '@example.com'",
                "is_company": "g.n % 10 = 0",
                "commercial_partner_id": "g.id",
                "create_date": f"now() at time zone 'UTC' - interval '{years} years'",
            },
            f"(SELECT n, nextval('res_partner_id_seq')::int AS id FROM generate_series(1, {partners}) AS n) AS g",
        )
        cr.execute("SELECT min(id), max(id) FROM res_partner WHERE ref ~ '^B[0-9]+$'")
        low, high = cr.fetchone()
    days = 365 * years
    with timed(f"{orders} orders"), _without_indexes(cr, "sale_order"):
        buyers = int((high - low + 1) * 0.94)
        cr.execute("SELECT setseed(0.42)")
        clone(
            cr,
            "sale_order",
            order.id,
            {
                "name": "'BENCH' || g.n",
                "access_token": "NULL",
                "partner_id": "g.partner",
                "partner_invoice_id": "g.partner",
                "partner_shipping_id": "g.partner",
                "date_order": "g.moment",
                "amount_untaxed": "g.amount",
                "amount_total": "g.amount",
                "currency_rate": "CASE WHEN g.n % 10 = 0 THEN 0.9 ELSE 1.0 END",
            },
            f"""(SELECT o.n, o.partner, o.amount,
                        date_trunc('second', now() at time zone 'UTC')
                        - (c.born - o.part * least(c.born, c.life)) * interval '1 day' AS moment
                   FROM (SELECT n, {low} + floor({buyers} * power(random(), 2.5))::int AS partner, random() AS part,
                                round((20 + 500 * random() * random())::numeric, 2) AS amount
                           FROM generate_series(1, {orders}) AS n) o
                   JOIN (SELECT id, random() * {days} AS born, -ln(1 - random()) * {days} / 2 AS life
                           FROM generate_series({low}, {high}) AS id) c ON c.id = o.partner) AS g""",
        )
    vacuum(env, "res_partner", "sale_order")
    return company


def add_lines(env, products=20):
    """Give every order of :func:`fill` a line with one of so many new products, of five categories."""
    cr = env.cr
    categories = env["product.category"].create([{"name": f"Bench {n}"} for n in range(5)])
    ids = env["product.product"].create(
        [
            {"name": f"Bench {n}", "default_code": f"BENCH{n}", "type": "service", "categ_id": categories[n % 5].id}
            for n in range(products)
        ]
    ).ids
    cr.execute("SELECT l.id FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id WHERE o.name = 'BENCH-MODEL'")
    model = cr.fetchone()[0]
    env.flush_all()
    with timed("lines of the orders"), _without_indexes(cr, "sale_order_line"):
        clone(
            cr,
            "sale_order_line",
            model,
            {
                "order_id": "g.id",
                "order_partner_id": "g.partner_id",
                "product_id": f"(ARRAY{ids})[1 + g.id % {products}]",
                "price_subtotal": "g.amount_untaxed",
            },
            "(SELECT id, partner_id, amount_untaxed FROM sale_order WHERE name ~ '^BENCH[0-9]') AS g",
        )
    cr.commit()


@contextmanager
def _without_indexes(cr, table):
    """Fill the table without its indexes and checks, which take three quarters of the time; make them after."""
    cr.execute(
        """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
            WHERE i.indrelid = %s::regclass
              AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)""",
        [table],
    )
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    yield
    cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    for _name, definition in indexes:
        cr.execute(definition)


def order_again(env, share, seed):
    """Let a share of the customers order once more now; return how many did."""
    cr = env.cr
    cr.execute("SELECT max(id) FROM sale_order WHERE name = 'BENCH-MODEL'")
    model = cr.fetchone()[0]
    clone(
        cr,
        "sale_order",
        model,
        {
            "name": f"'BENCH-{seed}-' || g.id",
            "access_token": "NULL",
            "partner_id": "g.id",
            "partner_invoice_id": "g.id",
            "partner_shipping_id": "g.id",
            "date_order": "date_trunc('second', now() at time zone 'UTC')",
            "amount_untaxed": "100",
            "amount_total": "100",
        },
        f"""(SELECT id FROM res_partner
              WHERE ref ~ '^B[0-9]+$' AND (id::bigint * 7919 + {seed}) % {round(1 / share)} = 0) AS g""",
    )
    return cr.rowcount


def _models(env):
    """Return a partner and a confirmed order of one line to copy."""
    partner = env["res.partner"].create({"name": "Bench model"})
    product = env["product.product"].create({"name": "Bench", "type": "service", "list_price": 100})
    order = env["sale.order"].create({"partner_id": partner.id, "order_line": [(0, 0, {"product_id": product.id})]})
    order.action_confirm()
    order.name = "BENCH-MODEL"
    order.date_order = "2000-01-01"
    return partner, order


def forget_stages(cr):
    """Delete all stages, their history and their runs, within a transaction of a superuser.

    Without a look at what refers to them, which is nothing here: TRUNCATE … CASCADE would empty every table that could,
    by way of interviews and leads the orders themselves.
    """
    cr.execute("SET LOCAL session_replication_role = replica")
    for table in ("status", "transition", "dirty", "run_range", "fit_crm_lifecycle_run_rel", "run"):
        cr.execute(f"DELETE FROM crm_lifecycle_{table}")


def vacuum(env, *tables):
    """Do what autovacuum would have done by the next night: bring the visibility map and statistics up to date."""
    env.cr.commit()
    connection = env.cr._cnx
    before = connection.autocommit
    connection.autocommit = True
    try:
        for table in tables:
            env.cr.execute(f"VACUUM ANALYZE {table}")
    finally:
        connection.autocommit = before
    say("  vacuumed")
