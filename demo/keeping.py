"""How the shop keeps its customers: who brought whom, what buyers go on to, care by class, playbooks by stage."""

import datetime as dt

from .asking import PROGRAM
from .cast import cast, dice
from .clock import clock
from .ground import user
from .shop import partners_by_ref

#: how, note
REFERRALS = [
    ("customer", "Khách quen giới thiệu, tặng lần rửa xe."),
    ("family", "Anh em trong nhà."),
    ("friend", "Bạn cùng cơ quan."),
    ("colleague", "Chạy chung hãng giao hàng."),
]
CHAINS = 14

#: English, Vietnamese, class, segment, greeting, its Vietnamese, what the staff should know
CARE = [
    ("Fleets", "Đội xe", "", "Fleets and household businesses",
     "Dear partner, thank you for trusting us with your bikes",
     "Kính chào quý đối tác, cảm ơn anh chị đã tin giao đội xe cho tiệm",
     "Một người phụ trách, hóa đơn gộp cuối tháng, xe nhận trước 8 giờ trả trong ngày."),
    ("Gold customers", "Khách Vàng", "Gold", "", "Thank you for coming back to us again and again",
     "Cảm ơn anh chị đã luôn quay lại với tiệm", "Giữ chỗ sáng thứ bảy, rửa xe miễn phí."),
    ("Everybody else", "Khách khác", "", "", "Thank you for coming", "Cảm ơn anh chị đã ghé tiệm", ""),
]  # fmt: skip

#: English, Vietnamese, stage, mode, steps of the plan: (kind of activity, days, what)
PLAYBOOKS = [
    ("Welcome", "Chào khách mới", "new", "propose",
     [("mail.mail_activity_data_call", 3, "Hỏi thăm xe chạy có êm không"),
      ("mail.mail_activity_data_todo", 30, "Nhắc thay nhớt lần đầu")]),
    ("Ask what is wrong", "Hỏi vì sao vắng", "quiet", "propose",
     [("mail.mail_activity_data_call", 2, "Gọi hỏi khách chưa hài lòng điều gì"),
      ("mail.mail_activity_data_todo", 14, "Mời kiểm tra xe miễn phí")]),
]  # fmt: skip
LATELY = 14


def _named(record, vietnamese, name="name"):
    record.with_context(lang="vi_VN")[name] = vietnamese


def referrals(load):
    """Some of those who came first in the last year were brought by regulars."""
    env, rnd, partner = load.env, dice("referrals"), partners_by_ref(load)
    everybody = [who for who in cast(load.scale, load.today) if who.orders and not who.is_company]
    everybody.sort(key=lambda who: (who.orders[0].at, who.ref))
    old, young = everybody[: len(everybody) // 3], everybody[len(everybody) // 2 :]
    brought = sorted(rnd.sample(young, min(CHAINS, len(young))), key=lambda who: who.ref)
    generous = rnd.sample(old, max(1, len(brought) // 3))
    made = env["crm.referral"].create(
        [
            {
                "partner_id": partner[who.ref].id,
                "referrer_id": partner[generous[number % len(generous)].ref].id,
                "company_id": env.company.id,
                "date": who.orders[0].at.date(),
                "kind": REFERRALS[number % len(REFERRALS)][0],
                "note": REFERRALS[number % len(REFERRALS)][1],
            }
            for number, who in enumerate(brought)
        ]
    )
    with clock(env, load.now):
        made.referrer_id.lifecycle_refresh()


def next_products(load):
    """What buyers of one category went on to, counted as every week."""
    load.env["crm.product.step"]._refresh(load.env.company, load.today)


def care(load):
    """Which care whom: fleets, the best class, and everybody else."""
    env = load.env(user=user(load.env, "manager").id)
    own = [("company_id", "=", env.company.id)]
    program = env["crm.survey.program"].search([*own, ("name", "=", PROGRAM)])
    for number, (name, vietnamese, value_class, segment, greeting, greeting_vi, note) in enumerate(CARE, 1):
        policy = env["crm.care.policy"].create(
            {
                "name": name,
                "sequence": number,
                "company_id": env.company.id,
                "value_class_ids": [(6, 0, env["crm.value.class"].search([*own, ("name", "=", value_class)]).ids)],
                "segment_ids": [(6, 0, env["crm.segment"].search([*own, ("name", "=", segment)]).ids)],
                "program_ids": [(6, 0, program.ids if value_class else [])],
                "greeting": greeting,
                "note": note,
            }
        )
        _named(policy, vietnamese)
        _named(policy, greeting_vi, "greeting")


def playbooks(load):
    """A plan for who is new and one for who fell quiet, proposed for those of the last two weeks."""
    env = load.env
    last = env["crm.lifecycle.transition"].search(
        [("recorded_on", "<", load.now - dt.timedelta(days=LATELY))], order="id desc", limit=1
    )
    for name, vietnamese, stage, mode, steps in PLAYBOOKS:
        plan = env["mail.activity.plan"].create(
            {
                "name": name,
                "res_model": "res.partner",
                "company_id": env.company.id,
                "template_ids": [
                    (0, 0, {"activity_type_id": env.ref(kind).id, "delay_count": days, "summary": what,
                            "responsible_type": "on_demand"})
                    for kind, days, what in steps
                ],
            }
        )  # fmt: skip
        _named(plan, vietnamese)
        playbook = env["crm.lifecycle.playbook"].create(
            {"name": name, "stage_id": env.ref(f"crm_lifecycle.stage_{stage}").id, "plan_id": plan.id, "mode": mode,
             "company_id": env.company.id}
        )  # fmt: skip
        _named(playbook, vietnamese)
        playbook.after_transition = last.id
        with clock(env, load.now):
            playbook._step(load.now)
