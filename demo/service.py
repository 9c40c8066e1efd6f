"""Vehicles with their plates, service plans, and half a year of visits that came round by themselves."""

import datetime as dt
from math import ceil

from dateutil.relativedelta import relativedelta

from .cast import cast, dice, plate, portal_customer
from .catalogue import BIKES, PRODUCTS
from .clock import clock
from .ground import user
from .shop import partners_by_ref, products_by_code

HISTORY_WEEKS = 26
NOTES = [
    "Xe chạy tốt, hẹn kỳ sau.",
    "Má phanh trước còn khoảng 30 %, nên thay lần tới.",
    "Đã thay nhớt, vệ sinh lọc gió.",
    "Lốp sau mòn, đã báo khách.",
    "Đã siết sên và bơm lốp.",
    "Bình yếu, khách hẹn thay sau lương.",
]

#: plan -> (English, Vietnamese, colour, tasks); a task: code, English, Vietnamese, months, km, hours, price, product,
#: checks
PLANS = {
    "care": (
        "Bike care",
        "Gói chăm xe",
        4,
        [
            ("oil", "Oil change", "Thay nhớt", 6, 2000, 0.5, 155_000, "LAB-OIL", ["Oil level", "Leaks", "Air filter"]),
            ("tyre", "Tyres and brakes", "Kiểm tra lốp và phanh", 12, 10_000, 0.75, 160_000, "LAB-BRAKE",
             ["Tread depth", "Brake pads", "Tyre pressure", "Spokes and rims"]),
        ],
    ),
    "fleet": (
        "Delivery fleet",
        "Gói đội xe giao hàng",
        9,
        [
            ("oil", "Oil change", "Thay nhớt", 2, 2000, 0.4, 140_000, "LAB-OIL", ["Oil level", "Chain slack"]),
            ("check", "Fleet check", "Kiểm tra đội xe", 4, 8000, 1.0, 160_000, "LAB-SERVICE",
             ["Brakes", "Lights and horn", "Tyres", "Rack and box"]),
        ],
    ),
    "electric": (
        "Electric scooter check",
        "Kiểm tra xe máy điện",
        10,
        [("battery", "Battery and motor", "Pin và động cơ", 6, 5000, 1.0, 180_000, "LAB-SERVICE",
          ["Battery capacity", "Motor noise", "Charger", "Brakes"])],
    ),
}  # fmt: skip

CHECKS_VI = {
    "Oil level": "Mức nhớt", "Leaks": "Rò rỉ", "Air filter": "Lọc gió", "Tread depth": "Độ mòn gai lốp",
    "Brake pads": "Má phanh", "Tyre pressure": "Áp suất lốp", "Spokes and rims": "Căm và vành",
    "Chain slack": "Độ chùng sên", "Brakes": "Phanh", "Lights and horn": "Đèn và còi", "Tyres": "Lốp",
    "Rack and box": "Baga và thùng", "Battery capacity": "Dung lượng pin", "Motor noise": "Tiếng động cơ",
    "Charger": "Bộ sạc",
}  # fmt: skip


def plans(load):
    """Plans, vehicles, meter readings and subscriptions."""
    made = {code: _plan(load, *spec) for code, spec in PLANS.items()}
    rnd = dice("vehicles")
    partner = partners_by_ref(load)
    people = cast(load.scale, load.today)
    owners = [(who, bikes) for who in people if (bikes := _bikes_of(rnd, who))]
    portal = portal_customer(people)
    owners = [(who, bikes) for who, bikes in owners if who != portal]
    owners.append((portal, [("BIKE-PN110", portal.plate), ("BIKE-HA125", plate(rnd))]))
    vals, wheres = [], []
    product = products_by_code(load)
    for who, bikes in owners:
        for model, number in bikes:
            bought = bool(who.buys_bike and who.orders)
            start = who.orders[0].at.date() if bought else load.today - dt.timedelta(days=rnd.randint(380, 1500))
            vals.append(
                {
                    "code": number,
                    "name": PRODUCTS[model][1],
                    "partner_id": partner[who.ref].id,
                    "product_id": product[model].id,
                    "company_id": load.env.company.id,
                    "start_date": start,
                    "warranty_end": start + dt.timedelta(days=3 * 365),
                    "meter_unit": "km",
                }
            )
            wheres.append((who, model))
    assets = load.env["crm.service.asset"].create(vals)
    _readings(load, rnd, assets, wheres)
    _subscribe(load, rnd, made, assets, wheres)


