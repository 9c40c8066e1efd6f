"""The workshop: people with their skills, lifts and tools, contracts, and the cases customers come with."""

import datetime as dt

from odoo.fields import Domain

from .cast import cast, dice
from .clock import clock
from .ground import user
from .service import PLANS
from .shop import ago, partners_by_ref

#: code -> (English, Vietnamese, the tools of that kind)
TOOLS = {
    "lift": ("Lift", "Bàn nâng xe", ["Bàn nâng 1", "Bàn nâng 2"]),
    "reader": ("Diagnostic reader", "Máy đọc lỗi phun xăng", ["Máy đọc lỗi Saigon Scan"]),
}
#: English, Vietnamese, days after the demo's day until which the coordinator has it
SKILLS = [("Fuel injection", "Phun xăng điện tử"), ("Electric drive", "Động cơ điện và pin")]
LEVELS = [("Apprentice", "Học việc", 30), ("Mechanic", "Thợ chính", 70), ("Master", "Thợ cả", 100)]

#: received: working days ago and hour; kind; what is said; priority; login in charge; how it ends:
#: new, open, waiting, visit, solved, closed; what helped; number of the answer used
CASES = [
    (40, 9, "question", "Rô-đai xe mới bao nhiêu ki-lô-mét?", "Xe mới mua, hỏi chạy rô-đai thế nào.", "1", "tech",
     "closed", "500 km đầu chạy dưới 50 km/h, thay nhớt lần đầu ở 500 km.", 0),
    (33, 14, "breakdown", "Đề không nổ buổi sáng", "Sáng đề mãi không nổ, trưa lại nổ được.", "2", "tech", "closed",
     "Bình yếu, sạc lại và thay bình 12V 5Ah. Xe để lâu nên rút cọc âm.", 1),
    (25, 10, "complaint", "Thay má phanh xong vẫn kêu", "Thay hôm thứ bảy, về tới nhà đã kêu.", "2", "tech", "closed",
     "Vệ sinh cùm phanh và bôi mỡ chốt trượt, làm lại miễn phí.", 2),
    (19, 11, "breakdown", "Đề không nổ sau khi rửa xe", "Rửa xe xong đề không lên.", "1", "tech", "closed",
     "Nước vào chụp bugi: thổi khô, thay chụp bugi.", None),
    (12, 15, "other", "Xuất lại hóa đơn tháng trước", "Kế toán cần hóa đơn bản mới.", "1", "service", "solved",
     "Đã gửi lại hóa đơn điện tử qua e-mail.", None),
    (8, 8, "breakdown", "Xe rung đầu khi chạy 50 km/h", "Rung tay lái, bỏ tay là lắc.", "1", "tech", "solved",
     "Cân lại vành trước, siết chén cổ.", None),
    (6, 10, "breakdown", "Đèn báo lỗi phun xăng sáng", "Đèn vàng sáng liên tục, xe hao xăng.", "2", "tech", "visit",
     "", None),
    (5, 9, "complaint", "Chờ hai tiếng vẫn chưa tới lượt", "Hẹn 9 giờ mà 11 giờ chưa được làm.", "3", "service",
     "open", "", None),
    (4, 16, "breakdown", "Pin xe điện sụt nhanh", "Sạc đầy chỉ chạy được 30 km.", "2", "tech", "waiting", "", None),
    (1, 14, "question", "Giữ chỗ sáng thứ bảy được không?", "Muốn đặt trước để khỏi chờ.", "1", "service", "open", "",
     None),
    (0, 8, "breakdown", "Phanh sau bó cứng", "Đang chạy thì bó phanh, đã dắt xe vào lề.", "3", "", "new", "", None),
]  # fmt: skip
#: English question, Vietnamese, English answer, Vietnamese answer, kind
ANSWERS = [
    ("How is a new motorbike run in?", "Xe mới chạy rô-đai thế nào?",
     "Ride the first 500 km below 50 km/h and have the oil changed at 500 km.",
     "500 km đầu chạy dưới 50 km/h và thay nhớt lần đầu ở 500 km.", "question"),
    ("It does not start in the morning: what can I do?", "Sáng đề không nổ, tôi nên làm gì?",
     "Try the kick starter. If the lights are dim, the battery is weak: have it tested and charged.",
     "Thử đạp máy. Nếu đèn mờ thì bình yếu: ghé tiệm đo và sạc bình.", "breakdown"),
    ("The brakes squeal after new pads", "Thay má phanh xong phanh kêu",
     "New pads bed in during the first 100 km. If it goes on, come by: we clean the calliper free of charge.",
     "Má mới cần khoảng 100 km để ăn đĩa. Nếu vẫn kêu, mời ghé tiệm vệ sinh cùm phanh miễn phí.", "complaint"),
]  # fmt: skip


