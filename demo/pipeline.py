"""Leads at every stage of the pipeline and quotations waiting for an answer."""

import datetime as dt

from .cast import cast, dice
from .catalogue import BIKES, PRODUCTS
from .ground import user
from .shop import date_back, partners_by_ref, products_by_code

WISHES = [
    "Mua {bike} trả góp 12 tháng",
    "Đổi xe cũ lấy {bike}",
    "Hỏi giá {bike} màu đen nhám",
    "Mua {bike} cho con đi học",
    "{bike} – giao tận nhà trước Tết",
]
FLEET_WISHES = ["Gói bảo dưỡng đội xe 20 chiếc", "Thay mới 6 xe giao hàng", "Hợp đồng nhớt cả năm"]
SOURCES = ["utm.utm_source_facebook", "utm.utm_source_search_engine", "utm.utm_source_newsletter"]


def pipeline(load):
    """Leads of prospects and of some customers, and open quotations."""
    env = load.env
    rnd = dice("pipeline")
    partner, people = partners_by_ref(load), cast(load.scale, load.today)
    stages = env["crm.stage"].search([], order="sequence, id")
    open_stages = stages.filtered(lambda stage: not stage.is_won)
    _translate_stages(stages)
    wanting = [who for who in people if who.story == "prospect"]
    wanting += rnd.sample(
        [w for w in people if w.story in ("regular", "once", "quiet")], max(2, round(14 * load.scale))
    )
    wanting += [who for who in people if who.story == "firm"][: max(1, round(3 * load.scale))]
    vals = [_lead_vals(load, rnd, who, partner[who.ref], open_stages) for who in wanting]
    leads = env["crm.lead"].create(vals)
    ages = [rnd.randint(2, 70) for _lead in leads]
    _age(env, leads, [load.now - dt.timedelta(days=days, hours=rnd.randint(0, 7)) for days in ages])
    fate = dict(zip(leads, wanting, strict=True))
    closing = [lead for lead in leads if fate[lead].story != "prospect"]
    for lead in closing[::5]:
        lead.action_set_won()
    reason = env["crm.lost.reason"].search([], limit=2)
    for number, lead in enumerate(closing[2::6]):
        lead.action_set_lost(lost_reason_id=reason[number % len(reason)].id if reason else False)
    _quotations(load, rnd, [who for who in people if who.story in ("prospect", "regular", "household")], partner)


def _translate_stages(stages):
    words = {"New": "Mới", "Qualified": "Đã tìm hiểu", "Proposition": "Báo giá", "Won": "Thành công"}
    for stage in stages:
        if stage.name in words and stage.with_context(lang="vi_VN").name == stage.name:
            stage.with_context(lang="vi_VN").name = words[stage.name]


def _lead_vals(load, rnd, who, partner, stages):
    bike = rnd.choice(BIKES)
    fleet = who.kind == "firm"
    source = load.env.ref(rnd.choice(SOURCES), raise_if_not_found=False)
    stage = rnd.choices(list(stages), [4, 3, 2][: len(stages)])[0] if len(stages) <= 3 else rnd.choice(list(stages))
    wish = rnd.choice(FLEET_WISHES) if fleet else rnd.choice(WISHES).format(bike=PRODUCTS[bike][1])
    return {
        "name": wish,
        "type": "opportunity",
        "partner_id": partner.id,
        "user_id": (user(load.env, "manager") if fleet or rnd.random() < 0.15 else partner.user_id).id,
        "company_id": load.env.company.id,
        "stage_id": stage.id,
        "expected_revenue": rnd.randint(8, 90) * 1_000_000 if fleet else PRODUCTS[bike][3],
        "date_deadline": load.today + dt.timedelta(days=rnd.randint(3, 45)),
        "priority": rnd.choice(["0", "0", "1", "2"]),
        "source_id": source.id if source else False,
    }


def _age(env, leads, moments):
    """Date leads back; `create_date` cannot be written through the ORM."""
    env.flush_all()
    env.cr.execute_values(
        "UPDATE crm_lead l SET create_date = v.at, date_open = v.at, date_last_stage_update = v.at "
        "FROM (VALUES %s) AS v(id, at) WHERE l.id = v.id",
        list(zip(leads.ids, moments, strict=True)),
        template="(%s, %s::timestamp)",
    )
    env.invalidate_all()


def _quotations(load, rnd, people, partner):
    env, product = load.env, products_by_code(load)
    chosen = rnd.sample(people, min(len(people), max(3, round(22 * load.scale))))
    quotes = env["sale.order"].create(
        [
            {
                "partner_id": partner[who.ref].id,
                "user_id": partner[who.ref].user_id.id,
                "company_id": env.company.id,
                "order_line": [
                    (0, 0, {"product_id": product[rnd.choice(BIKES)].id, "product_uom_qty": 1}),
                    (0, 0, {"product_id": product["REGISTER"].id, "product_uom_qty": 1}),
                ],
            }
            for who in chosen
        ]
    )
    quotes[::2].write({"state": "sent"})
    date_back(env, quotes, [load.now - dt.timedelta(days=rnd.randint(0, 25)) for _quote in quotes])