def _plan(load, english, vietnamese, color, tasks):
    env = load.env
    product = products_by_code(load)
    coordinator = env["res.users"].search([("login", "=", "service")], limit=1)
    plan = env["crm.service.plan"].create(
        {
            "name": english,
            "color": color,
            "company_id": env.company.id,
            "user_id": coordinator.id,
            "task_ids": [
                (0, 0, {
                    "name": name,
                    "interval": months,
                    "interval_unit": "month",
                    "usage": km,
                    "meter_unit": "km",
                    "duration": hours,
                    "price": price,
                    "product_id": product[service].id,
                    "checklist_ids": [(0, 0, {"name": check, "required": False}) for check in checks],
                })
                for _code, name, _vi, months, km, hours, price, service, checks in tasks
            ],
        }
    )  # fmt: skip
    vi = plan.with_context(lang="vi_VN")
    vi.name = vietnamese
    for task, spec in zip(vi.task_ids, tasks, strict=True):
        task.name = spec[2]
        for item in task.checklist_ids:
            item.name = CHECKS_VI[item.with_context(lang="en_US").name]
    return plan


def _bikes_of(rnd, who):
    """[(model, plate)] of the vehicles we look after for someone."""
    chance = {"firm": 1, "household": 0.9, "regular": 0.55, "new": 0.6, "slipping": 0.2}.get(who.story, 0)
    if rnd.random() >= chance:
        return []
    plates = [who.plate, *(plate(rnd) for _number in range(4))]
    if who.story == "firm":
        return [("BIKE-PN110", number) for number in plates]
    return (
        [(who.bike, number) for number in plates[:1]]
        if who.story != "household"
        else [(rnd.choice(BIKES), number) for number in plates[:2]]
    )


def _readings(load, rnd, assets, wheres):
    """Two readings before the history starts: the meter's rate is known from then on."""
    start = load.today - dt.timedelta(weeks=HISTORY_WEEKS)
    vals = []
    for asset, (who, _model) in zip(assets, wheres, strict=True):
        rate = rnd.uniform(60, 95) if who.story == "firm" else rnd.uniform(9, 26)
        rate = 5 if asset == assets[-1] else rate  # the portal customer's second vehicle
        first = max(asset.start_date, start - dt.timedelta(days=100))
        age = (first - asset.start_date).days
        vals.append({"asset_id": asset.id, "date": first, "value": round(age * rate + rnd.randint(5, 60))})
        if start > first + dt.timedelta(days=10):
            later = vals[-1]["value"] + round((start - first).days * rate)
            vals.append({"asset_id": asset.id, "date": start, "value": later})
    load.env["crm.service.meter.reading"].create([dict(val, source="staff", state="accepted") for val in vals])


def _subscribe(load, rnd, plan_of, assets, wheres):
    start = load.today - dt.timedelta(weeks=HISTORY_WEEKS)
    vals = []
    for asset, (who, model) in zip(assets, wheres, strict=True):
        code = "fleet" if who.story == "firm" else "electric" if model == "BIKE-LUOTE1" else "care"
        # Their last service before they joined lies some weeks back, a different time for everyone.
        joined = max(asset.start_date, start - dt.timedelta(days=rnd.randint(5, 45 if code == "fleet" else 150)))
        vals.append(
            {
                "asset_id": asset.id,
                "partner_id": asset.partner_id.id,
                "plan_id": plan_of[code].id,
                "company_id": load.env.company.id,
                "start_date": joined,
                "plan_from": max(joined, start),
                "start_meter": asset.meter_value,
            }
        )
    # The portal customer's second vehicle, hardly used: its half year is over in five days.
    begun = load.today + dt.timedelta(days=5) - relativedelta(months=6)
    vals[-1] |= {"start_date": begun, "plan_from": begun}
    load.env["crm.service.subscription"].create(vals)


