"""A thousand survey invitations whose links are there: booked at the gate, written in two languages, queued and noted.

The floor is Odoo's ``send_mail_batch`` for the very same records, alone. Both run in this process in turn, each in a
transaction of its own with cold caches that is rolled back; R is the median ratio of the pairs, with its 95 % interval
by bootstrap.
"""

from __future__ import annotations

import gc
import time
from datetime import datetime

from .common import database_of, interval, odoo_env, odoo_registry, profiled, say, timed

TARGET = 1.2
WHAT = "1,000 invitations for existing inputs, booking included, over send_mail_batch alone"
# A Tuesday, 10:00 in Ho Chi Minh City: the gate lets everybody through.
AT = datetime(2026, 3, 3, 3, 0)
MODEL = "crm.survey.invitation"


def add_arguments(parser):
    parser.add_argument("--invitations", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=12)
    parser.add_argument("--profile", action="store_true", help="print where one sending spends its time")


def run(args):
    with database_of("bench_survey_invitations"), odoo_registry("bench_survey_invitations") as registry:
        with timed(f"{args.invitations} invitations with their inputs"), odoo_env(registry) as env:
            ids = fill(env, args.invitations, links=True)
        ways = {"send_mail_batch": _mails_only, "invitations": _invitations}
        ratios = pairs(registry, ways, ids, args.pairs)
        if args.profile:
            profiled(lambda: measure(registry, _invitations, ids))
    return interval(ratios)


def fill(env, size, links):
    """Return the ids of planned invitations of so many customers, half of them Vietnamese.

    :param links: whether the personal participations exist already
    """
    for code in ("en_US", "vi_VN"):
        env["res.lang"]._activate_lang(code)
    env.company.partner_id.tz = "Asia/Ho_Chi_Minh"
    partners = env["res.partner"].create(
        [
            {
                "name": f"Bench {number}",
                "email": f"bench{number}@example.com",
                "phone": f"+84 90 {1000000 + number}",
                "lang": ("vi_VN", "en_US")[number % 2],
                "tz": "Asia/Ho_Chi_Minh",
            }
            for number in range(size)
        ]
    )
    program = env["crm.survey.program"].create(
        {
            "name": "Bench",
            "trigger": "manual",
            "survey_id": env.ref("crm_survey.survey_quiet").id,
            "step_ids": [(0, 0, {"channel_id": env.ref("crm_contact_policy.channel_email").id})],
        }
    )
    invitations = program._invite({partner.id: (AT, False) for partner in partners}, AT)
    assert len(invitations) == size
    if links:
        invitations._ensure_links(AT)
    env.flush_all()
    return invitations.ids


def pairs(registry, ways, ids, number):
    """Measure two ways in turn; return the ratios of the second over the first.

    :param ways: {label: function of records}, the floor first
    """
    labels = list(ways)
    for way in ways.values():
        measure(registry, way, ids)  # warm up: plans, templates, registry caches
    ratios = []
    for turn in range(number):
        order = labels if turn % 2 else labels[::-1]
        seconds = {label: measure(registry, ways[label], ids) for label in order}
        ratios.append(seconds[labels[1]] / seconds[labels[0]])
        say("  " + ", ".join(f"{label} {seconds[label]:.3f} s" for label in labels) + f": {ratios[-1]:.3f}")
    return ratios


def measure(registry, way, ids):
    """Return the seconds one way takes from a cold cache, flush included; what it did is undone."""
    with odoo_env(registry) as env:
        records = env[MODEL].browse(ids)
        gc.collect()
        gc.disable()
        try:
            begin = time.perf_counter()
            way(records)
            env.flush_all()
            return time.perf_counter() - begin
        finally:
            gc.enable()
            env.cr.rollback()


def _mails_only(invitations):
    """The floor: the messages alone, to whomever, at whatever hour."""
    template = invitations.env.ref("crm_survey.mail_template_invitation")
    mails = template.send_mail_batch(invitations.ids, email_layout_xmlid="mail.mail_notification_light")
    assert len(mails) == len(invitations)


def _invitations(invitations):
    invitations._contact_next(AT)
    assert set(invitations.mapped("state")) == {"sent"}
    assert invitations.env["mail.mail"].search_count([("model", "=", MODEL)]) == len(invitations)
