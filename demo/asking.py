"""Calls to the best customers: a program by value class, what came of each call, and what follows from the answers."""

import datetime as dt

from .answering import answer
from .cast import dice
from .clock import clock
from .ground import user
from .living import FAREWELLS, farewells

PROGRAM, PROGRAM_VI = "Best customers: are they content?", "Khách hàng tốt nhất có hài lòng không?"
WORKING_DAYS = 9
MINUTES = 8

#: name, Vietnamese, purchases from, colour
CLASSES = [("Gold", "Vàng", 12, 3), ("Silver", "Bạc", 4, 4), ("Bronze", "Đồng", 1, 2)]

#: What comes of one call after the other: outcome, mood of who answers, note of the interviewer.
CALLS = [
    ("completed", "poor", ""),
    ("completed", "fine", ""),
    ("no_answer", "", ""),
    ("completed", "straight", ""),
    ("call_back", "", "Đang họp, hẹn gọi lại."),
    ("completed", "fine", ""),
    ("busy", "", ""),
    ("completed", "poor", ""),
    ("completed", "fine", ""),
    ("refused", "", "Khách nói không có thời gian."),
    ("completed", "fine", ""),
    ("voicemail", "", ""),
    ("completed", "fine", ""),
]
#: The last working day: somebody to go back to, and somebody who wants to be called this morning.
LAST_CALLS = [("call_back", "", "Khách hẹn gọi lại 9 giờ sáng, đang chạy xe."), ("completed", "poor", "")]

#: name, Vietnamese, what belongs here, words by which the demo sorts
CODES = [
    ("Workmanship", "Tay nghề", "How well the work was done.", ("Thợ", "kêu", "phanh")),
    ("Staff", "Nhân viên", "How people were received and talked to.", ("Nhân viên", "dễ thương")),
    ("Waiting time", "Thời gian chờ", "Queues, delays, promised hours.", ("chờ", "nhanh", "chậm")),
    ("Price", "Giá cả", "What it costs, discounts, packages.", ("giá", "Giá", "Rẻ", "rẻ")),
    ("Opening hours and place", "Giờ mở cửa, địa điểm", "When and where: parking, Sundays, the way.",
     ("Mở cửa", "mở cửa", "đậu xe", "Gần nhà")),
    ("Reminders", "Nhắc lịch", "Being told when a service is due.", ("nhắn", "Nhắn")),
]  # fmt: skip

#: What was done about an unhappy customer.
DONE = [
    "Đã gọi xin lỗi, hẹn quản đốc kiểm tra lại xe miễn phí sáng thứ bảy.",
    "Đã gặp khách tại tiệm, tặng lần rửa xe và giữ chỗ cho lần bảo dưỡng sau.",
]
#: As the salesperson sees why a customer left: code of the reason, chance to win back, in words.
VIEWS = [
    ("competition", "medium", "Bên kia mới khai trương, giảm giá mạnh. Gọi lại sau vài tháng là vừa."),
    ("pricing", "low", "Khách so giá từng món, khó giữ nếu không có gói riêng."),
    ("service_encounter_failure", "high", "Hôm đó thiếu người ở quầy. Xin lỗi tử tế thì khách sẽ quay lại."),
]


def classes(load):
    """The shop's value classes, and everybody's class."""
    env = load.env
    made = env["crm.value.class"].create(
        [
            {"name": name, "sequence": number, "min_orders": orders, "color": color, "company_id": env.company.id}
            for number, (name, _vietnamese, orders, color) in enumerate(CLASSES, 1)
        ]
    )
    for value_class, (_name, vietnamese, _orders, _color) in zip(made, CLASSES, strict=True):
        value_class.with_context(lang="vi_VN").name = vietnamese
    with clock(env, load.now):
        env["crm.lifecycle.run"]._execute(env.company, load.today, full=True, at=load.now)