def workshop(load):
    """Staff, lifts, tools, and who can do what."""
    env, shop = load.env, load.env.company
    logins = ("tech", "service")
    staff = env["crm.service.staff"].create(
        [
            {"user_id": user(env, login).id, "company_id": shop.id, "hourly_cost": cost, "max_hours": 8}
            for login, cost in zip(logins, (95_000, 120_000), strict=True)
        ]
    )
    kinds = {}
    for code, (english, vietnamese, tools) in TOOLS.items():
        kinds[code] = env["crm.service.resource.type"].create({"name": english, "company_id": shop.id})
        kinds[code].with_context(lang="vi_VN").name = vietnamese
        env["resource.resource"].create(
            [
                {"name": name, "resource_type": "material", "service_type_id": kinds[code].id, "company_id": shop.id,
                 "calendar_id": shop.resource_calendar_id.id, "tz": "Asia/Ho_Chi_Minh",
                 "service_note": "Khu sửa nhanh" if number == 0 else "Khu sửa lớn"}
                for number, name in enumerate(tools)
            ]
        )  # fmt: skip
    tasks = env["crm.service.plan.task"].search([("plan_id.company_id", "=", shop.id)])
    tasks.filtered(lambda task: task.duration >= 0.75).write({"resource_type_ids": [(4, kinds["lift"].id)]})
    electric = tasks.filtered(lambda task: task.plan_id.name == PLANS["electric"][0])
    electric.write({"resource_type_ids": [(4, kinds["reader"].id)]})
    if "hr.skill" in env and "skill_ids" in tasks._fields:
        _skills(load, staff, electric)


def _skills(load, staff, tasks):
    """The technician is a master of both; the coordinator's certificate for electric drives expired."""
    env = load.env
    kind = env["hr.skill.type"].create(
        {
            "name": "Workshop",
            "is_certification": True,
            "skill_ids": [(0, 0, {"name": english}) for english, _vi in SKILLS],
            "skill_level_ids": [
                (0, 0, {"name": english, "level_progress": share, "default_level": not number})
                for number, (english, _vi, share) in enumerate(LEVELS)
            ],
        }
    )
    vi = kind.with_context(lang="vi_VN")
    vi.name = "Tay nghề xưởng"
    if env["hr.skill"]._fields["name"].translate:
        for skill, (_english, vietnamese) in zip(vi.skill_ids.sorted("id"), SKILLS, strict=True):
            skill.name = vietnamese
    employees = env["hr.employee"].create(
        [
            {"name": one.user_id.name, "user_id": one.user_id.id, "company_id": env.company.id,
             "job_title": "Thợ máy" if one.user_id.login == "tech" else "Điều phối xưởng"}
            for one in staff
        ]
    )  # fmt: skip
    master = kind.skill_level_ids.sorted("level_progress")[-1]
    injection, electric = kind.skill_ids.sorted("id")
    expired = load.today - dt.timedelta(days=20)
    env["hr.employee.skill"].create(
        [
            {"employee_id": one.id, "skill_type_id": kind.id, "skill_id": skill.id, "skill_level_id": master.id,
             "valid_from": load.today - dt.timedelta(days=1100),
             "valid_to": expired if (one, skill) == (employees[1], electric) else load.today + dt.timedelta(days=400)}
            for one in employees
            for skill in (injection, electric)
        ]
    )  # fmt: skip
    level = kind.skill_level_ids.sorted("level_progress")[1]
    tasks.write({"skill_ids": [(0, 0, {"skill_id": electric.id, "skill_level_id": level.id})]})


def contracts(load):
    """Delivery firms pay for the year, some businesses for ten visits; one ends soon, one has just ended."""
    env, partner = load.env, partners_by_ref(load)
    people = cast(load.scale, load.today)
    rows = []
    firms = [who for who in people if who.story == "firm"]
    for number, who in enumerate(firms):
        start = ago(load, 340 if number == 1 else 200)
        rows.append((who, start, start + dt.timedelta(days=364), "unlimited", 0, 14_400_000))
    for number, who in enumerate([who for who in people if who.story == "household"][:6]):
        start = ago(load, 372 if number == 1 else 150)
        rows.append((who, start, start + dt.timedelta(days=364), "visits", 10, 3_200_000))
    made = env["crm.service.contract"].create(
        [
            {
                "name": "Gói đội xe trọn năm" if kind == "unlimited" else "Gói mười lần chăm xe",
                "partner_id": partner[who.ref].id,
                "company_id": env.company.id,
                "start_date": start,
                "end_date": end,
                "kind": kind,
                "included": included or 1,
                "price": price,
                "covers_repairs": kind == "unlimited",
            }
            for who, start, end, kind, included, price in rows
        ]
    )
    made.action_start()
    for contract in made:
        subscriptions = env["crm.service.subscription"].search([("partner_id", "=", contract.partner_id.id)])
        subscriptions.write({"contract_id": contract.id})


