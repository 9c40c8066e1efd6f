"""Four worked examples of service plans: a motorbike, a loan, a vaccination of citizens, an industrial compressor.

They live in a company of their own, so that the shop's figures stay the shop's.
"""

import datetime as dt

from .clock import clock

COMPANY = "Trung tâm Dịch vụ Hưng Phát"
#: code -> (English, Vietnamese, values, tasks); a task: English, Vietnamese, values, steps; a step the same
PLANS = {
    "motorbike": (
        "Motorbike: oil and tyres",
        "Xe máy: nhớt và lốp",
        {"color": 4},
        [
            ("Oil change", "Thay nhớt", {"interval": 6, "usage": 2000, "meter_unit": "km", "duration": 0.5}, []),
            ("Tyres", "Thay lốp", {"interval": 0, "usage": 10_000, "meter_unit": "km", "duration": 1.0}, []),
        ],
    ),
    "loan": (
        "Loan: towards its maturity",
        "Khoản vay: trước ngày đáo hạn",
        {"color": 3, "lead_days": 3, "missed_policy": "keep"},
        [
            (
                "Maturity of the loan",
                "Đáo hạn khoản vay",
                {"kind": "dates", "shift": "earlier", "window_before": 0, "duration": 0.25},
                [
                    ("Extend or repay? First call", "Gia hạn hay tất toán? Gọi lần đầu", {"delay": 90}),
                    ("Papers and interest", "Hồ sơ và lãi suất", {"delay": 30}),
                    ("Sum and account to pay to", "Số tiền và tài khoản trả nợ", {"delay": 7}),
                ],
            )
        ],
    ),
    "rabies": (
        "Rabies vaccination",
        "Tiêm phòng dại",
        {"color": 1, "is_sensitive": True, "lead_days": 10, "missed_policy": "keep"},
        [
            (
                "Rabies",
                "Tiêm phòng dại",
                {"kind": "chain", "goes_on": True, "window_before": 0, "duration": 0.25},
                [
                    ("First dose", "Mũi 1", {"delay": 0}),
                    ("Second dose", "Mũi 2", {"delay": 7, "least": 7, "most": 10}),
                    ("Third dose", "Mũi 3", {"delay": 14, "least": 14, "most": 21}),
                    ("Booster", "Mũi nhắc lại", {"delay": 1, "unit": "year", "least": 1, "most": 0}),
                ],
            )
        ],
    ),
    "compressor": (
        "Compressor: check and overhaul",
        "Máy nén khí: kiểm tra và đại tu",
        {"color": 9, "lead_days": 21},
        [
            ("Quarterly check", "Kiểm tra quý", {"interval": 3, "timing": "fixed", "duration": 2.0}, []),
            (
                "Yearly overhaul",
                "Đại tu hằng năm",
                {"interval": 1, "interval_unit": "year", "timing": "fixed", "duration": 8.0, "window_before": 21,
                 "min_gap": 200},
                [],
            ),
        ],
    ),
}  # fmt: skip
CITIZENS = ("Trần Thị Mai", "Lê Văn Phúc", "Phạm Ngọc Hà", "Đỗ Minh Quân", "Vũ Thị Lan")


def examples(load):
    """The step of the demo: a year of the four examples up to today."""
    company = _company(load.env)
    made = make(load.env, company, load.today - dt.timedelta(days=300))
    live(load.env, company, made, load.today)


def _company(env):
    company = env["res.company"].search([("name", "=", COMPANY)], limit=1)
    if not company:
        # No chart of accounts for the country: installing one commits in the middle of the step.
        quiet = env["res.company"].with_context(install_mode=True)
        company = quiet.create({"name": COMPANY, "country_id": env.ref("base.vn").id}).with_env(env)
        company.partner_id.tz = "Asia/Ho_Chi_Minh"
    users = env["res.users"].search([("login", "in", ("admin", "service"))])
    users.write({"company_ids": [(4, company.id)]})
    users.filtered(lambda user: user.login == "service").write(
        {"group_ids": [(4, env.ref("crm_service_plan.group_health").id)]}
    )
    return company


