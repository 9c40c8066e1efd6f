"""Companies, users and a machine that sends nothing."""

import datetime as dt

from .logo import logo

SHOP = "Xe Máy Sài Gòn"
CDNOW = "CDNOW Records"

#: First day of Tết by year; the shop closes from the day before for six days.
TET = {2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3)}

#: login -> (name, Vietnamese?, groups)
STAFF = {
    "manager": (
        "Trần Quốc Bảo",
        "en_US",
        [
            "sales_team.group_sale_manager",
            "crm_lifecycle.group_manager",
            "crm_contact_policy.group_manager",
            "crm_profile.group_manager",
            "crm_profile.group_restricted",
            "crm_survey.group_manager",
            "crm_service_plan.group_manager",
            "base.group_partner_manager",
            "product.group_product_manager",
        ],
    ),
    "sales": (
        "Nguyễn Thị Thu Hà",
        "en_US",
        [
            "sales_team.group_sale_salesman_all_leads",
            "crm_lifecycle.group_user",
            "crm_service_plan.group_user",
            "crm_survey.group_interviewer",
            "base.group_partner_manager",
        ],
    ),
    "sales2": ("Lê Hoàng Phúc", "vi_VN", ["sales_team.group_sale_salesman", "crm_lifecycle.group_user"]),
    "interviewer": (
        "Phạm Ngọc Trâm",
        "en_US",
        ["crm_survey.group_interviewer", "crm_contact_policy.group_user", "crm_profile.group_user"],
    ),
    "service": (
        "Huỳnh Tấn Lộc",
        "vi_VN",
        ["crm_service_plan.group_manager", "crm_contact_policy.group_user", "base.group_partner_manager"],
    ),
    "tech": ("Võ Văn Thành", "vi_VN", ["crm_service_plan.group_user"]),
}


def quiet_machine(load):
    """No customer data leaves for enrichment, and nobody gets a digest of an invented shop."""
    env = load.env
    env["ir.config_parameter"].sudo().set_param("crm.iap.lead.enrich.setting", "manual")
    for xmlid in ("digest.ir_cron_digest_scheduler_action", "crm_iap_enrich.ir_cron_lead_enrichment"):
        cron = env.ref(xmlid, raise_if_not_found=False)
        if cron:
            cron.active = False


def companies(load):
    """The shop in đồng with Vietnamese beside English, closed on Sundays and holidays; CDNOW in dollars."""
    # A country would install its chart of accounts, and commit in the middle of the step.
    env = load.env(context=dict(load.env.context, install_mode=True))
    missing = _languages(env).filtered(lambda lang: not lang.active)
    if missing:
        env["base.language.install"].create({"lang_ids": [(6, 0, missing.ids)], "overwrite": False}).lang_install()
    shop = env.ref("base.main_company").with_env(env)
    vietnam = env.ref("base.vn")
    vnd = env.ref("base.VND")
    vnd.active = True
    shop.write(
        {
            "name": SHOP,
            "currency_id": vnd.id,
            "street": "218 Cách Mạng Tháng Tám",
            "street2": "Phường Nhiêu Lộc",
            "city": "TP Hồ Chí Minh",
            "country_id": vietnam.id,
            "state_id": saigon(env).id,
            "phone": "+84 28 3800 0218",
            "email": "xin.chao@example.com",
            "logo": logo(),
            "resource_calendar_id": _calendar(load).id,
        }
    )
    # A second active currency made a price list in the currency the company had until now.
    prices = env["product.pricelist"].with_context(active_test=False).search([("company_id", "=", shop.id)])
    prices.write({"currency_id": vnd.id, "name": "Bảng giá"})
    shop.partner_id.write({"tz": "Asia/Ho_Chi_Minh", "lang": "vi_VN"})
    other = env["res.company"].create(
        {
            "name": CDNOW,
            "currency_id": env.ref("base.USD").id,
            "country_id": env.ref("base.us").id,
            "email": "records@example.com",
        }
    )
    if "crm_survey_open_churn" in other._fields:
        other.crm_survey_open_churn = False  # nobody of the log can be asked
    other.partner_id.write({"tz": "America/New_York", "lang": "en_US"})
    env.user.company_ids |= other
    admin = env.ref("base.user_admin")
    admin.write({"company_ids": [(4, other.id)], "tz": "Asia/Ho_Chi_Minh", "lang": "en_US"})
    admin.partner_id.email = "admin@example.com"


def _languages(env):
    return env["res.lang"].with_context(active_test=False).search([("code", "in", ("en_US", "vi_VN"))])


def saigon(env):
    """The state record of Hồ Chí Minh City."""
    return env["res.country.state"].search([("code", "in", ("VN-SG", "SG")), ("country_id.code", "=", "VN")], limit=1)


def cdnow_company(env):
    """The company that owns the CDNOW log."""
    return env["res.company"].search([("name", "=", CDNOW)], limit=1)


def _calendar(load):
    env = load.env
    hours = [
        (0, 0, {"name": name, "dayofweek": str(day), "hour_from": start, "hour_to": stop, "day_period": period})
        for day in range(6)
        for name, start, stop, period in (("Morning", 8, 12, "morning"), ("Afternoon", 13, 17.5, "afternoon"))
    ]
    calendar = env["resource.calendar"].create(
        {"name": "Monday to Saturday", "tz": "Asia/Ho_Chi_Minh", "company_id": env.company.id, "attendance_ids": hours}
    )
    leaves = []
    for year in range(load.today.year - 1, load.today.year + 3):
        days = [("New Year", 1, 1, 1), ("Reunification and Labour Day", 4, 30, 2), ("National Day", 9, 2, 1)]
        spans = [(name, dt.date(year, month, day), length) for name, month, day, length in days]
        if year in TET:
            spans.append(("Tết", dt.date(year, *TET[year]) - dt.timedelta(days=1), 6))
        for name, first, length in spans:
            start = dt.datetime.combine(first, dt.time.min)
            leaves.append(
                {
                    "name": name,
                    "calendar_id": calendar.id,
                    "company_id": env.company.id,
                    "resource_id": False,
                    "date_from": load.local(start),
                    "date_to": load.local(start + dt.timedelta(days=length, seconds=-1)),
                }
            )
    env["resource.calendar.leaves"].create(leaves)
    return calendar


def users(load):
    """Staff of the shop (login = password); the portal customer comes with the customers."""
    env = load.env
    shop = env.company
    other = cdnow_company(env)
    for login, (name, lang, groups) in STAFF.items():
        found = [env.ref(group, raise_if_not_found=False) for group in ["base.group_user", *groups]]
        user = env["res.users"].create(
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@example.com",
                "lang": lang,
                "tz": "Asia/Ho_Chi_Minh",
                "company_id": shop.id,
                "company_ids": [(6, 0, (shop | other).ids if login == "manager" else shop.ids)],
                "group_ids": [(6, 0, [group.id for group in found if group])],
                "notification_type": "inbox",
            }
        )
        user.partner_id.write({"country_id": env.ref("base.vn").id, "company_id": shop.id})
    team = env["crm.team"].search([("company_id", "in", (False, shop.id))], limit=1)
    team.write({"company_id": False})
    members = env["res.users"].search([("login", "in", ("manager", "sales", "sales2"))])
    env["crm.team.member"].create([{"crm_team_id": team.id, "user_id": user.id} for user in members - team.member_ids])
    team.user_id = members.filtered(lambda user: user.login == "manager")


def user(env, login):
    """The user with this login."""
    return env["res.users"].search([("login", "=", login)], limit=1)
