"""The market around the shop: competitors, what people say in public, figures, segments, campaigns, portfolios."""

import datetime as dt

from .cast import cast, dice
from .catalogue import PRODUCTS
from .clock import clock
from .ground import saigon, user
from .shop import ago, partners_by_ref, products_by_code

#: name -> (website, what they offer, strengths, weaknesses, [(offer, against our, price, our price, days ago)])
RIVALS = {
    "Head Hoàng Long": (
        "https://hoang-long.example.com",
        "Đại lý chính hãng, bảo dưỡng trọn gói ba năm.",
        "Mở cửa chủ nhật, phòng chờ máy lạnh, bảo hành chính hãng.",
        "Giá công cao, phải đặt lịch trước một tuần.",
        [
            ("Gói bảo dưỡng 12 tháng", "Gói chăm xe", 890_000, 820_000, 40),
            ("Thay nhớt chính hãng", "OIL-10W40", 119_000, 125_000, 18),
        ],
    ),
    "Tiệm sửa xe Anh Tư": (
        "",
        "Sửa xe, vá vỏ, thay nhớt ngay đầu chợ.",
        "Rẻ, quen biết, làm tới chín giờ tối.",
        "Không hóa đơn, phụ tùng không rõ nguồn.",
        [("Công thay nhớt", "LAB-OIL", 20_000, 30_000, 25)],
    ),
    "Garage Thành Phát": (
        "https://thanh-phat.example.com",
        "Sửa chữa xe tay ga, nhận xe tận nhà.",
        "Nhận và giao xe tận nhà.",
        "Hay trễ hẹn.",
        [("Vệ sinh kim phun", "LAB-INJ", 150_000, 180_000, 60)],
    ),
}

#: days ago, source, author, text, sentiment, complaint, story of the customer or None, competitor or None
MENTIONS = [
    (3, "social", "Minh Khang", "Thay nhớt ở Xe Máy Sài Gòn 20 phút xong, giá niêm yết rõ ràng.", "positive", False,
     "regular", None),
    (9, "social", "Bảo Trân", "Thứ bảy chờ hai tiếng mới tới lượt, tiệm nên nhận đặt lịch qua Zalo.", "negative", True,
     "regular", None),
    (15, "forum", "hoi_xe_tay_ga", "Ai bảo dưỡng ở Head Hoàng Long chưa? Nghe nói mở cả chủ nhật.", "neutral", False,
     None, "Head Hoàng Long"),
    (21, "social", "Ship Nhanh 247", "Đội xe tụi mình gửi Xe Máy Sài Gòn, xe nằm xưởng không quá nửa ngày.", "positive",
     False, "firm", None),
    (34, "web", "", "Garage Thành Phát lại trễ hẹn giao xe, mất toi buổi chạy.", "negative", False, None,
     "Garage Thành Phát"),
    (47, "press", "Báo Giao Thông", "Nhiều tiệm sửa xe ở TP HCM bắt đầu nhận đặt lịch trực tuyến.", "neutral", False,
     None, None),
]  # fmt: skip

#: English, Vietnamese, kind, segment, audience, value, unit, its Vietnamese, source, kind of source, counts customers
FIGURES = [
    ("Registered motorbikes", "Xe máy đăng ký", "market", "Tất cả phân khối", "all", 7_400_000, "motorbikes", "xe",
     "Sở Giao thông (số làm tròn)", "government", False),
    ("Households", "Hộ gia đình", "household", "", "person", 2_600_000, "households", "hộ",
     "Cục Thống kê (số làm tròn)", "government", True),
    ("Delivery and transport businesses", "Doanh nghiệp vận tải, giao hàng", "business", "Giao hàng nội thành",
     "company", 9_800, "businesses", "doanh nghiệp", "Ước tính của tiệm", "estimate", True),
    ("Servicing of a motorbike a year", "Chi bảo dưỡng một xe mỗi năm", "price", "Xe tay ga", "person", 1_150_000,
     "đồng", "đồng", "Khảo sát 200 khách của tiệm", "study", False),
]  # fmt: skip