def make(env, company, start):
    """Create the plans, their customers, assets and subscriptions.

    :param start: day they all begin
    :return: dict of recordsets: plans by their code; subscriptions ``bike``, ``loan``, ``citizens``, ``machine``
    """
    env = env(context=dict(env.context, allowed_company_ids=company.ids, service_as_of=start, tracking_disable=True))
    made = {code: _plan(env, company, *spec) for code, spec in PLANS.items()}
    check, overhaul = made["compressor"].task_ids
    overhaul.included_task_ids = check
    partner = env["res.partner"].create(
        [{"name": name} for name in ("Nguyễn Văn Hùng", "Công ty Thép Bình An", "Bùi Quốc Bảo", *CITIZENS)]
    )
    rider, factory, borrower = partner[:3]
    bike, compressor = env["crm.service.asset"].create(
        [
            {"code": f"59-D2 {company.id:05d}", "name": "Honda Future", "partner_id": rider.id, "meter_unit": "km",
             "company_id": company.root_id.id, "start_date": start},
            {"code": f"ATL-{company.id:05d}", "name": "Atlas GA 75", "partner_id": factory.id, "meter_unit": "h",
             "company_id": company.root_id.id, "start_date": start},
        ]
    )  # fmt: skip
    env["crm.service.meter.reading"].create(
        [
            {"asset_id": bike.id, "date": start - dt.timedelta(days=30), "value": 11_400, "state": "accepted"},
            {"asset_id": bike.id, "date": start, "value": 12_000, "state": "accepted"},
        ]
    )
    common = {"company_id": company.id, "start_date": start, "plan_from": start}
    rows = [
        {**common, "plan_id": made["motorbike"].id, "asset_id": bike.id, "start_meter": 12_000},
        {**common, "plan_id": made["loan"].id, "partner_id": borrower.id,
         "target_date": start + dt.timedelta(days=380)},
        {**common, "plan_id": made["compressor"].id, "asset_id": compressor.id},
        *({**common, "plan_id": made["rabies"].id, "partner_id": person.id} for person in partner[3:]),
    ]  # fmt: skip
    subscriptions = env["crm.service.subscription"].create(rows)
    return made | {
        "bike": subscriptions[0], "loan": subscriptions[1], "machine": subscriptions[2], "citizens": subscriptions[3:]
    }  # fmt: skip


def _plan(env, company, english, vietnamese, values, tasks):
    plan = env["crm.service.plan"].create(
        {
            "name": english,
            "company_id": company.id,
            **values,
            "task_ids": [
                (0, 0, {
                    "name": name, "sequence": number, **vals,
                    "step_ids": [(0, 0, {"name": step, "sequence": n, **more}) for n, (step, _vi, more) in
                                 enumerate(steps)],
                })
                for number, (name, _vi, vals, steps) in enumerate(tasks)
            ],
        }
    )  # fmt: skip
    if "vi_VN" in dict(env["res.lang"].get_installed()):
        vi = plan.with_context(lang="vi_VN")
        vi.name = vietnamese
        for task, (_name, name, _vals, steps) in zip(vi.task_ids, tasks, strict=True):
            task.name = name
            for step, (_english, translated, _more) in zip(task.step_ids, steps, strict=True):
                step.name = translated
    return plan


def live(env, company, made, today):
    """From the start to today, week by week: what is due is done on its day."""
    env = env(context=dict(env.context, allowed_company_ids=company.ids, tracking_disable=True))
    day = made["bike"].start_date
    while day < today:
        with clock(env, dt.datetime.combine(day, dt.time(2, 0))):
            env["crm.service.planner"]._run(day, company)
            visits = env["crm.service.visit"].search(
                [("company_id", "=", company.id), ("state", "in", ("due", "reminded")), ("planned_date", "<=", day)]
            )
            for visit in visits:
                km = round(12_000 + 20 * (day - made["bike"].start_date).days)
                meter = km if visit.asset_id.meter_unit == "km" else 0
                visit._finish(day, hours=visit.duration, meter=meter, as_of=day)
        day += dt.timedelta(days=1 if day + dt.timedelta(days=8) > today else 2)
    with clock(env, dt.datetime.combine(today, dt.time(2, 0))):
        env["crm.service.planner"]._run(today, company)
