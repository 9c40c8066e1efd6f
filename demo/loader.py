"""Steps, each one transaction with a stamp: a load that was interrupted goes on where it stopped."""

import datetime as dt
import json
import time

from . import (
    asking,
    cdnow,
    ground,
    keeping,
    knowledge,
    living,
    market,
    people,
    pipeline,
    service,
    service_examples,
    shop,
    workshop,
)

#: part -> its steps in order; a part may be left out, but later parts build on earlier ones.
PARTS = {
    "ground": [
        ("nothing leaves the machine", ground.quiet_machine),
        ("companies, calendar, currency", ground.companies),
        ("users", ground.users),
    ],
    "shop": [
        ("products", shop.products),
        ("customers", shop.customers),
        ("three years of orders", shop.orders),
        ("pipeline and quotations", pipeline.pipeline),
        ("what we know of the customers", people.profiles),
        ("calls and consents", people.contacts),
        ("birthdays", people.occasions),
        ("consents and wishes", knowledge.wishes),
        ("competitors", market.rivals),
        ("what people say", market.mentions),
        ("figures of the market", market.figures),
        ("facts to decide on", knowledge.conflicts),
        ("finds to review", knowledge.finds),
        ("what to collect", knowledge.plan),
    ],
    "service": [
        ("vehicles and plans", service.plans),
        ("workshop, staff and tools", workshop.workshop),
        ("contracts", workshop.contracts),
        ("visits", service.visits),
        ("contracts to renew", workshop.renewals),
        ("cases and answers", workshop.cases),
        ("promised hours", workshop.clocks),
        ("four worked examples", service_examples.examples),
    ],
    "cdnow": [
        ("CDNOW purchase log", cdnow.import_log),
        ("CDNOW lifecycle", cdnow.lifecycle),
    ],
    "living": [
        ("first look at the stages", living.first_fill),
        ("surveys and programs", living.programs),
        ("a campaign to the regulars", market.campaign),
        ("the last six weeks, day by day", living.last_weeks),
        ("mail of the past", living.farewells),
    ],
    "growth": [
        ("segments", market.segments),
        ("a campaign of calls", market.calls),
        ("calls promised", knowledge.promises),
        ("portfolios", market.portfolios),
        ("target profile", market.target),
    ],
    "asking": [
        ("value classes", asking.classes),
        ("calls to the best customers", asking.asking),
        ("back to the unhappy ones", asking.follow_ups),
        ("what customers wrote, sorted", asking.verbatims),
        ("why they left, and who came back", asking.churn),
        ("leads that were asked", asking.qualified),
    ],
    "keeping": [
        ("who brought whom", keeping.referrals),
        ("what buyers go on to", keeping.next_products),
        ("care policies", keeping.care),
        ("playbooks", keeping.playbooks),
    ],
}


class Load:
    """What every step gets.

    ``env`` (superuser, tracking off, the shop's company), ``today`` (date, the shop's local day), ``scale`` (1.0 = full
    size), ``say`` (prints a line).
    """

    def __init__(self, env, today, scale, say):
        self.env = env(
            context=dict(
                env.context,
                tracking_disable=True,
                mail_create_nolog=True,
                mail_notify_force_send=False,
                no_reset_password=True,
                lang="en_US",
                tz="Asia/Ho_Chi_Minh",
                allowed_company_ids=env.ref("base.main_company").ids,
            )
        )
        self.today, self.scale, self.say = today, scale, say

    @property
    def now(self):
        """Nine o'clock of `today` in Saigon, as naive UTC."""
        return dt.datetime.combine(self.today, dt.time(2, 0))

    def local(self, moment):
        """A Saigon clock time as naive UTC."""
        return moment - dt.timedelta(hours=7)


def _param(env, name, value=None):
    params = env["ir.config_parameter"].sudo()
    if value is None:
        return json.loads(params.get_param(f"demo.{name}") or "null")
    return params.set_param(f"demo.{name}", json.dumps(value))


def _saigon_today():
    return (dt.datetime.now(dt.UTC) + dt.timedelta(hours=7)).date()


def _print(line):
    print(line, flush=True)


def load(env, today=None, parts=None, scale=1.0, commit=True, say=_print):
    """Fill the database, or finish what an interrupted load began.

    :param env: environment of a database with the suite installed
    :param today: date the stories end (default: today in Saigon); a load taken up again keeps the day it began with
    :param parts: names in PARTS, default all
    :param scale: size, 1.0 for about 350 customers and the whole CDNOW log
    :param commit: commit after each step (False in tests)
    :param say: called with each line of progress
    :return: seconds for each step done now
    """
    begun = _param(env, "begun") or {}
    today = dt.date.fromisoformat(begun["today"]) if begun else today or _saigon_today()
    scale = begun.get("scale", scale)
    _param(env, "begun", {"today": today.isoformat(), "scale": scale})
    seconds = {}
    for part in parts or PARTS:
        for title, step in PARTS[part]:
            key = f"{part}.{step.__name__}"
            if _param(env, key):
                continue
            start = time.monotonic()
            step(Load(env, today, scale, say))
            env.flush_all()
            seconds[title] = round(time.monotonic() - start, 1)
            _param(env, key, {"seconds": seconds[title]})
            if commit:
                env.cr.commit()
                env.invalidate_all()
            say(f"step {title} … {seconds[title]:.1f} s")
    return seconds
