"""The last six weeks, day by day: customers fall quiet by rule, are asked, answer or do not; some leave for good."""

import datetime as dt

from .answering import answer
from .cast import cast, dice
from .clock import clock
from .ground import user
from .shop import partners_by_ref

REPLAY_DAYS = 42

#: Why customers say they left (code of the reason's label), where they went, and the salesperson's view.
FAREWELLS = [
    ("competition", "Head Hoàng Long", "Bên đó gần nhà, bảo dưỡng trọn gói rẻ hơn một chút."),
    ("pricing", "Tiệm sửa xe Anh Tư", "Giá nhớt và công cao hơn tiệm gần chợ."),
    ("service_encounter_failure", "Head Hoàng Long", "Nhân viên quầy trả lời cộc lốc, chờ gần hai tiếng."),
    ("core_service_failure", "Garage Thành Phát", "Thay phanh xong vẫn kêu, phải quay lại ba lần."),
    ("circumstances", "", "Tôi chuyển về Cần Thơ làm việc."),
    ("inconvenience", "Tiệm sửa xe Anh Tư", "Cuối tuần đóng cửa, đi làm không ghé được."),
]


def _night(day):
    """One o'clock at night of a day in Saigon, when the nightly run works."""
    return dt.datetime.combine(day - dt.timedelta(days=1), dt.time(18, 0))


def _morning(day):
    return dt.datetime.combine(day, dt.time(2, 0))


def _first_day(load):
    return load.today - dt.timedelta(days=REPLAY_DAYS)


def first_fill(load):
    """The stages as they were six weeks ago; this starts no survey. Who had left by then is known to have left."""
    env, first = load.env, _first_day(load)
    run = env["crm.lifecycle.run"]
    with clock(env, _night(first)):
        run._execute(env.company, first, full=True, at=_night(first))
        for who in _leavers(load)[: len(FAREWELLS) * -1]:
            partners_by_ref(load)[who.ref]._lifecycle_declare(
                "ended", "Khách báo đã chuyển sang tiệm khác", on=first, trigger="user"
            )


def _leavers(load):
    return [who for who in cast(load.scale, load.today) if who.story == "left"]


def programs(load):
    """Start the shop's two programs: when a customer turns quiet, and when one leaves."""
    env = load.env
    at = _morning(_first_day(load))
    with clock(env, at):
        for program in _programs(env):
            program.write({"user_id": user(env, "interviewer").id})
            program._activate(at)


def _programs(env):
    stages = env.ref("crm_lifecycle.stage_quiet") | env.ref("crm_lifecycle.stage_ended")
    return env["crm.survey.program"].search(
        [("company_id", "=", env.company.id), ("trigger", "=", "stage"), ("stage_ids", "in", stages.ids)]
    )


def last_weeks(load):
    """Every night the engine, every morning the programs and what was held, every evening some answers."""
    env, rnd = load.env, dice("answers")
    partner = partners_by_ref(load)
    leavers = zip(_leavers(load)[-len(FAREWELLS) :], FAREWELLS, strict=False)
    leaving = dict(zip(range(8, REPLAY_DAYS, 6), leavers, strict=False))
    told = {}
    for number in range(1, REPLAY_DAYS + 1):
        day = _first_day(load) + dt.timedelta(days=number)
        with clock(env, _night(day)):
            _mark_news(env, day)
            env["crm.lifecycle.run"]._execute(env.company, day, full=False, at=_night(day))
        if number in leaving:
            who, farewell = leaving[number]
            told[partner[who.ref]] = farewell
            _leave(env, partner[who.ref], farewell, day)
        morning = _morning(day)
        with clock(env, morning):
            env["crm.churn.interview"]._open_for_transitions(morning)
            _programs(env)._run(morning)
            _release(env, morning + dt.timedelta(minutes=5))
        evening = morning + dt.timedelta(hours=10, minutes=rnd.randint(0, 90))
        if day < load.today:
            _evening(env, rnd, evening, told)


def _mark_news(env, day):
    """Queue those who came into the pipeline the day before, as the lead did on its own day."""
    born = [("create_date", ">=", _night(day) - dt.timedelta(days=1)), ("create_date", "<", _night(day))]
    leads = env["crm.lead"].with_context(active_test=False).search(born)
    env["crm.lifecycle.dirty"]._mark(leads.partner_id, env.company)


def _leave(env, partner, farewell, day):
    with clock(env, _morning(day)):
        seller = partner.user_id
        partner.with_user(seller)._lifecycle_declare("ended", farewell[2], on=day, trigger="user")
        # The database notes when a change was noticed by its own clock: it must be that day's for programs to see it.
        env.flush_all()
        env.cr.execute(
            "UPDATE crm_lifecycle_transition SET recorded_on = %s WHERE partner_id = %s AND effective_on = %s",
            (_morning(day), partner.commercial_partner_id.id, day),
        )
        env.invalidate_all()


def _release(env, at):
    interaction = env["crm.interaction"]
    due = interaction.search(interaction._get_release_domain(at), order="date, id")
    if due:
        env["crm.contact.sender"]._release(due, at)


def _evening(env, rnd, at, told):
    """Some of those asked answer in the evening, one or another declines."""
    waiting = env["crm.survey.invitation"].search(
        [("state", "=", "sent"), ("sent_on", "<", at - dt.timedelta(hours=6)), ("user_input_id", "!=", False)],
        order="id",
    )
    with clock(env, at):
        for invitation in waiting:
            fate = rnd.random()
            leaver = told.get(invitation.partner_id) if invitation.survey_id.survey_type == "churn" else None
            fresh = invitation.sent_on > at - dt.timedelta(days=4)
            if fresh and fate < (0.5 if leaver else 0.12):
                answer(invitation, rnd, leaver)
            elif fresh and fate > 0.97:
                invitation._decline(at, never_again=fate > 0.985)
        env["crm.survey.invitation"].search([("writeback_state", "=", "queued")])._write_back()


def farewells(load):
    """Mail of the past days counts as gone; today's waits in the queue."""
    old = [("state", "=", "outgoing"), ("date", "<", dt.datetime.combine(load.today, dt.time.min))]
    load.env["mail.mail"].sudo().search(old).write({"state": "sent"})
