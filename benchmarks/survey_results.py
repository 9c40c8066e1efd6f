"""The results of a customer survey against Odoo's own result page: 10,000 answers of 20 questions.

Ours is the whole page with its HTML, as the administrator, by his rights; core's is what its route prepares for the
page (the answers it reads and the statistics of each question), without the time its template takes on top. Measured
in turns in one process, cold caches.
"""

from __future__ import annotations

import time

from . import populate
from .common import database_of, interval, odoo_env, odoo_registry, profiled, say, timed

TARGET = 0.2
WHAT = "results of 10,000 answers of 20 questions over core's result page"
KINDS = (
    *["scale"] * 6, *["simple_choice"] * 7, *["multiple_choice"] * 2, "numerical_box", *["text_box"] * 3, "matrix",
)


def add_arguments(parser):
    parser.add_argument("--answers", type=int, default=10_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--keep", action="store_true", help="keep the database, and use it when it is there")
    parser.add_argument("--profile", action="store_true", help="print where our page spends its time")


def run(args):
    name = f"bench_survey_results_{args.answers}"
    with database_of(name, args.keep) as fresh, odoo_registry(name) as registry:
        if fresh:
            with odoo_env(registry) as env:
                _fill(env, args.answers)
            with odoo_env(registry) as env:
                env.cr.commit()
                env.cr._cnx.autocommit = True
                for table in ("survey_user_input", "survey_user_input_line", "crm_survey_invitation"):
                    env.cr.execute(f"VACUUM ANALYZE {table}")
        _seconds(registry, _ours)
        ratios = []
        for _pair in range(args.pairs):
            ours, core = _seconds(registry, _ours), _seconds(registry, _core)
            say(f"  ours {ours:.3f} s, core {core:.3f} s")
            ratios.append(ours / core)
        if args.profile:
            profiled(lambda: _seconds(registry, _ours))
    return interval(ratios)


def _survey(env):
    return env["survey.survey"].search([("title", "=", "Bench")])


def _ours(env):
    result = env["crm.survey.result"].create({"survey_id": _survey(env).id})
    assert "progress-bar" in str(result.body)


def _core(env):
    survey = _survey(env)
    inputs = env["survey.user_input"].sudo()._search(
        [("state", "!=", "new"), ("test_entry", "=", False), ("survey_id", "=", survey.id)]
    )
    lines = env["survey.user_input.line"].search([("user_input_id", "in", inputs)])
    survey._prepare_statistics(lines)
    assert survey.question_and_page_ids._prepare_statistics(lines)


def _seconds(registry, function):
    with odoo_env(registry) as env:
        env = env(user=2, context={"lang": "en_US"})
        begin = time.perf_counter()
        function(env)
        return time.perf_counter() - begin


def _fill(env, answers):
    populate.fill(env, answers, answers)
    survey = _make_survey(env)
    program = env["crm.survey.program"].create({"name": "Bench", "survey_id": survey.id, "trigger": "manual"})
    first = env["res.partner"].search([("ref", "=", "B1")])
    invitation = env["crm.survey.invitation"].create(
        {"program_id": program.id, "partner_id": env.user.partner_id.id, "state": "done", "final_disposition": "1.1"}
    )
    answer = env["survey.user_input"].create(
        {"survey_id": survey.id, "partner_id": first.id, "crm_invitation_id": invitation.id, "state": "done"}
    )
    env.flush_all()
    cr = env.cr
    with timed(f"{answers} answers of {len(KINDS)} questions"):
        populate.clone(
            cr,
            "crm_survey_invitation",
            invitation.id,
            {"partner_id": "g.id", "recipient_id": "g.id"},
            "(SELECT id FROM res_partner WHERE ref ~ '^B[0-9]+$') AS g",
        )
        populate.clone(
            cr,
            "survey_user_input",
            answer.id,
            {"crm_invitation_id": "g.id", "partner_id": "g.partner_id", "access_token": "md5(random()::text)"},
            f"(SELECT id, partner_id FROM crm_survey_invitation WHERE program_id = {program.id}"
            f" AND id <> {invitation.id}) AS g",
        )
        for question in survey.question_ids:
            _answer(cr, question)
    env.invalidate_all()


def _make_survey(env):
    labels = [(0, 0, {"value": f"Label {number}"}) for number in range(5)]
    rows = [(0, 0, {"value": f"Row {number}"}) for number in range(4)]
    return env["survey.survey"].create(
        {
            "title": "Bench",
            "survey_type": "lifecycle",
            "question_and_page_ids": [
                (
                    0,
                    0,
                    {
                        "title": f"Question {number}",
                        "question_type": kind,
                        "suggested_answer_ids": labels if kind.endswith("choice") or kind == "matrix" else [],
                        "matrix_row_ids": rows if kind == "matrix" else [],
                        "metric": "nps" if not number else False,
                        "is_time_customized": False,
                    },
                )
                for number, kind in enumerate(KINDS)
            ],
        }
    )


def _answer(cr, question):
    """Insert everybody's answer to a question, drawn at random but for the seed."""
    labels = question.suggested_answer_ids.ids or [None]
    rows = question.matrix_row_ids.ids or [None]
    kind = question.question_type
    values = {
        "scale": "'scale', (random() * 10)::int, NULL, NULL, NULL",
        "numerical_box": "'numerical_box', NULL, random() * 100, NULL, NULL",
        "text_box": "'text_box', NULL, NULL, 'Words number ' || u.id, NULL",
    }.get(kind, "'suggestion', NULL, NULL, NULL, (%(labels)s::int[])[1 + (random() * 4)::int]")
    cr.execute(
        f"""INSERT INTO survey_user_input_line (user_input_id, survey_id, question_id, question_sequence, skipped,
                   matrix_row_id, answer_type, value_scale, value_numerical_box, value_text_box, suggested_answer_id)
            SELECT u.id, u.survey_id, %(question)s, %(sequence)s, false, r.id, {values}
              FROM survey_user_input u CROSS JOIN unnest(%(rows)s::int[]) AS r (id)
             WHERE u.survey_id = %(survey)s""",
        {
            "question": question.id,
            "sequence": question.sequence,
            "survey": question.survey_id.id,
            "labels": labels,
            "rows": rows,
        },
    )