#: name, Vietnamese, purpose and its Vietnamese, criteria
SEGMENTS = [
    (
        "Scooter owners from us",
        "Mua xe tay ga tại tiệm",
        ("Service after the first 12 months, accessories.", "Bảo dưỡng sau 12 tháng đầu, phụ kiện."),
        {"product_mode": "bought", "product": ["BIKE-HA125", "BIKE-HA160"], "color": 3},
    ),
    (
        "No oil for four months",
        "Bốn tháng chưa thay nhớt",
        ("Still customers, but the oil is overdue.", "Vẫn là khách, nhưng đã quá hạn thay nhớt."),
        {
            "metric_domain": "[('stage_id.code', 'in', ['new', 'established'])]",
            "product_mode": "not_bought",
            "product": ["OIL-10W40", "OIL-SYN"],
            "product_days": 120,
            "color": 2,
        },
    ),
    (
        "Fleets and household businesses",
        "Đội xe và hộ kinh doanh",
        (
            "Weekly and monthly work: one contact, one invoice.",
            "Việc đều hằng tuần, hằng tháng: một đầu mối, một hóa đơn.",
        ),
        {"customer_kind": "company", "metric_domain": "[('order_count', '>', 0)]", "color": 9},
    ),
    (
        "Value punctuality",
        "Thích đúng hẹn",
        (
            "Told us that being on time counts: first for online booking.",
            "Từng nói đúng hẹn là quan trọng: mời đặt lịch trực tuyến trước.",
        ),
        {"fact_domain": "[('attribute_id.code', '=', 'likes'), ('value_text', 'ilike', 'đúng hẹn')]", "color": 6},
    ),
]
RELATIONS = {"left": "left_for", "quiet": "uses", "slipping": "uses", "regular": "considers"}
CAMPAIGN = "Ưu đãi thay nhớt mùa mưa"
CALLS = "Mời khách quá hạn thay nhớt ghé tiệm"


def _as(load, login):
    """The environment of one of the staff, so that records say who did it."""
    return load.env(user=user(load.env, login).id)


def rivals(load):
    """Three competitors with their offers, and what customers have to do with them."""
    env, rnd, partner = _as(load, "manager"), dice("rivals"), partners_by_ref(load)
    competitor = env["crm.competitor"].create(
        [
            {"name": name, "website": website, "offer": offer, "strengths": good, "weaknesses": bad,
             "company_id": env.company.id}
            for name, (website, offer, good, bad, _offers) in RIVALS.items()
        ]
    )  # fmt: skip
    env["crm.competitor.offer"].create(
        [
            {"name": name, "competitor_id": one.id, "product": name, "our_product": PRODUCTS.get(ours, [0, ours])[1],
             "price": price, "our_price": our_price, "date_from": ago(load, days), "source_ref": "Bảng giá tại tiệm"}
            for one, spec in zip(competitor, RIVALS.values(), strict=True)
            for name, ours, price, our_price, days in spec[4]
        ]
    )  # fmt: skip
    people = [who for who in cast(load.scale, load.today) if who.story in RELATIONS and not who.is_company]
    told = [who for who in people if rnd.random() < (0.6 if who.story == "left" else 0.12)] or people[:2]
    env["crm.competitor.assessment"].create(
        [
            {
                "partner_id": partner[who.ref].id,
                "competitor_id": rnd.choice(competitor).id,
                "relation": RELATIONS[who.story],
                "date": ago(load, rnd.randint(5, 120)),
                "liked": rnd.choice(["Gần nhà.", "Mở cửa chủ nhật.", "Rẻ hơn vài chục ngàn."]),
                "disliked": rnd.choice(["Phải chờ lâu.", "Không có hóa đơn.", ""]),
                "rating_price": rnd.randint(3, 5),
                "rating_quality": rnd.randint(1, 3),
                "rating_service": rnd.randint(1, 4),
                "source": "employee",
                "source_ref": "Gọi điện hỏi thăm",
            }
            for who in told
        ]
    )


