"""What the staff know of the customers, and what was said on the phone: facts, calls, consents, refusals."""

import datetime as dt

from .cast import cast, dice
from .catalogue import PRODUCTS
from .clock import clock
from .ground import user
from .shop import partners_by_ref

#: code -> possible values, most usual first
FACTS = {
    "hear_about_us": ["friend", "sign", "facebook", "zalo", "search"],
    "marital_status": ["married", "married", "single"],
    "preferred_channel": ["phone", "email", "sms"],
    "occupation": [
        "Nhân viên văn phòng",
        "Tài xế công nghệ",
        "Giáo viên",
        "Buôn bán",
        "Kỹ sư",
        "Sinh viên",
        "Thợ điện",
    ],
    "likes": ["Nhanh, đúng hẹn", "Có chỗ ngồi chờ mát", "Giá niêm yết rõ", "Thợ quen, làm kỹ"],
    "dislikes": ["Chờ lâu ngày thứ bảy", "Không có chỗ đậu xe", "Phải gọi mới biết xe xong"],
    "household_size": [4, 3, 5, 2],
}
SALUTATION = {"anh": "anh", "chị": "chi", "chú": "chu", "cô": "co"}
CALLS = [
    ("Hỏi thăm sau bảo dưỡng", "outcome_satisfied", "Khách hài lòng, xe chạy êm hơn."),
    ("Báo giá lốp mới", "outcome_interested", "Khách muốn thay cả hai lốp, hẹn cuối tháng ghé."),
    ("Mời xem mẫu xe mới", "outcome_again_2", "Khách đang tính đổi xe, chờ lãnh thưởng."),
    ("Nhắc đăng ký gói chăm xe", "outcome_no_answer", ""),
    ("Tư vấn trả góp", "outcome_interested", "Cần trả trước dưới 10 triệu."),
    ("Khiếu nại tiếng kêu phanh", "outcome_satisfied", "Đã mời khách quay lại chỉnh miễn phí."),
]


def profiles(load):
    """Facts of about half the customers, from the salesperson's notes."""
    rnd, partner = dice("facts"), partners_by_ref(load)
    known = set(load.env["crm.profile.attribute"].search([]).mapped("code"))
    for who in cast(load.scale, load.today):
        if who.is_company or rnd.random() < 0.45:
            continue
        values = {"salutation": SALUTATION[who.salutation], "gender": "male" if who.male else "female"}
        if who.orders:
            values["vehicle"] = f"{PRODUCTS[who.bike][1]}, {who.plate}"
        for code in rnd.sample(list(FACTS), 3):
            values[code] = rnd.choice(FACTS[code])
        values = {code: value for code, value in values.items() if code in known}
        told = min([who.orders[-1].at.date() if who.orders else load.today, load.today])
        partner[who.ref]._profile_record(
            values, "employee", source_ref="Phiếu khách hàng", collected_on=told, confidence=rnd.choice([0.7, 0.8, 0.9])
        )


def occasions(load):
    """Birthdays of some customers and of their families, where the addon that greets is installed."""
    if "crm.occasion" not in load.env:
        return
    rnd, partner = dice("birthdays"), partners_by_ref(load)
    vals = []
    for who in cast(load.scale, load.today):
        if who.is_company or not who.orders or rnd.random() < 0.6:
            continue
        common = {"partner_id": partner[who.ref].id, "company_id": load.env.company.id, "kind": "birthday"}
        common |= {"day": rnd.randint(1, 28), "month": rnd.randint(1, 12)}
        if rnd.random() < 0.2:
            child = rnd.choice(["Bé Bin", "Bé Na", "Bé Cún", "Bé Bông", "Bé Tí"])
            common |= {"whose": "relative", "relation": "child", "relative_name": child}
            common |= {"consent": "representative"}
            vals.append({**common, "year": load.today.year - rnd.randint(2, 12)})
        else:
            vals.append({**common, "whose": "self", "year": load.today.year - rnd.randint(20, 62)})
    load.env["crm.occasion"].create(vals)


def contacts(load):
    """Calls of the last months, those planned next, and customers who asked not to be disturbed."""
    env, rnd = load.env, dice("contacts made")
    partner, people = partners_by_ref(load), cast(load.scale, load.today)
    phone, sellers = env.ref("crm_contact_policy.channel_phone"), [user(env, "sales"), user(env, "sales2")]
    vals = []
    for who in people:
        if rnd.random() > {"prospect": 0.9, "regular": 0.3, "new": 0.5, "firm": 1.0}.get(who.story, 0.12):
            continue
        subject, outcome, note = rnd.choice(CALLS)
        day = load.today - dt.timedelta(days=rnd.randint(1, 80))
        vals.append(
            {
                "partner_id": partner[who.ref].id,
                "company_id": env.company.id,
                "direction": "in" if "Khiếu nại" in subject else "out",
                "is_complaint": "Khiếu nại" in subject,
                "channel_id": phone.id,
                "purpose": "support" if "Khiếu nại" in subject else "sale",
                "state": "done",
                "date": dt.datetime.combine(day, dt.time(rnd.randint(2, 9), rnd.choice([5, 20, 40]))),
                "user_id": (partner[who.ref].user_id or rnd.choice(sellers)).id,
                "duration": rnd.choice([0.1, 0.15, 0.25]),
                "outcome_id": env.ref(f"crm_contact_policy.{outcome}").id,
                "subject": subject,
                "note": note,
            }
        )
    env["crm.interaction"].create(vals)
    _undisturbed(load, [who for who in people if who.story == "slipping" and who.email], partner)


def _undisturbed(load, people, partner):
    """Among those who are about to fall quiet: one in seven wants no surveys, some were asked or declined just now."""
    env = load.env
    phone, interviewer = env.ref("crm_contact_policy.channel_phone"), user(env, "interviewer")
    for number, who in enumerate(people):
        # A fortnight before the day on which their silence becomes half a year.
        day = min(who.orders[-1].at.date() + dt.timedelta(days=166), load.today - dt.timedelta(days=2))
        at = dt.datetime.combine(day, dt.time(3, 30))
        one = partner[who.ref]
        if number % 7 == 1:
            env["crm.contact.consent"].create(
                {
                    "partner_id": one.id,
                    "purpose": "survey",
                    "status": "withdrawn",
                    "date": at,
                    "source": "phone",
                    "evidence": "“Đừng gửi khảo sát cho tôi nữa.”",
                }
            )
        elif number % 7 in (3, 5):
            refused = number % 7 == 5
            with clock(env, at):
                env["crm.interaction"].create(
                    {
                        "partner_id": one.id,
                        "company_id": env.company.id,
                        "channel_id": phone.id,
                        "purpose": "survey",
                        "state": "refused" if refused else "done",
                        "date": at,
                        "user_id": interviewer.id,
                        "duration": 0.1,
                        "outcome_id": env.ref(f"crm_contact_policy.outcome_{'refused' if refused else 'satisfied'}").id,
                        "subject": "Khảo sát chất lượng phục vụ",
                    }
                )
