"""Products, customers and three years of sales of the shop."""

import datetime as dt
from collections import defaultdict

from odoo.tools import SQL, split_every

from .cast import cast, dice, portal_customer
from .catalogue import CATEGORIES, PRODUCTS
from .ground import saigon, user


def products(load):
    """The catalogue in both languages, prices and costs in đồng."""
    env = load.env
    categories = env["product.category"].create([{"name": names[0]} for names in CATEGORIES.values()])
    by_code = dict(zip(CATEGORIES, categories, strict=True))
    for code, (_name, vietnamese) in CATEGORIES.items():
        if not env["product.category"]._fields["name"].translate:
            break
        by_code[code].with_context(lang="vi_VN").name = vietnamese
    made = env["product.product"].create(
        [
            {
                "default_code": code,
                "name": name,
                "type": kind,
                "list_price": price,
                "standard_price": cost,
                "categ_id": by_code[category].id,
                "taxes_id": [(5,)],
                "supplier_taxes_id": [(5,)],
                "company_id": env.company.id,
            }
            for code, (name, _vi, kind, price, cost, category) in PRODUCTS.items()
        ]
    )
    for product, (_name, vietnamese, *_rest) in zip(made, PRODUCTS.values(), strict=True):
        product.with_context(lang="vi_VN").name = vietnamese


def customers(load):
    """Partners of the shop with address, phone, salesperson; the first regular gets the portal login."""
    env = load.env
    people = cast(load.scale, load.today)
    sellers = [user(env, "sales").id, user(env, "sales2").id, user(env, "sales").id]
    state, vietnam = saigon(env), env.ref("base.vn")
    rnd = dice("language")
    vals = []
    for number, person in enumerate(people):
        vals.append(
            {
                "ref": person.ref,
                "name": person.name,
                "is_company": person.is_company,
                "phone": person.phone,
                "email": person.email,
                "street": person.street,
                "street2": person.ward,
                "city": "TP Hồ Chí Minh",
                "state_id": state.id,
                "country_id": vietnam.id,
                "lang": "en_US" if rnd.random() < 0.04 else "vi_VN",
                "tz": "Asia/Ho_Chi_Minh",
                "company_id": env.company.id,
                "user_id": sellers[number % len(sellers)],
            }
        )
    partners = env["res.partner"].create(vals)
    _fleet_contacts(load, people, partners)
    portal = partners[people.index(portal_customer(people))]
    portal.email = "customer@example.com"
    env["res.users"].create(
        {
            "name": portal.name,
            "login": "customer",
            "password": "customer",
            "partner_id": portal.id,
            "lang": "vi_VN",
            "company_id": env.company.id,
            "company_ids": [(6, 0, env.company.ids)],
            "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
        }
    )


def _fleet_contacts(load, people, partners):
    rnd = dice("contacts")
    names = ["Đội trưởng Nguyễn Văn Tám", "Kế toán Lê Thị Mười", "Điều phối Trần Minh Tuấn", "Chủ quán Phan Thị Ba"]
    load.env["res.partner"].create(
        [
            {
                "name": rnd.choice(names[:3] if person.kind == "firm" else names[3:]),
                "parent_id": partner.id,
                "type": "contact",
                "phone": f"+84 908 00{rnd.randint(0, 9)} {rnd.randint(100, 999)}",
                "lang": "vi_VN",
                "company_id": load.env.company.id,
            }
            for person, partner in zip(people, partners, strict=True)
            if person.is_company
        ]
    )


def partners_by_ref(load):
    """{customer code: partner} of the shop, in one query."""
    found = load.env["res.partner"].search([("ref", "like", "KH"), ("company_id", "=", load.env.company.id)])
    return {partner.ref: partner for partner in found}


def products_by_code(load):
    """{product code: product}."""
    found = load.env["product.product"].search([("default_code", "in", list(PRODUCTS))])
    return {product.default_code: product for product in found}


def orders(load):
    """Orders through Odoo's sales: drafts, confirmed, then dated back to the day they were made."""
    env = load.env
    partner, product = partners_by_ref(load), products_by_code(load)
    todo = sorted(
        ((order, person) for person in cast(load.scale, load.today) for order in person.orders),
        key=lambda pair: (pair[0].at, pair[1].ref),
    )
    for chunk in split_every(400, todo):
        made = env["sale.order"].create(
            [
                {
                    "partner_id": partner[person.ref].id,
                    "company_id": env.company.id,
                    "user_id": partner[person.ref].user_id.id,
                    "date_order": load.local(order.at),
                    "order_line": [(0, 0, line_vals(product[code], qty)) for code, qty in order.lines],
                }
                for order, person in chunk
            ]
        )
        # What was sold in three years was handed over long ago: no delivery waits for it where Inventory is installed.
        made.with_context(skip_procurement=True).action_confirm()
        date_back(env, made, [load.local(order.at) for order, _person in chunk])


def line_vals(product, qty):
    """An order line at list price; naming the amounts spares a pricelist search for each line.

    So does the name: where the counter sells orders, Odoo works out the names of all lines once for each line.
    """
    return {
        "product_id": product.id,
        "name": product.with_context(lang="vi_VN").display_name,
        "product_uom_qty": qty,
        "price_unit": product.list_price,
        "purchase_price": product.standard_price,
        "discount": 0.0,
        "analytic_distribution": False,
    }


def date_back(env, made, moments):
    """Set the orders' dates back after confirming, which always says "now".

    One statement for the batch: by `write` it is a recompute of prices and rates for every order (4 times slower).

    :param made: sale.order recordset
    :param moments: naive UTC datetime for each
    """
    env.flush_all()
    rows = [(order.id, moment) for order, moment in zip(made, moments, strict=True)]
    env.cr.execute_values(
        "UPDATE sale_order o SET date_order = v.at, create_date = v.at, write_date = v.at "
        "FROM (VALUES %s) AS v(id, at) WHERE o.id = v.id",
        rows,
        template="(%s, %s::timestamp)",
    )
    env.cr.execute(
        SQL(
            "UPDATE sale_order_line l SET create_date = o.date_order FROM sale_order o "
            "WHERE l.order_id = o.id AND o.id IN %s",
            tuple(made.ids),
        )
    )
    env.invalidate_all()


def order_days(people):
    """{customer code: sorted order days}."""
    days = defaultdict(list)
    for person in people:
        days[person.ref] = sorted({order.at.date() for order in person.orders})
    return days


def ago(load, days):
    """The date so many days before today."""
    return load.today - dt.timedelta(days=days)
