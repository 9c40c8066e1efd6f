"""Vehicles with their plates, service plans, and half a year of visits that came round by themselves."""

import datetime as dt

from .cast import cast, dice
from .catalogue import BIKES, PRODUCTS
from .shop import partners_by_ref, products_by_code

HISTORY_WEEKS = 26

#: plan -> (English, Vietnamese, colour, tasks); a task: code, English, Vietnamese, months, km, hours, price, product, checks
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
    owners = [(who, bikes) for who in cast(load.scale, load.today) if (bikes := _bikes_of(rnd, who))]
    vals, wheres = [], []
    product = products_by_code(load)
    for who, bikes in owners:
        for model, plate in bikes:
            bought = bool(who.buys_bike and who.orders)
            start = who.orders[0].at.date() if bought else load.today - dt.timedelta(days=rnd.randint(380, 1500))
            vals.append(
                {
                    "code": plate,
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
    plates = [who.plate] + [
        f"59{rnd.choice('CDEFGHKLMN')}{rnd.randint(1, 3)}-{rnd.randint(100, 999)}.{rnd.randint(10, 99)}" for _n in range(4)
    ]
    if who.story == "firm":
        return [("BIKE-PN110", plate) for plate in plates]
    return [(who.bike, plate) for plate in plates[:1]] if who.story != "household" else [
        (rnd.choice(BIKES), plate) for plate in plates[:2]
    ]


def _readings(load, rnd, assets, wheres):
    """Two readings before the history starts: the meter's rate is known from then on."""
    start = load.today - dt.timedelta(weeks=HISTORY_WEEKS)
    vals = []
    for asset, (who, _model) in zip(assets, wheres, strict=True):
        rate = rnd.uniform(60, 95) if who.story == "firm" else rnd.uniform(9, 26)
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
    load.env["crm.service.subscription"].create(vals)


def visits(load):
    """Half a year, week by week: visits come near, are reminded of, are done, and the next one follows."""