def visits(load):
    """Half a year, week by week, then day by day: visits come near, are reminded of, are done, the next follows."""
    load.env = env = load.env(context=dict(load.env.context, lang="vi_VN"))  # as the shop's own server works
    rnd = dice("visits")
    staff = user(env, "tech") | user(env, "service")
    monday = load.today - dt.timedelta(days=load.today.weekday())
    days = [monday - dt.timedelta(weeks=week) for week in range(HISTORY_WEEKS, 2, -1)]
    days += [day for ago in range(20, 0, -1) if (day := load.today - dt.timedelta(days=ago)).weekday() != 6]
    for day in [*days, load.today]:
        morning = dt.datetime.combine(day, dt.time(2, 0))
        with clock(env, morning):
            env["crm.service.planner"]._run(day, env.company)
            _remind(env, morning)
        if day < load.today:
            _work_off(load, rnd, day, staff)
    _today(load, staff)


def _remind(env, at):
    visit, last = env["crm.service.visit"], 0
    while batch := visit._to_remind(env.company, env.company._service_today(at), last):
        last = batch[-1].id
        batch._remind(at)


def _work_off(load, rnd, day, staff):
    """What was planned up to this day gets done; a few customers come late or not at all."""
    env = load.env
    open_visits = env["crm.service.visit"].search(
        [("state", "in", ("due", "reminded", "confirmed", "scheduled")), ("planned_date", "<=", day)], order="id"
    )
    for visit in open_visits:
        fate = rnd.random()
        if fate < 0.12:
            continue  # not today: asked again on the next day of work, given up by the plan in the end
        done_on = max(visit.planned_date, day - dt.timedelta(days=6))
        moment = dt.datetime.combine(done_on, dt.time(rnd.randint(1, 9), rnd.choice([0, 15, 30, 45])))
        hours = round((visit.duration or 0.5) * rnd.uniform(0.7, 1.5) * 4) / 4 or 0.25
        with clock(env, moment):
            visit.write(_slot(visit, staff[visit.id % len(staff)], moment))
            visit.action_start()
            visit.line_ids.write({"is_done": True})
            visit._finish(
                day=done_on,
                hours=hours,
                cost=round(hours * 120_000, -3),
                meter=_meter(visit.asset_id, done_on, rnd),
                note=rnd.choice(NOTES),
                as_of=done_on,
            )


def _slot(visit, person, start):
    stop = start + dt.timedelta(hours=visit.duration or 0.5)
    return {"user_id": person.id, "planned_start": start, "planned_stop": stop}


def _meter(asset, day, rnd):
    """What the meter shows on a day, from its rate so far."""
    if not asset.meter_date:
        return 0.0
    days = max((day - asset.meter_date).days, 0)
    return round(asset.meter_value + days * (asset.meter_rate or 15) * rnd.uniform(0.9, 1.1) + 1)


def _today(load, staff):
    """Some of the coming visits are confirmed, some have their hour and person, one is on the lift."""
    env = load.env
    coming = env["crm.service.visit"].search(
        [("state", "in", ("due", "reminded")), ("planned_date", ">=", load.today)], order="planned_date, id"
    )
    diary = {}
    with clock(env, load.now):
        for number, visit in enumerate(coming):
            person = staff[number % len(staff)]
            start = _next_free(diary, person, visit)
            if visit.state == "reminded" and number % 3 != 2:
                visit.action_confirm()
            if start:
                visit.with_context(service_machine=True).write(_slot(visit, person, start))
            if start and visit.state == "confirmed" and number % 3 == 0:
                visit.action_schedule()
        todays = coming.filtered(lambda visit: visit.planned_date == load.today and visit.state == "scheduled")
        todays[:1].action_start()


def _next_free(diary, person, visit):
    """The next free half hour of a person on the visit's day (UTC; 8:00 to 17:00 in Saigon, noon off), or None."""
    day = visit.planned_date
    hour, length = diary.get((person, day), 1.0), max(0.5, ceil(visit.duration * 2) / 2)
    if hour < 6.0 and hour + length > 5.0:
        hour = 6.0
    if hour + length > 10.0:
        return None
    diary[person, day] = hour + length
    return dt.datetime.combine(day, dt.time(int(hour), int(hour % 1 * 60)))
