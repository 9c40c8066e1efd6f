"""A thousand personal participations made in one batch, over Odoo's ``_create_answer`` once for each customer.

Ours runs as an administrator of surveys, with the checks that go with it: the right to write the invitations, to read
the questionnaire, its validity, and what each customer is still to be asked. The floor makes participations of a copy
of the questionnaire, of Odoo's own survey type. In turn, each in a transaction that is rolled back; R is the median
ratio, with its 95 % interval by bootstrap.
"""

from __future__ import annotations

from .common import database_of, interval, odoo_env, odoo_registry, profiled, timed
from .survey_invitations import AT, fill, measure, pairs

TARGET = 0.35
WHAT = "1,000 survey inputs in one batch over the _create_answer loop, checks kept"


def add_arguments(parser):
    parser.add_argument("--invitations", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--profile", action="store_true", help="print where one batch spends its time")


def run(args):
    with database_of("bench_survey_inputs"), odoo_registry("bench_survey_inputs") as registry:
        with timed(f"{args.invitations} invitations"), odoo_env(registry) as env:
            ids = fill(env, args.invitations, links=False)
            user = env["res.users"].create(
                {
                    "name": "Planner",
                    "login": "bench_planner",
                    "group_ids": [(4, env.ref("crm_survey.group_manager").id)],
                }
            )
            survey = env.ref("crm_survey.survey_quiet").copy({"survey_type": "survey", "title": "Bench"})
            user_id, survey_id = user.id, survey.id

        def one_by_one(invitations):
            survey = invitations.env["survey.survey"].browse(survey_id)
            for invitation in invitations:
                survey._create_answer(partner=invitation.partner_id, deadline=AT)

        def batch(invitations):
            invitations.with_user(user_id)._ensure_links_sudo(AT)
            assert len(invitations.user_input_id) == len(invitations)

        ratios = pairs(registry, {"_create_answer": one_by_one, "batch": batch}, ids, args.pairs)
        if args.profile:
            profiled(lambda: measure(registry, batch, ids))
    return interval(ratios)
