"""What the demo shows, in a screenful of text."""

from .ground import CDNOW, SHOP, STAFF

WIDTH = 78


def summary(env):
    """Tell what is in the database.

    :param env: environment (superuser)
    :return: str, some forty lines
    """
    lines = []
    for section in (stages, quiet, growth, invitations, visits, workshop, logins):
        lines += ["", *section(env(context=dict(env.context, lang="en_US", tz="Asia/Ho_Chi_Minh")))]
    return "\n".join(lines[1:])


def _company_env(env, company):
    return env(context=dict(env.context, allowed_company_ids=company.ids))


def _companies(env):
    return env["res.company"].search([("name", "in", (SHOP, CDNOW))], order="id")


def stages(env):
    """Customers in each stage, a column for each company."""
    companies, all_stages = _companies(env), env["crm.lifecycle.stage"].search([])
    counts = {
        (company.id, stage.id): count
        for company, stage, count in env["crm.lifecycle.status"]._read_group(
            [("company_id", "in", companies.ids)], ["company_id", "stage_id"], ["__count"]
        )
    }
    for company in companies:
        partners = [("company_id", "=", company.id), ("parent_id", "=", False), ("partner_share", "=", True)]
        known = sum(count for (company_id, _stage), count in counts.items() if company_id == company.id)
        counts[company.id, env.ref("crm_lifecycle.stage_suspect").id] = max(
            env["res.partner"].search_count(partners) - known, 0
        )
    lines = ["Customers by stage" + "".join(f"{company.name:>22}" for company in companies)]
    for stage in all_stages:
        lines.append(f"  {stage.name:<16}" + "".join(f"{counts.get((c.id, stage.id), 0):>22,}" for c in companies))
    return lines


def quiet(env):
    """Five of each company who fell quiet lately, with the reason."""
    lines = []
    stage = env.ref("crm_lifecycle.stage_quiet")
    for company in _companies(env):
        there = _company_env(env, company)
        moves = there["crm.lifecycle.transition"].search(
            [("company_id", "=", company.id), ("to_stage_id", "=", stage.id), ("trigger", "=", "rule")],
            order="effective_on desc, id",
            limit=5,
        )
        lines.append(f"Fell quiet lately at {company.name}")
        lines += [f"  {move.effective_on}  {move.partner_id.name:<26} {move.reason}" for move in moves]
    return lines


def growth(env):
    """Segments by size, what a campaign was worth, who fits, who was forgotten."""
    there = _company_env(env, env.ref("base.main_company"))
    own = [("company_id", "=", there.company.id)]
    segments = there["crm.segment"].search([*own, ("member_count", ">", 0)], order="member_count desc, id")
    lines = ["Segments: " + ", ".join(f"{segment.name} {segment.member_count}" for segment in segments)]
    for campaign in there["crm.segment.campaign"].search([*own, ("measured_on", "!=", False)]):
        lines.append(
            f"  Campaign “{campaign.name}”: {campaign.treated_share:.0%} of {campaign.treated_count} addressed bought,"
            f" {campaign.control_share:.0%} of {campaign.control_count} left alone. {campaign.verdict}"
        )
    for profile in there["crm.target.profile"].search([*own, ("state", "=", "running")]):
        lines.append(f"  Target profile “{profile.name}”: {profile.fitting_count} of {profile.lead_count} leads fit")
    forgotten = there["crm.interaction"].search_count([*own, ("is_overdue", "=", True)])
    return [*lines, f"  Call list: {forgotten} promised calls forgotten"]


def workshop(env):
    """Cases by state, those that are late, contracts by state."""
    there = _company_env(env, env.ref("base.main_company"))
    own = [("company_id", "=", there.company.id)]
    parts = []
    for title, model in (("Cases", "crm.service.case"), ("Contracts", "crm.service.contract")):
        states = dict(there[model]._fields["state"]._description_selection(env))
        rows = there[model]._read_group(own, ["state"], ["__count"])
        parts.append(f"{title}: " + ", ".join(f"{states[state].lower()} {count}" for state, count in rows))
    late = there["crm.service.case"].search([*own, ("solve_state", "=", "breached"), ("solved_on", "=", False)])
    return [*parts, *(f"  late: {case.display_name}" for case in late[:3])]


def invitations(env):
    """Invitations by state, and why some were held or denied."""
    Invitation = env["crm.survey.invitation"]
    states = dict(Invitation._fields["state"]._description_selection(env))
    rows = Invitation._read_group([], ["state"], ["__count"])
    lines = ["Survey invitations: " + (", ".join(f"{states[s].lower()} {count}" for s, count in rows) or "none")]
    held = env["crm.interaction"].search([("purpose", "=", "survey"), ("state", "in", ("held", "denied"))])
    reasons = {}
    for interaction in held:
        key = (interaction.state, interaction.reason or "")
        reasons[key] = reasons.get(key, 0) + 1
    for (state, reason), count in sorted(reasons.items(), key=lambda row: -row[1])[:6]:
        lines.append(f"  {count:>3} {state}: {reason}")
    return lines


def visits(env):
    """Service visits by state and the next ones due."""
    Visit = env["crm.service.visit"]
    states = dict(Visit._fields["state"]._description_selection(env))
    rows = Visit._read_group([], ["state"], ["__count"])
    lines = ["Service visits: " + ", ".join(f"{states[s].lower()} {count}" for s, count in rows)]
    coming = Visit.search([("state", "not in", ("done", "missed", "cancelled"))], order="due_date, id", limit=5)
    for visit in coming:
        lines.append(
            f"  {visit.due_date}  {visit.asset_id.code:<12} {visit.partner_id.name:<26} {states[visit.state].lower()}"
        )
    return lines


def logins(env):
    """Who can log in; the password is the login."""
    names = [("admin", "Administrator, both companies")]
    roles = {
        "manager": "sales manager, both companies",
        "sales": "salesperson",
        "sales2": "salesperson, own customers only, in Vietnamese",
        "interviewer": "survey interviewer",
        "service": "service coordinator, in Vietnamese; also the four worked examples",
        "tech": "technician, in Vietnamese",
    }
    names += [(login, f"{STAFF[login][0]}, {role}") for login, role in roles.items()]
    portal = env["res.users"].search([("login", "=", "customer")], limit=1)
    names.append(("customer", f"{portal.name}, portal customer, in Vietnamese"))
    return [
        "Logins (password = login)",
        *(f"  {login:<12} {what}" for login, what in names),
        "Where to look first: Customer Lifecycle → Customers → By Stage; Campaigns; Contact Policy → the call list;",
        "Customer Profile → What We Know → To Decide; Service Plans → Visits, Cases, Contracts, Together",
    ]