def mentions(load):
    """What people say in public of the shop and its competitors."""
    env, people, partner = _as(load, "manager"), cast(load.scale, load.today), partners_by_ref(load)
    rows, used = [], set()
    for days, source, author, text, sentiment, complaint, story, rival in MENTIONS:
        who = next((who for who in people if who.story == story and who.ref not in used), None)
        used |= {who.ref} if who else set()
        row = {
            "date": ago(load, days),
            "source": source,
            "author": author,
            "text": text,
            "sentiment": sentiment,
            "is_complaint": complaint,
            "partner_id": partner[who.ref].id if who else False,
            "company_id": env.company.id,
        }
        if rival and "competitor_id" in env["crm.mention"]._fields:
            row["competitor_id"] = env["crm.competitor"].search([("name", "=", rival)], limit=1).id
        rows.append(row)
    env["crm.mention"].create(rows)


def figures(load):
    """Rounded figures about the city, to set the shop's own numbers beside."""
    env, state = _as(load, "manager"), saigon(load.env)
    year = load.today.year - 1
    made = env["crm.market.figure"].create(
        [
            {
                "indicator": name, "category": kind, "segment": segment, "audience": audience, "value": value,
                "unit": unit, "source": source, "source_kind": source_kind, "is_count": counts,
                "country_id": state.country_id.id, "state_id": state.id, "company_id": env.company.id,
                "period_start": dt.date(year, 1, 1), "period_end": dt.date(year, 12, 31),
                "reliability": "high" if source_kind == "government" else "medium",
                "note": "Số làm tròn, chỉ để minh họa.",
            }
            for name, _vi, kind, segment, audience, value, unit, _unit_vi, source, source_kind, counts in FIGURES
        ]
    )  # fmt: skip
    for figure, (_name, name_vi, *_more, unit_vi, _source, _kind, _counts) in zip(made, FIGURES, strict=True):
        figure.with_context(lang="vi_VN").write({"indicator": name_vi, "unit": unit_vi})


def campaign(load):
    """Six weeks ago: an offer to the regulars, every fifth left alone to compare with."""
    first = ago(load, 41)
    with clock(load.env, dt.datetime.combine(first, dt.time(2, 0))):
        env = _as(load, "manager")
        regulars = env["crm.segment"].create(
            {
                "name": "Regulars",
                "note": "Established customers: who comes by himself, and who needs to be asked?",
                "company_id": env.company.id,
                "metric_domain": "[('stage_id.code', '=', 'established')]",
                "color": 5,
            }
        )
        regulars.with_context(lang="vi_VN").write(
            {"name": "Khách quen", "note": "Khách mua đều: ai tự đến, ai cần được mời?"}
        )
        env["crm.segment.campaign"].create(
            {
                "name": CAMPAIGN,
                "segment_id": regulars.id,
                "kind": "list",
                "channel_id": env.ref("crm_contact_policy.channel_sms").id,
                "summary": "Thay nhớt trong tháng này được tặng rửa xe.",
                "control_percent": 20,
                "start_on": first,
                "measure_days": 35,
            }
        ).action_start()


def segments(load):
    """The shop's own segments beside the three focus groups, all brought up to date; the finished campaign measured."""
    env, product = _as(load, "manager"), products_by_code(load)
    for name, vietnamese, (purpose, purpose_vi), criteria in SEGMENTS:
        values = dict(criteria)
        codes = values.pop("product", [])
        if codes:
            values["product_ids"] = [(6, 0, [product[code].id for code in codes])]
        segment = env["crm.segment"].create({"name": name, "note": purpose, "company_id": env.company.id, **values})
        segment.with_context(lang="vi_VN").write({"name": vietnamese, "note": purpose_vi})
    with clock(load.env, load.now):
        everyone = env["crm.segment"].search([("company_id", "=", env.company.id)])
        everyone.action_refresh()
        for segment in everyone.filtered("member_count"):
            segment._snapshot_sudo()
        env["crm.segment.campaign"].search([("name", "=", CAMPAIGN)]).action_measure()


