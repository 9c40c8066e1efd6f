import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain import goal
from ..domain.scores import sample_size


class CrmSurveyProgram(models.Model):
    """How much: how many answers are enough, spread over which time, for how much money and how many hours."""

    _inherit = "crm.survey.program"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    currency_id = fields.Many2one(related="company_id.currency_id")
    target_mode = fields.Selection(
        [
            ("all", "As many as there are"),
            ("number", "So many answers"),
            ("margin", "As exact as needed"),
        ],
        string="Answers wanted",
        default="all",
        required=True,
        tracking=True,
    )
    target_number = fields.Integer(string="Number of answers", default=100, tracking=True)
    target_margin = fields.Float(
        string="Margin of error (±)",
        default=0.05,
        tracking=True,
        help="For shares, with 95 % confidence; the number of answers it takes follows from how many customers there "
        "are.",
    )
    population = fields.Integer(
        string="Customers in question",
        compute="_compute_population",
        help="Customers whom the program may ask and who are in its stages, value classes or segments today.",
    )
    target_count = fields.Integer(string="Answers needed", compute="_compute_target_count")
    expected_share = fields.Float(
        string="Expected response",
        default=0.2,
        help="Share of those asked who answer. Once 30 were asked, what was seen counts instead.",
    )
    last_day = fields.Date(
        string="Until",
        tracking=True,
        help="The invitations are spread over the days until then. Afterwards nobody is asked any more.",
    )
    seed = fields.Integer(
        string="Number of the draw",
        readonly=True,
        copy=False,
        default=lambda self: secrets.randbelow(900000) + 100000,
        help="Who is asked first is drawn at random; the same number draws the same customers.",
    )
    budget_amount = fields.Monetary(string="Budget", tracking=True, help="0: no limit.")
    cost_per_answer = fields.Monetary(help="What one answer costs: a gift, a voucher, the fee of an agency.")
    spent_amount = fields.Monetary(
        string="Spent", compute="_compute_spent", help="Answers, and the hours of the interviewers."
    )
    budget_hours = fields.Float(string="Interviewer hours", tracking=True, help="0: no limit.")
    minutes_per_call = fields.Float(
        string="Minutes per call", default=5.0, help="Counted for a call whose length is not known."
    )
    spent_hours = fields.Float(string="Hours spent", compute="_compute_spent")
    stop_reason = fields.Selection(
        [
            ("target", "The answers wanted are there"),
            ("quotas", "All quotas are filled"),
            ("budget", "The budget is used up"),
            ("hours", "The interviewer hours are used up"),
            ("period", "Its time is over"),
        ],
        string="Why it ended",
        readonly=True,
        copy=False,
        tracking=True,
    )

    _target_positive = models.Constraint("CHECK (target_number > 0)", "At least one answer must be wanted.")
    _margin_share = models.Constraint(
        "CHECK (target_margin > 0 AND target_margin < 1)", "The margin of error lies between 0 and 100 %."
    )
    _expected_share = models.Constraint(
        "CHECK (expected_share > 0 AND expected_share <= 1)", "The expected response lies between 0 and 100 %."
    )
    _budget_positive = models.Constraint(
        "CHECK (COALESCE(budget_amount, 0) >= 0 AND COALESCE(cost_per_answer, 0) >= 0"
        " AND COALESCE(budget_hours, 0) >= 0 AND COALESCE(minutes_per_call, 0) >= 0)",
        "Budget, costs and hours cannot be negative.",
    )

    @api.depends("trigger", "stage_ids", "value_class_ids", "segment_ids", "partner_domain", "care_policy_ids")
    @api.depends_context("allowed_company_ids")
    def _compute_population(self):
        for program in self:
            mine = program.with_company(program.company_id)
            program.population = self.env["res.partner"].with_env(mine.env).search_count(mine._get_current_domain())

    @api.depends("target_mode", "target_number", "target_margin", "population")
    def _compute_target_count(self):
        for program in self:
            if program.target_mode == "number":
                program.target_count = program.target_number
            elif program.target_mode == "margin" and 0 < program.target_margin < 1:
                program.target_count = sample_size(program.population, program.target_margin)
            else:
                program.target_count = 0

    @api.depends("invitation_ids.state", "invitation_ids.attempt_ids", "cost_per_answer", "minutes_per_call")
    def _compute_spent(self):
        calls = self._read_calls_sudo()
        for program in self:
            hours, cost = calls.get(program.id, (0.0, 0.0))
            program.spent_hours = hours
            program.spent_amount = program.answered_count * (program.cost_per_answer or 0.0) + cost

    def _read_calls_sudo(self):
        """Return {program id: (hours of people, what they cost)}: calls as long as they took, else as long as planned.

        Sudo: who plans a program need not see what a colleague's hour costs; two queries for all programs.
        """
        calls = (
            Domain("program_id", "in", self.ids)
            & Domain("channel_id.code", "=", "phone")
            & Domain("disposition", "!=", "sent")
        )
        attempts = self.env["crm.survey.attempt"].sudo()
        found = {}
        for program, hours, cost in attempts._read_group(
            calls & Domain("duration", ">", 0), ["program_id"], ["duration:sum", "cost:sum"]
        ):
            found[program.id] = (hours, cost or 0.0)
        for program, number in attempts._read_group(
            calls & ~Domain("duration", ">", 0), ["program_id"], ["__count"]
        ):
            hours, cost = found.get(program.id, (0.0, 0.0))
            found[program.id] = (hours + number * program.minutes_per_call / 60, cost)
        return found

    # -- how many now ----------------------------------------------------------------------------------

    def _get_rate(self):
        """Return the share of customers expected to answer, from 0 to 1."""
        self.ensure_one()
        return goal.expected_rate(self.asked_count, self.answered_count, self.expected_share)

    def _get_per_day(self, at):
        """Return how many customers to ask today so that the target is met on the last day; ``None``: no limit."""
        self.ensure_one()
        if not self.target_count or not self.last_day:
            return None
        days = (self.last_day - self._local_day(at)).days + 1
        return goal.sends_per_day(self.target_count, self.answered_count, self._get_rate(), days)

    def _get_room(self, at):
        """Return how many customers may be asked for the first time now; ``None``: as many as there are.

        Never more are out than it takes to reach the target at the expected rate, and not more a day than the period
        asks for.
        """
        self.ensure_one()
        if not self.target_count:
            return None
        invitations = self.env["crm.survey.invitation"]
        mine = Domain("program_id", "=", self.id)
        out = invitations.search_count(mine & Domain("state", "in", ("sent", "started", "held", "to_call")))
        room = goal.draw_room(self.target_count, self.answered_count, self._get_rate(), out)
        per_day = self._get_per_day(at)
        if per_day is None:
            return room
        begin = self._day_start(self._local_day(at))
        # A link expires so many days after it was sent, or the call put into the queue, for the first time.
        today = mine & (
            Domain("expires_on", ">=", fields.Datetime.add(begin, days=self.expiry_days))
            | Domain("state", "=", "held")
        )
        return min(room, max(0, per_day - invitations.search_count(today)))

    def _draw_invitations(self, domain, number):
        """Return up to ``number`` of the invitations of a domain, in the order of the draw (see ``goal.draw_key``)."""
        Invitation = self.env["crm.survey.invitation"]
        if number <= 0:
            return Invitation
        query = Invitation._search(domain)
        table = Invitation._table
        query.order = SQL(
            "md5(%s || ':' || %s), %s",
            str(self.seed),
            SQL.identifier(table, "partner_id"),
            SQL.identifier(table, "id"),
        )
        query.limit = number
        return Invitation.browse(query.get_result_ids())

    # -- when it is enough -------------------------------------------------------------------------------

    def _get_standing(self, at):
        """Return where the program stands as :class:`goal.Standing`."""
        self.ensure_one()
        quotas = self.quota_ids
        return goal.Standing(
            answers=self.answered_count,
            target=self.target_count,
            spent=self.spent_amount,
            budget=self.budget_amount,
            next_cost=self.cost_per_answer,
            hours=self.spent_hours,
            hours_budget=self.budget_hours,
            today=self._local_day(at),
            last_day=self.last_day or None,
            open_quotas=not (quotas and self.quota_only) or any(not quota.is_full for quota in quotas),
        )

    def _check_may_go_on(self, at):
        """:raises UserError: if what would stop the program at once holds already"""
        for program in self:
            if reason := goal.stop_reason(program._get_standing(at)):
                raise UserError(program._get_stop_text(reason))

    def _get_stop_text(self, reason):
        label = dict(self._fields["stop_reason"]._description_selection(self.env))[reason]
        return self.env._("“%(program)s” asks nobody any more: %(reason)s.", program=self.name, reason=label.lower())

    def _stop_if_over(self, at):
        """Finish the program when it has what it wanted or has used up what it may; return the reason or nothing.

        Whoever waits is let go, with AAPOR 4.8 when enough answered. Who holds a link may still answer.
        """
        self.ensure_one()
        reason = goal.stop_reason(self._get_standing(at))
        if not reason:
            return reason
        waiting = self.env["crm.survey.invitation"].search(
            Domain("program_id", "=", self.id) & Domain("state", "in", ("planned", "held", "to_call"))
        )
        waiting._stop_waiting("quota" if reason in ("target", "quotas") else "stopped")
        self._forget_reminders()
        self.write({"state": "done", "stop_reason": reason})
        self.with_context(mail_create_nosubscribe=True).message_post(
            body=self._get_stop_text(reason), partner_ids=self.user_id.partner_id.ids
        )
        return reason

    def _forget_reminders(self):
        """Remind nobody any more; links go on to work until they expire."""
        out = Domain("state", "in", ("sent", "started")) & Domain("due", "!=", False)
        self.env["crm.survey.invitation"].search(Domain("program_id", "in", self.ids) & out).due = False
