"""How the shop learns about its customers, and what they allow: plans, finds, conflicts, wishes."""

import datetime as dt

from .cast import cast, dice
from .clock import clock
from .ground import user
from .shop import ago, partners_by_ref

#: attribute -> (what was found, where)
FOUND = [
    ("employee_count", "45", "Trang tuyển dụng của công ty"),
    ("website", "https://giao-hang.example.com", "Trang Facebook của công ty"),
    ("branch_count", "3", "Bản đồ trực tuyến"),
]
FOUND_PERSONS = [
    ("occupation", "Tài xế công nghệ", "Trang cá nhân công khai"),
    ("hobbies", "Phượt cuối tuần", "Nhóm Facebook “Phượt Sài Gòn”"),
    ("home_town", "Bến Tre", "Trang cá nhân công khai"),
]
#: attribute -> (what one colleague noted, what another did)
CONTRADICTIONS = [
    ("occupation", "Giáo viên", "Nhân viên văn phòng"),
    ("preferred_channel", "sms", "phone"),
    ("household_size", 2, 4),
]


def _regulars(load, count):
    people = [who for who in cast(load.scale, load.today) if who.story in ("regular", "new") and not who.is_company]
    return people[1 : 1 + count]  # the first one is the portal's customer


def conflicts(load):
    """Two colleagues noted different things on the same day: somebody has to decide."""
    env, partner = load.env, partners_by_ref(load)
    for who, (code, one, other) in zip(_regulars(load, len(CONTRADICTIONS)), CONTRADICTIONS, strict=False):
        for login, value in (("sales", one), ("interviewer", other)):
            person = partner[who.ref].with_user(user(env, login))
            person._profile_record(
                {code: value}, "employee", source_ref="Ghi chú cuộc gọi", collected_on=ago(load, 4), confidence=0.8
            )


def finds(load):
    """What was found on the web waits to be accepted or rejected."""
    env, partner = load.env, partners_by_ref(load)
    people = cast(load.scale, load.today)
    firms = [who for who in people if who.story == "firm"]
    persons = [who for who in people if who.story in ("once", "prospect")]
    attribute = {one.code: one.id for one in env["crm.profile.attribute"].search([])}
    rows = [
        {
            "partner_id": partner[who.ref].id,
            "attribute_id": attribute[code],
            "value": value,
            "found": "web",
            "source_ref": where,
            "found_on": ago(load, 2 + number),
            "user_id": user(env, "interviewer").id,
        }
        for group, finds_of in ((firms, FOUND), (persons, FOUND_PERSONS))
        for number, (who, (code, value, where)) in enumerate(zip(group * 3, finds_of, strict=False))
    ]
    env["crm.profile.intake"].create(rows)


def plan(load):
    """One plan that says what is collected, of whom and what for."""
    env = load.env(user=user(load.env, "manager").id)
    use = env.ref("crm_profile.use_win_back", raise_if_not_found=False)
    made = env["crm.collection.plan"].create(
        {
            "name": "Why customers come back",
            "company_id": env.company.id,
            "purpose": "Opening hours and reminders that fit: nothing is asked that is not used for them.",
            "domain": f"[('company_id', '=', {env.company.id}), ('is_company', '=', False), ('ref', '=like', 'KH%')]",
            "depth": "2",
            "use_id": use.id if use else False,
            "method_id": env.ref("crm_profile.method_phone").id,
            "target_count": max(5, round(120 * load.scale)),
            "budget": 3_000_000,
            "hours": 40,
            "line_ids": [
                (0, 0, {"attribute_id": env.ref(f"crm_profile.attribute_{code}").id, "is_required": needed,
                        "max_age_months": 24})
                for code, needed in (
                    ("likes", True), ("dislikes", True), ("preferred_channel", True), ("best_time", False),
                    ("vehicle", False))
            ],
        }
    )  # fmt: skip
    made.with_context(lang="vi_VN").write(
        {"name": "Vì sao khách quay lại", "purpose": "Giờ mở cửa và lời nhắc cho hợp: chỉ hỏi điều dùng được."}
    )


def wishes(load):
    """Consents with their proof, a withdrawal, hours somebody asked for, and a pause."""
    env, partner, rnd = load.env, partners_by_ref(load), dice("wishes")
    channel = {"sms": env.ref("crm_contact_policy.channel_sms").id}
    stories = ("regular", "new", "once", "slipping", "household", "firm")
    consents, hours = [], []
    people = [who for who in cast(load.scale, load.today) if who.story in stories and rnd.random() < 0.75]
    for number, who in enumerate(people):
        at = dt.datetime.combine(ago(load, rnd.randint(60, 300)), dt.time(rnd.randint(2, 9), 15))
        base = {"partner_id": partner[who.ref].id, "date": at, "user_id": user(env, "sales").id}
        consents.append({**base, "purpose": "marketing", "status": "given", "source": "form",
                         "channel_id": channel["sms"] if number % 5 == 0 else False,
                         "evidence": f"Phiếu đồng ý số {1040 + number}", "expiry": at + dt.timedelta(days=730)})
        if number % 14 == 9:
            later = {"date": at + dt.timedelta(days=20), "source": "phone"}
            consents.append({**base, **later, "purpose": "marketing", "status": "withdrawn",
                             "evidence": "“Đừng nhắn tin quảng cáo nữa.”"})
        if number % 14 == 4:
            hours.append({**base, "hour_from": 17.5, "hour_to": 20.0, "on_sunday": False, "source": "phone",
                          "evidence": "Chỉ nghe máy sau giờ làm."})  # fmt: skip
    traveller = _regulars(load, 8)[-1]
    hours.append(
        {"partner_id": partner[traveller.ref].id, "date": load.now - dt.timedelta(days=3), "source": "email",
         "paused_until": load.now + dt.timedelta(days=25), "evidence": "Về quê ăn Tết, ra Giêng hãy gọi.",
         "user_id": user(env, "sales").id}
    )  # fmt: skip
    env["crm.contact.consent"].create(consents)
    env["crm.contact.preference"].create(hours)


def promises(load):
    """Calls that were promised: some today and the next days, three that nobody made."""
    env, partner = load.env, partners_by_ref(load)
    phone = env.ref("crm_contact_policy.channel_phone")
    people = [who for who in cast(load.scale, load.today) if who.story == "prospect" and who.orders == []]
    offsets = [-4, -2, -1, 0, 0, 1, 1, 2, 3, 5]
    subjects = ["Gọi lại báo giá trả góp", "Hẹn chạy thử xe", "Hỏi lại quyết định màu xe", "Xác nhận giờ giao xe"]
    rows = []
    for number, (who, offset) in enumerate(zip(people, offsets, strict=False)):
        day = load.today + dt.timedelta(days=offset)
        day += dt.timedelta(days=day.weekday() == 6)
        hour = 3 + number % 5
        rows.append(
            {
                "partner_id": partner[who.ref].id,
                "company_id": env.company.id,
                "channel_id": phone.id,
                "purpose": "sale",
                "state": "planned",
                "date": dt.datetime.combine(day, dt.time(hour, 0 if offset % 2 else 30)),
                "user_id": partner[who.ref].user_id.id,
                "duration": 0.25,
                "subject": subjects[number % len(subjects)],
            }
        )
    with clock(env, load.now - dt.timedelta(days=6)):
        env["crm.interaction"].create(rows)