def calls(load):
    """A campaign of calls that runs: some made, some forgotten, the others still to come."""
    first = _working(ago(load, 6))
    with clock(load.env, dt.datetime.combine(first, dt.time(2, 0))):
        env = _as(load, "manager")
        segment = env["crm.segment"].search(
            [("name", "=", SEGMENTS[1][0]), ("company_id", "=", env.company.id), ("member_count", ">", 0)]
        ) or env["crm.segment"].search([("name", "=", "Regulars"), ("company_id", "=", env.company.id)])
        running = env["crm.segment.campaign"].create(
            {
                "name": CALLS,
                "segment_id": segment.id,
                "kind": "call",
                "user_ids": [(6, 0, (user(env, "sales") | user(env, "sales2")).ids)],
                "per_day": 4,
                "summary": "Xe quá hạn thay nhớt: mời ghé, giữ chỗ sáng thứ bảy",
                "control_percent": 15,
                "start_on": first,
                "measure_days": 45,
            }
        )
        running.action_start()
    with clock(load.env, load.now):
        segment.action_refresh()
    planned = running.line_ids.activity_id.filtered(lambda call: call.date_deadline < load.today).sorted("id")
    for number, call in enumerate(planned):
        if number % 3 == 2:
            continue  # nobody called: it stands among the forgotten ones
        with clock(load.env, dt.datetime.combine(call.date_deadline, dt.time(3, 10 + number % 40))):
            call.with_user(call.user_id).action_feedback("Khách hẹn cuối tuần ghé." if number % 2 else "Khách bận.")


def _working(day):
    return day - dt.timedelta(days=1) if day.weekday() == 6 else day


def portfolios(load):
    """What each account manager looks after, and how many one can."""
    env = _as(load, "manager")
    limits = {"person": (60, 130, 60_000_000), "company": (4, 12, 90_000_000)}
    env["crm.portfolio"].create(
        [
            {"user_id": user(env, login).id, "company_id": env.company.id, "customer_kind": kind,
             "capacity_low": low, "capacity_high": high, "goal": goal}
            for login in ("sales", "sales2")
            for kind, (low, high, goal) in limits.items()
        ]
    )  # fmt: skip


def target(load):
    """Whom the shop looks for among persons; every open lead is judged by it."""
    env, state = _as(load, "manager"), saigon(load.env)
    sources = [env.ref(xmlid, raise_if_not_found=False) for xmlid in ("utm.utm_source_facebook",)]
    profile = env["crm.target.profile"].create(
        {
            "name": "Buys a scooter, stays for the service",
            "company_id": env.company.id,
            "customer_kind": "person",
            "threshold": 60,
            "criterion_ids": [
                (0, 0, {"about": "province", "state_ids": [(6, 0, state.ids)], "weight": 6, "is_must": True}),
                (0, 0, {"about": "revenue", "low": 25_000_000, "high": 70_000_000, "weight": 5}),
                (0, 0, {"about": "source", "source_ids": [(6, 0, [s.id for s in sources if s])], "weight": 2}),
                (0, 0, {"about": "fact", "weight": 3,
                        "attribute_id": env.ref("crm_profile.attribute_hear_about_us").id,
                        "option_ids": [(6, 0, env["crm.profile.option"].search(
                            [("attribute_id.code", "=", "hear_about_us"), ("code", "in", ("friend", "zalo"))]).ids)]}),
            ],
        }
    )  # fmt: skip
    profile.with_context(lang="vi_VN").name = "Mua xe tay ga, gắn bó với xưởng"
    profile.action_run()
    load.env["crm.lead"].search([("fit_stale", "=", True)]).write({"fit_stale": False})