def renewals(load):
    """The contracts' daily work as of today: an opportunity for what ends soon, what is over expires."""
    contract = load.env["crm.service.contract"]
    with clock(load.env, load.now):
        for step, domain in contract._daily_steps(load.today):
            found = contract.search(domain & Domain("company_id", "=", load.env.company.id))
            getattr(found, step)(load.today)


def cases(load):
    """Team, promises, eleven cases of six weeks, and the answers everybody may read."""
    env, shop = load.env, load.env.company
    team = env["crm.service.team"].create(
        {"name": "Workshop desk", "company_id": shop.id, "user_id": user(env, "service").id,
         "member_ids": [(6, 0, (user(env, "service") | user(env, "tech")).ids)]}
    )  # fmt: skip
    team.with_context(lang="vi_VN").name = "Tiếp nhận xưởng"
    promise = env["crm.service.sla"].create(
        [
            {"name": "Urgent: answer in 1 h, solve in 8 h", "company_id": shop.id, "priority": "3",
             "response_hours": 1, "solve_hours": 8, "sequence": 1},
            {"name": "Answer in 4 h, solve in 24 h", "company_id": shop.id, "response_hours": 4, "solve_hours": 24},
        ]
    )  # fmt: skip
    for one, vietnamese in zip(
        promise, ("Gấp: trả lời trong 1 giờ, xong trong 8 giờ", "Trả lời trong 4 giờ, xong trong 24 giờ"), strict=True
    ):
        one.with_context(lang="vi_VN").name = vietnamese
    answers = _answers(load)
    people = [who for who in cast(load.scale, load.today) if who.story in ("regular", "firm", "household")]
    rnd, partner = dice("cases"), partners_by_ref(load)
    for spec in CASES:
        _case(load, team, answers, partner[rnd.choice(people).ref], spec)


def _answers(load):
    env = load.env
    made = env["crm.service.answer"].create(
        [
            {"name": question, "body": f"<p>{answer}</p>", "company_id": env.company.id,
             "category_id": env.ref(f"crm_service_plan.case_category_{kind}").id}
            for question, _vi, answer, _answer_vi, kind in ANSWERS
        ]
    )  # fmt: skip
    for one, (_question, question, _answer, answer, _kind) in zip(made, ANSWERS, strict=True):
        one.with_context(lang="vi_VN").write({"name": question, "body": f"<p>{answer}</p>"})
    made.action_publish()
    return made


def _back(load, days):
    """The working day so many days ago, Sundays left out."""
    day = ago(load, days)
    return day - dt.timedelta(days=1) if day.weekday() == 6 else day


def _case(load, team, answers, partner, spec):
    days, hour, kind, name, said, priority, login, fate, solution, answer = spec
    received = dt.datetime.combine(_back(load, days), dt.time(hour - 7, 10))
    env = load.env(context=dict(load.env.context, service_at=received))
    with clock(env, received):
        case = env["crm.service.case"].create(
            {
                "name": name,
                "description": said,
                "partner_id": partner.id,
                "asset_id": env["crm.service.asset"].search([("partner_id", "=", partner.id)], limit=1).id,
                "company_id": env.company.id,
                "category_id": env.ref(f"crm_service_plan.case_category_{kind}").id,
                "priority": priority,
                "team_id": team.id,
                "received_on": received,
                "receiver_id": user(env, "service").id,
            }
        )
    if fate == "new":
        return
    staff = user(env, login)
    _step(case, staff, received + dt.timedelta(minutes=35), "action_take")
    if fate == "open":
        return
    if fate in ("waiting", "visit"):
        _step(case, staff, received + dt.timedelta(hours=1), "action_wait" if fate == "waiting" else "action_respond")
        if fate == "visit":
            _step(case, staff, received + dt.timedelta(hours=1), "action_make_visit")
            case.visit_ids.write({"planned_start": load.now + dt.timedelta(days=_next_working(load), hours=1)})
        return
    done = received + dt.timedelta(hours=1 if hour in (11, 15, 16) else 2)
    case.write({"solution": solution, "answer_id": answers[answer].id if answer is not None else False})
    _step(case, staff, done, "action_solve")
    if fate == "closed":
        _step(case, staff, done + dt.timedelta(days=3), "action_close")


def _next_working(load):
    return 2 if (load.today + dt.timedelta(days=1)).weekday() == 6 else 1


def _step(case, who, moment, action):
    """One of the staff presses a button at that moment."""
    with clock(case.env, moment):
        getattr(case.with_user(who).with_context(service_at=moment), action)()


def clocks(load):
    """The promised hours as of this morning: one case is late."""
    env = load.env(context=dict(load.env.context, service_at=load.now))
    with clock(env, load.now):
        env["crm.service.case"].search([("company_id", "=", env.company.id)])._clock_update()