def asking(load):
    """Two weeks ago a program of calls began; the interviewer has called every working day since."""
    env, rnd = load.env, dice("asking")
    days = _working_days(load)
    program = _start(load, days[0])
    fates = iter(CALLS * WORKING_DAYS)
    for day in days:
        morning = dt.datetime.combine(day, dt.time(2, 0))
        with clock(env, morning):
            program._run(morning)
        todo = LAST_CALLS if day == days[-1] else [next(fates) for _call in range(max(3, round(9 * load.scale)))]
        for number, fate in enumerate(todo):
            at = morning + dt.timedelta(minutes=30 + 25 * number)
            if day == days[-1] or _count_callable(program, at) > len(LAST_CALLS):
                _call(load, at, fate, rnd)
        with clock(env, morning + dt.timedelta(hours=9)):
            env["crm.survey.invitation"].search([("writeback_state", "=", "queued")])._write_back()


def _count_callable(program, at):
    """How many of the queue may be called: a small shop keeps somebody for the last day."""
    queue = program.invitation_ids.filtered(lambda one: one.state == "to_call")
    with clock(program.env, at):
        return [decision.verdict for decision in queue._call_decisions(at).values()].count("allow")


def _working_days(load):
    """The last working days before today, the first one first."""
    days = (load.today - dt.timedelta(days=back) for back in range(1, 2 * WORKING_DAYS))
    return sorted([day for day in days if day.weekday() != 6][:WORKING_DAYS])


def _start(load, day):
    env, at = load.env, dt.datetime.combine(day, dt.time(1, 30))
    env.company.crm_survey_hourly_cost = 60_000
    best = env["crm.value.class"].search([("company_id", "=", env.company.id)], limit=2)
    phone, email = env.ref("crm_contact_policy.channel_phone"), env.ref("crm_contact_policy.channel_email")
    with clock(env, at):
        program = env["crm.survey.program"].create(
            {
                "name": PROGRAM,
                "sequence": 5,
                "company_id": env.company.id,
                "user_id": user(env, "interviewer").id,
                "survey_id": env.ref("crm_survey.survey_frequent").id,
                "variant_ids": [
                    (0, 0, {"customer_kind": "company", "survey_id": env.ref("crm_survey.survey_volume").id})
                ],
                "trigger": "class",
                "value_class_ids": [(6, 0, best.ids)],
                "partner_domain": f"[('lifecycle_stage_id', 'in', {env.ref('crm_lifecycle.stage_established').ids})]",
                "delay_days": 0,
                "repeat_days": 180,
                "step_ids": [(0, 0, {"channel_id": phone.id}), (0, 0, {"channel_id": email.id, "days": 7})],
                "quota_ids": [
                    (0, 0, {"name": "Companies", "target": max(3, round(6 * load.scale)), "customer_kind": "company"}),
                    (0, 0, {"name": best[0].name, "target": max(10, round(40 * load.scale)),
                            "value_class_ids": [(6, 0, best[:1].ids)]}),
                ],
                "target_mode": "number",
                "target_number": max(20, round(80 * load.scale)),
                "expected_share": 0.4,
                "budget_amount": 4_000_000,
                "cost_per_answer": 20_000,
                "budget_hours": 40,
                "minutes_per_call": MINUTES,
                "follow_up_user_id": user(env, "manager").id,
            }
        )  # fmt: skip
        program.with_context(lang="vi_VN").name = PROGRAM_VI
        for quota, vietnamese in zip(program.quota_ids, ("Doanh nghiệp", CLASSES[0][1]), strict=True):
            quota.with_context(lang="vi_VN").name = vietnamese
        dialog = env["crm.survey.activate"].create({"program_id": program.id, "include_current": True})
        dialog.action_confirm()
    return program


def _call(load, at, fate, rnd):
    """The interviewer calls whoever is next in the queue; nobody, when the contact policy holds all back."""
    outcome, mood, note = fate
    env = load.env(user=user(load.env, "interviewer"), su=False)
    with clock(env, at):
        invitation = env["crm.survey.invitation"]._next_callable(at)
        if not invitation:
            return
        invitation._start_call_sudo(at)
        dialog = env["crm.survey.call"].create({"invitation_id": invitation.id, "note": note, "go_on": False})
    with clock(env, at + dt.timedelta(minutes=MINUTES if mood else 2)):
        if mood:
            answer(invitation, rnd, by=env.user, mood=mood)
            return
        if outcome == "call_back":
            dialog.call_back_on = load.now if fate in LAST_CALLS else at + dt.timedelta(days=1)
        dialog.with_context(disposition=outcome).action_log()


