"""The suite's lists against core's contact list, and its groups against contacts grouped by country.

Each pair is what the web client asks for: the fields of the view, 80 rows (40 a group in a kanban), a count up to
10,001; measured in turns in one process as the administrator, warm. Beside chosen pairs, every menu of the lifecycle is
opened as it comes: its first view with the filters set by default, and its list. The last line is the worst pair.
"""

from __future__ import annotations

import ast
import time
from datetime import datetime

from . import populate
from .common import database_of, interval, odoo_env, odoo_registry, say

TARGET = 1.2
WHAT = "the suite's lists and groups over core's contact list and contacts grouped by country"
ROOT_MENU = "crm_lifecycle.crm_lifecycle_menu_root"
OF_GROUPS = {"crm.lifecycle.flow"}
"""Their lists show groups, one row each: compared with core's groups."""
VACUUMED = (
    "res_partner", "crm_lifecycle_status", "crm_lifecycle_transition", "crm_segment_member", "crm_holding_cell",
)
COUNTRIES = ("vn", "us", "fr", "de", "jp", "th")


def add_arguments(parser):
    parser.add_argument("--partners", type=int, default=200_000)
    parser.add_argument("--orders", type=int, default=400_000)
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("--only", help="part of the name of the pairs to measure")
    parser.add_argument("--keep", action="store_true", help="keep the database, and use it when it is there")


def run(args):
    name = f"bench_{args.partners}_{args.orders}"
    with database_of(name, args.keep) as fresh, odoo_registry(name) as registry:
        _fill(registry, args, fresh)
        pairs = {label: pair for label, pair in _pairs(registry).items() if (args.only or "") in label}
        found = {label: _compare(registry, label, *pair, args.pairs) for label, pair in pairs.items()}
    for label, (ratio, low, high) in found.items():
        say(f"screens_{label} ratio {ratio:.3f} [{low:.3f}, {high:.3f}] target {TARGET:g}")
    return max(found.values(), key=lambda ratios: ratios[1])


def _fill(registry, args, fresh):
    """Make what is missing of customers, orders, countries and stages."""
    with odoo_env(registry) as env:
        if fresh:
            populate.fill(env, args.partners, args.orders)
        known = [("ref", "=", "B1"), ("country_id", "!=", False)]
        ready = not fresh and env["res.partner"].search_count(known)
        if not ready:
            countries = [env.ref(f"base.{code}").id for code in COUNTRIES]
            env.cr.execute("UPDATE res_partner SET country_id = (%s::int[])[1 + id %% 6]", [countries])
    if not ready:
        with odoo_env(registry, lifecycle_commit=True) as env:
            env["crm.lifecycle.policy"]._ensure(env.company)
            env["crm.lifecycle.run"]._execute(env.company, env.company._lifecycle_today())
    with odoo_env(registry) as env:  # what runs at night
        focus = env["crm.segment"].search([("code", "=like", "focus_%"), ("company_id", "=", env.company.id)])
        if not focus.filtered("refreshed_on"):
            env["crm.segment"]._ensure(env.company)
            env["crm.segment"].search([("code", "=like", "focus_%")])._refresh_each()
        for model in ("crm.holding.cell", "crm.lifecycle.retention.cell"):
            if not env[model].search_count([], limit=1):
                env[model]._cron_count()
    with odoo_env(registry) as env:  # also of tables that other benchmarks changed: the server does so within minutes
        populate.vacuum(env, *VACUUMED)


def _pairs(registry):
    """Return {label: (suite's function, core's function)}, each of an environment."""
    with odoo_env(registry) as env:
        contacts = _core_specification(env)
        status = _specification(env, "crm.lifecycle.status", "list")
        card = _specification(env, "crm.lifecycle.status", "kanban")
        contact_card = _specification(env, "res.partner", "kanban", "lifecycle")
        transition = _specification(env, "crm.lifecycle.transition", "list")
        ours = _specification(env, "res.partner", "list")
        stages = env["crm.lifecycle.stage"]._ids_by_code()
        sums = _aggregates(env, "crm.lifecycle.status", status)
        menus = _menus(env(user=2))
    quiet = [("stage_id", "=", stages["quiet"])]
    core_list = _listing("res.partner", [], contacts)
    core_groups = _groups("res.partner", ["country_id"])
    core_cards = _groups("res.partner", ["country_id"], contact_card)
    return {
        "status_list": (_listing("crm.lifecycle.status", [], status), core_list),
        "status_of_a_stage": (_listing("crm.lifecycle.status", quiet, status), core_list),
        "transition_list": (_listing("crm.lifecycle.transition", [], transition), core_list),
        "contact_list": (_listing("res.partner", [], ours), core_list),
        "status_by_stage": (_groups("crm.lifecycle.status", ["stage_id"]), core_groups),
        "status_sums_by_stage": (_groups("crm.lifecycle.status", ["stage_id"], aggregates=sums), core_groups),
        "status_kanban": (_groups("crm.lifecycle.status", ["stage_id"], card), core_cards),
        **{label: (view, core_list if kind == "list" else core_groups) for label, (kind, view) in menus.items()},
    }


