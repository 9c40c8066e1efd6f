from datetime import timedelta

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import format_date

from ..domain import goal, schedule

LOOK_BACK_DAYS = 28
WEEK = 7
# Customers whom the gate is asked about; of more, what it says is taken for the rest.
SAMPLE = 5000


class CrmSurveyActivate(models.TransientModel):
    """Says whom a program would ask before it starts; by default it starts with what happens from now on."""

    _name = "crm.survey.activate"
    _description = "Start a survey program"

    program_id = fields.Many2one("crm.survey.program", required=True, readonly=True, ondelete="cascade")
    trigger = fields.Selection(related="program_id.trigger")
    has_current = fields.Boolean(compute="_compute_counts")
    include_current = fields.Boolean(
        string="Also ask the customers who are there today",
        help="Otherwise only those who come from now on are asked.",
    )
    current_count = fields.Integer(compute="_compute_counts", string="There today")
    allow_count = fields.Integer(compute="_compute_counts", string="Could be asked at once")
    hold_count = fields.Integer(compute="_compute_counts", string="Would wait")
    deny_count = fields.Integer(compute="_compute_counts", string="May not be asked")
    unreachable_count = fields.Integer(compute="_compute_counts", string="Without an address")
    week_count = fields.Integer(compute="_compute_counts", string="New each week")
    now_reach = fields.Integer(compute="_compute_reach", string="Would be asked now")
    week_reach = fields.Integer(compute="_compute_reach", string="Would be asked within a week")
    limits = fields.Html(compute="_compute_reach", string="What limits it")

    @api.depends("program_id")
    def _compute_counts(self):
        now = fields.Datetime.now()
        for wizard in self:
            program = wizard.program_id.with_company(wizard.program_id.company_id)
            total, partners = wizard._get_candidates(program, now)
            step = program.step_ids[:1]
            reachable = partners.filtered(lambda p, step=step: step._get_address(p) if step else p.email)
            decisions = reachable._contact_decisions(step.channel_code or "email", "survey", now)
            verdicts = [decision.verdict for decision in decisions.values()]
            scale = total / len(partners) if partners else 1
            wizard.has_current = program.trigger in program._get_groups()
            wizard.current_count = total
            wizard.unreachable_count = round(scale * len(partners - reachable))
            wizard.allow_count = round(scale * verdicts.count("allow"))
            wizard.hold_count = round(scale * verdicts.count("hold"))
            wizard.deny_count = round(scale * verdicts.count("deny"))
            wizard.week_count = wizard._count_week(program, now, total)

    def _get_candidates(self, program, now):
        """Return (how many customers could be asked at the start, some or all of them)."""
        partners = self.env["res.partner"].with_env(program.env)
        if program.trigger == "calendar":
            today = program._local_day(now)
            if schedule.last_occurrence(today, **program._get_calendar()) != today:
                return 0, partners
        elif program.trigger not in program._get_groups():
            return 0, partners
        domain = program._get_current_domain() & program._get_quota_domain()
        found = partners.search(domain, limit=SAMPLE + 1)
        return (len(found), found) if len(found) <= SAMPLE else (partners.search_count(domain), found[:SAMPLE])

    def _count_week(self, program, now, total):
        """Return how many customers a week give the program its start."""
        if program.trigger != "calendar":
            events = program._events_possible_sudo(now - timedelta(days=LOOK_BACK_DAYS), now)
            return schedule.per_week(events, LOOK_BACK_DAYS)
        today = program._local_day(now)
        following = schedule.next_occurrence(today, **program._get_calendar())
        if not following or following > today + timedelta(days=WEEK):
            return 0
        return total if following == today else program.population

    @api.depends("program_id", "include_current")
    def _compute_reach(self):
        now = fields.Datetime.now()
        for wizard in self:
            program = wizard.program_id.with_company(wizard.program_id.company_id)
            at_once = wizard.allow_count if wizard.include_current or wizard.trigger == "calendar" else 0
            later = wizard.week_count
            if wizard.trigger == "calendar":
                later = max(0, later - at_once)
            elif program.delay_days > WEEK:
                later = 0
            wizard.now_reach = wizard._limit(program, now, at_once, days=1)
            wizard.week_reach = wizard._limit(program, now, at_once + later, days=WEEK)
            wizard.limits = Markup().join(
                Markup("<li>%s</li>") % sentence for sentence in wizard._get_limits(program, now)
            )

    def _limit(self, program, now, number, days):
        """Return how many of ``number`` customers the target, the money and the runs let through in ``days`` days."""
        per_day = program._get_per_day(now)
        bounds = [number, program.cap_per_run * (1 if days == 1 else 24 * days)]
        if per_day is not None:
            bounds.append(per_day * days)
        if (room := program._get_room(now)) is not None:
            bounds.append(room if per_day is None else max(room, per_day * days))
        if (answers := goal.affordable(program._get_standing(now))) is not None:
            bounds.append(round(answers / program._get_rate()))
        return max(0, min(bounds))

    def _get_limits(self, program, now):
        """Return one sentence for each thing that limits the program."""
        sentences = []
        if program.target_count:
            sentences.append(
                self.env._(
                    "%(target)s answers are needed of %(population)s customers; %(answers)s are there.",
                    target=program.target_count,
                    population=program.population,
                    answers=program.answered_count,
                )
            )
        if (per_day := program._get_per_day(now)) is not None:
            sentences.append(
                self.env._(
                    "About %(number)s customers a day are drawn until %(day)s, if %(rate)s %% answer.",
                    number=per_day,
                    day=format_date(self.env, program.last_day),
                    rate=round(100 * program._get_rate()),
                )
            )
        for quota in program.quota_ids:
            sentences.append(
                self.env._(
                    "Quota “%(quota)s”: %(answers)s of %(target)s answers.",
                    quota=quota.name,
                    answers=quota.answered_count,
                    target=quota.target,
                )
            )
        return sentences + self._get_budget_limits(program, now)

    def _get_budget_limits(self, program, now):
        sentences = []
        if (answers := goal.affordable(program._get_standing(now))) is not None:
            sentences.append(self.env._("The budget pays for %(number)s more answers.", number=answers))
        if program.budget_hours:
            left = max(0.0, program.budget_hours - program.spent_hours)
            sentences.append(self.env._("%(number)s interviewer hours are left.", number=round(left, 1)))
        return sentences

    def action_confirm(self):
        """Start the program; with ``include_current`` those who are there today are planned as well."""
        self.ensure_one()
        at = fields.Datetime.now()
        program = self.program_id
        program._activate(at)
        if self.include_current and self.has_current:
            partners = program.with_company(program.company_id)._get_current_partners()
            program._invite({partner.id: (at, False) for partner in partners}, at)
        return {"type": "ir.actions.act_window_close"}