def follow_ups(load):
    """Some have been gone back to, some are late, the latest are still open."""
    env = load.env
    found = env["crm.survey.follow.up"].search(
        [("company_id", "=", env.company.id), ("state", "=", "open")], order="opened_on, id"
    )
    for number, one in enumerate(found[:-1:2]):
        with clock(env, one.opened_on + dt.timedelta(hours=20)):
            mine = one.with_user(one.user_id or user(env, "manager"))
            mine.what_done = DONE[number % len(DONE)]
            mine.action_done()


def verbatims(load):
    """The code frame, and half of what customers wrote sorted by it; one doubtful answer was accepted."""
    env = load.env(user=user(load.env, "manager"), su=False)
    tags = env["crm.survey.tag"].create(
        [
            {"name": name, "description": what, "color": number, "sequence": number}
            for number, (name, _vietnamese, what, _words) in enumerate(CODES, 1)
        ]
    )
    for tag, (_name, vietnamese, _what, _words) in zip(tags, CODES, strict=True):
        tag.with_context(lang="vi_VN").name = vietnamese
    lines = env["survey.user_input.line"].search(
        [("answer_type", "in", ("text_box", "char_box")), ("skipped", "=", False),
         ("user_input_id.crm_invitation_id.company_id", "=", env.company.id)], order="id",
    )  # fmt: skip
    sorted_by_code = [(line, _codes(tags, line.verbatim or "")) for line in lines]
    for line, codes in [pair for pair in sorted_by_code if pair[1]][::2]:
        line.tag_ids = codes
    flagged = env["survey.user_input"].search([("quality_state", "=", "flagged")], order="end_datetime, id")
    with clock(load.env, load.now):
        flagged[:-1][:1]._review("accepted", "Đã gọi hỏi lại: khách hài lòng như nhau về mọi mặt.", load.now)


def _codes(tags, text):
    found = [tag.id for tag, row in zip(tags, CODES, strict=True) if any(word in text for word in row[3])]
    return tags.browse(found)


def churn(load):
    """Who left and did not answer is interviewed by phone; we say how we see it; one comes back."""
    env, rnd = load.env, dice("churn")
    manager = env(user=user(env, "manager"), su=False)
    found = manager["crm.churn.interview"].search([("company_id", "=", env.company.id)], order="ended_on, id")
    at = dt.datetime.combine(_working_days(load)[-2], dt.time(7, 0))
    with clock(env, at):
        for number, interview in enumerate(found.filtered(lambda one: one.state != "done")[:2]):
            caller = user(env, "manager")
            invitation = interview.with_user(caller)._start_interview()
            answer(invitation, rnd, FAREWELLS[number], by=caller)
        env["crm.survey.invitation"].search([("writeback_state", "=", "queued")])._write_back()
        for number, interview in enumerate(found[:4]):
            code, chance, words = VIEWS[number % len(VIEWS)]
            interview.write(
                {
                    "salesperson_reason_id": env.ref(f"crm_survey.churn_reason_{code}").id,
                    "salesperson_note": words,
                    "win_back_chance": chance,
                }
            )
        heard = found._may_win_back()
        for interview in heard[:2]:
            interview.action_win_back()
        heard[:1].lead_id.action_set_won()


def qualified(load):
    """Two leads were asked what they need, when, and with which means."""
    env, rnd = load.env, dice("qualified")
    leads = env["crm.lead"].search(
        [("company_id", "=", env.company.id), ("partner_id.is_company", "=", False), ("stage_id.is_won", "=", False),
         ("user_id.login", "in", ("sales", "sales2")), ("churn_interview_id", "=", False)], order="id", limit=2,
    )  # fmt: skip
    with clock(env, dt.datetime.combine(_working_days(load)[-1], dt.time(8, 0))):
        for lead in leads:
            mine = lead.with_user(lead.user_id)
            mine.action_qualify()
            answer(mine.survey_invitation_ids[:1], rnd, by=lead.user_id)
        env["crm.survey.invitation"].search([("writeback_state", "=", "queued")])._write_back()
    farewells(load)