def _menus(env):
    """Return {label: (list or group, function)} of the menus of the lifecycle: the view that opens, and the list."""
    found = {}
    menus = env["ir.ui.menu"].search([("id", "child_of", env.ref(ROOT_MENU).id), ("action", "!=", False)])
    for action in menus.mapped("action"):
        if action._name != "ir.actions.act_window" or env[action.res_model]._transient:
            continue
        kinds = action.view_mode.split(",")
        if "list" not in kinds or not env[action.res_model].has_access("read"):
            continue
        domain, groupby = _defaults(env, action)
        label = f"menu_{action.res_model.removeprefix('crm.').replace('.', '_')}"
        listed = _specification(env, action.res_model, "list")
        kind = "group" if action.res_model in OF_GROUPS else "list"
        found[f"{label}_list"] = kind, _listing(action.res_model, domain, listed, _count_limit(env, action.res_model))
        if groupby:
            found[f"{label}_groups"] = "group", _groups(action.res_model, groupby, domain=domain)
        elif kinds[0] in ("pivot", "graph"):
            found[f"{label}_{kinds[0]}"] = "group", _report(env, action.res_model, kinds[0], domain)
    return found


def _defaults(env, action):
    """Return (domain, groupby) of the filters that an action sets."""
    from lxml import etree
    from odoo.tools.safe_eval import safe_eval

    values = {"uid": env.uid, "context_today": datetime.now}
    domain, groupby = safe_eval(action.domain or "[]", values), []
    wanted = {name.removeprefix("search_default_") for name in safe_eval(action.context or "{}", values)}
    arch = etree.fromstring(env[action.res_model].get_view(view_type="search")["arch"])
    for node in arch.iter("filter"):
        if node.get("name") in wanted:
            domain = domain + safe_eval(node.get("domain") or "[]", values)
            group = ast.literal_eval(node.get("context") or "{}").get("group_by")
            groupby += [group] if group else []
    return domain, groupby


def _report(env, model, kind, domain):
    """Return what a pivot asks for: the total, each row, and each row by each column; a graph its groups."""
    from lxml import etree

    fields = list(etree.fromstring(env[model].get_view(view_type=kind)["arch"]).iter("field"))
    measures = [node.get("name") for node in fields if node.get("type") == "measure"]
    aggregates = _aggregates(env, model, measures)
    named = [
        (node.get("type"), ":".join(filter(None, [node.get("name"), node.get("interval")])))
        for node in fields
        if node.get("type") != "measure"
    ]
    rows = [name for place, name in named if place != "col"]
    columns = [name for place, name in named if place == "col"]
    if kind == "graph":
        return lambda env: env[model].formatted_read_group(domain, rows, aggregates)
    sets = [[], rows, columns, rows + columns] if columns else [[], rows]
    return lambda env: env[model].formatted_read_grouping_sets(domain, sets, aggregates)


def _aggregates(env, model, names):
    """Return what the web client asks of groups for these fields: of amounts the currencies in it, too."""
    found = ["__count"]
    for name in names:
        field = env[model]._fields[name]
        if field.aggregator and field.type in ("integer", "float", "monetary"):
            found.append(f"{name}:{field.aggregator}")
            if field.type == "monetary":
                found += [f"{field.get_currency_field(env[model])}:array_agg_distinct", f"{name}:sum_currency"]
    return list(dict.fromkeys(found))


def _core_specification(env):
    """Return what core's contact list reads."""
    return _specification(env, "res.partner", "list", "lifecycle")


def _specification(env, model, kind, without="-"):
    """Return what the web client reads for a view, fields whose name starts with ``without`` left out."""
    view = env[model].with_user(2).get_view(view_type=kind)
    names = [name for name in view["models"][model] if not name.startswith(without)]
    from lxml import etree

    shown = {node.get("name") for node in etree.fromstring(view["arch"]).iter("field")}
    return {
        name: {"fields": {"display_name": {}}} if env[model]._fields[name].type == "many2one" else {}
        for name in names
        if name in shown
    }


def _count_limit(env, model):
    """Return up to how many rows the web client lets a list count."""
    from lxml import etree

    return int(etree.fromstring(env[model].get_view(view_type="list")["arch"]).get("count_limit", 10_000)) + 1


def _listing(model, domain, specification, count_limit=10_001):
    return lambda env: env[model].web_search_read(domain, specification, limit=80, count_limit=count_limit)


def _groups(model, groupby, specification=None, domain=(), aggregates=("__count",)):
    if specification is None:
        return lambda env: env[model].web_read_group(list(domain), groupby, list(aggregates), limit=80)
    return lambda env: env[model].web_read_group(
        [], groupby, ["__count"], limit=80, auto_unfold=True, unfold_read_specification=specification,
        unfold_read_default_limit=40,
    )


def _compare(registry, label, suite, core, pairs):
    """Return median, least and largest of the ratios of interleaved pairs."""
    _seconds(registry, suite), _seconds(registry, core)
    spent = [(_seconds(registry, suite), _seconds(registry, core)) for _pair in range(pairs)]
    ours, theirs = (sorted(column)[len(column) // 2] * 1000 for column in zip(*spent, strict=True))
    say(f"  {label}: {ours:.0f} ms, core {theirs:.0f} ms")
    return interval([one / two for one, two in spent])


def _seconds(registry, function):
    with odoo_env(registry) as env:
        env = env(user=2, context={"lang": "en_US", "tz": populate.ZONE})
        begin = time.perf_counter()
        function(env)
        return time.perf_counter() - begin
