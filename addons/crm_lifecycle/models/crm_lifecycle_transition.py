from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .crm_lifecycle_reason import params_of, render_reason
from .loose_many2one import LooseMany2one

TRIGGERS = [
    ("rule", "Rule"),
    ("user", "User"),
    ("survey", "Survey"),
    ("contract", "Contract"),
    ("import", "Import"),
    ("rebuild", "Rebuild"),
]

FILLED = ("import", "rebuild")
"""Triggers of a history filled in afterwards, of which every day lies in the past."""

METRICS = {
    "orders": "order_count",
    "amount": "amount_total",
    "mean_gap_days": "mean_gap_days",
    "p_buy": "p_buy",
    "quiet_on": "quiet_on",
    "r": "recency_score",
    "f": "frequency_score",
    "m": "monetary_score",
}
FIGURES = ("first_date", "last_date", *METRICS.values())


def in_words(env, days, is_over):
    """Return how long a stay lasted, or lasts: “for 8 months”, “for 3 days so far”."""
    if days >= 730:
        text = env._("for %(number)s years", number=days // 365)
    elif days >= 60:
        text = env._("for %(number)s months", number=round(days / 30.4))
    elif days == 1:
        text = env._("for one day")
    else:
        text = env._("for %(number)s days", number=days)
    return text if is_over else env._("%(time)s so far", time=text)


class CrmLifecycleTransition(models.Model):
    """A change of stage, written once and never altered."""

    _name = "crm.lifecycle.transition"
    _description = "Lifecycle Transition"
    _order = "effective_on desc, id desc"
    _rec_name = "partner_id"
    _log_access = False
    _privacy = {"report": ("effective_on", "company_id", "from_stage_id", "to_stage_id", "trigger", "reason")}

    partner_id = LooseMany2one("res.partner", string="Customer", required=True, index=True)
    company_id = LooseMany2one("res.company", required=True)
    from_stage_id = LooseMany2one("crm.lifecycle.stage", string="From", required=True)
    to_stage_id = LooseMany2one("crm.lifecycle.stage", string="To", required=True)
    effective_on = fields.Date(
        required=True,
        help="The day the change took place, in the company's time zone. It counts in all reports, "
        "and never lies before that of the change before.",
    )
    recorded_on = fields.Datetime(required=True, help="When the change was noticed.")
    is_late = fields.Boolean(
        string="Noticed Later",
        compute="_compute_is_late",
        search="_search_is_late",
        help="Noticed in a later month than the one it counts in, which therefore has changed since it ended.",
    )
    trigger = fields.Selection(TRIGGERS, required=True)
    reason_code = fields.Char()
    reason_params = fields.Json(help="What the reason says beside the figures of the time.")
    reason = fields.Char(compute="_compute_reason")
    user_id = LooseMany2one("res.users", string="By")
    policy_version = fields.Integer()
    fit_id = LooseMany2one("crm.lifecycle.fit", string="Forecast Fit")
    run_id = LooseMany2one("crm.lifecycle.run")
    generation = fields.Integer(default=1, help="A rebuild of the history writes a new generation.")
    is_current = fields.Boolean(
        compute="_compute_is_current",
        search="_search_is_current",
        help="Part of the history as last written, not superseded by a rebuild.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    first_date = fields.Date(string="First Purchase", help="As known at the time of the change.")
    last_date = fields.Date(string="Last Purchase", help="As known at the time of the change.")
    order_count = fields.Integer(string="Purchases", aggregator="avg", help="As known at the time of the change.")
    amount_total = fields.Monetary(string="Revenue", aggregator="avg", help="As known at the time of the change.")
    mean_gap_days = fields.Float(
        string="Usual Gap (days)", digits=(10, 1), aggregator="avg", help="As known at the time of the change."
    )
    recency_score = fields.Integer(string="R", aggregator="avg", help="As known at the time of the change.")
    frequency_score = fields.Integer(string="F", aggregator="avg", help="As known at the time of the change.")
    monetary_score = fields.Integer(string="M", aggregator="avg", help="As known at the time of the change.")
    p_buy = fields.Float(
        string="Chance to Buy", digits=(5, 4), aggregator="avg", help="As known at the time of the change."
    )
    quiet_on = fields.Date(help="As known at the time of the change.")
    metrics = fields.Json(compute="_compute_metrics", help="The figures at the time of the change.")
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    lasted = fields.Char(compute="_compute_lasted", help="How long the customer stayed in the stage entered.")
    to_stage_code = fields.Selection(related="to_stage_id.code", string="To Code")
    to_stage_color = fields.Integer(related="to_stage_id.color")

    _recorded_idx = models.Index("USING brin (recorded_on)")
    _company_effective_idx = models.Index("(company_id, effective_on)")
    _moved_idx = models.Index("(company_id, effective_on, id) WHERE trigger != 'import'")  # the list leaves these out

    @api.depends("reason_code", "reason_params", "effective_on", *FIGURES)
    @api.depends_context("lang")
    def _compute_reason(self):
        for transition in self:
            day = transition.effective_on
            reason = render_reason(self.env, transition.reason_code, params_of(transition, day), day)
            said = transition._said_on()
            if said and said < day:
                reason = self.env._("%(reason)s (as of %(day)s)", reason=reason, day=format_date(self.env, said))
            transition.reason = reason

    @api.depends("effective_on", "recorded_on", "trigger", "company_id")
    def _compute_is_late(self):
        for line in self:
            noticed = line.company_id._lifecycle_today(line.recorded_on)
            line.is_late = line.trigger not in FILLED and noticed.replace(day=1) > line.effective_on

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = fields.Domain.custom(to_sql=lambda model, alias, query: model._late(alias))
        return fields.Domain.TRUE if set(value) == {True, False} else late if True in value else ~late

    @api.model
    def _late(self, alias):
        """Return the ``SQL`` condition that a line was noticed in a later month than the one it counts in."""
        noticed = self.env["crm.transaction"]._local_date(
            SQL.identifier(alias, "recorded_on"), SQL.identifier(alias, "company_id")
        )
        return SQL(
            "(%s != ALL(%s) AND date_trunc('month', %s) > %s)",
            SQL.identifier(alias, "trigger"),
            list(FILLED),
            noticed,
            SQL.identifier(alias, "effective_on"),
        )

    @api.depends(*FIGURES)
    def _compute_metrics(self):
        for transition in self:
            figures = ((name, transition[field]) for name, field in METRICS.items())
            transition.metrics = {
                name: fields.Date.to_string(value) if isinstance(value, date) else value for name, value in figures
            }

    @api.depends("partner_id", "company_id", "effective_on", "generation")
    @api.depends_context("lang")
    def _compute_lasted(self):
        others = self.search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("generation", "in", list(set(self.mapped("generation")))),
            ],
            order="effective_on, id",  # as the timeline shows them
        )
        left = {}
        for same in others.grouped(lambda line: (line.partner_id, line.company_id, line.generation)).values():
            left.update(zip(same.ids, [*same[1:], None], strict=True))
        for line in self:
            after = left.get(line.id)
            end = after.effective_on if after else line.company_id._lifecycle_today()
            line.lasted = in_words(self.env, max((end - line.effective_on).days, 0), bool(after))

    @api.depends("generation", "company_id")
    def _compute_is_current(self):
        for transition in self:
            transition.is_current = transition.generation == transition.company_id.lifecycle_generation

    @api.model
    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        current = fields.Domain.OR(
            fields.Domain("company_id", "=", company.id) & fields.Domain("generation", "=", generation)
            for company, generation in self._generations_sudo()
        )
        return fields.Domain.TRUE if set(value) == {True, False} else current if True in value else ~current

    @api.model
    def _generations_sudo(self):
        # As superuser: which history is shown is no secret of a company; the lines themselves obey the reader's rules.
        companies = self.env["res.company"].sudo().with_context(active_test=False).search([("id", "!=", False)])
        return [(company, company.lifecycle_generation or 1) for company in companies]

    @api.depends("partner_id", "from_stage_id", "to_stage_id")
    def _compute_display_name(self):
        for transition in self:
            transition.display_name = (
                f"{transition.partner_id.display_name}: "
                f"{transition.from_stage_id.name} → {transition.to_stage_id.name}"
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The lifecycle history is never deleted."))

    def write(self, vals):
        """Refuse: the history is append-only, for everyone."""
        self._refuse_change()
        return super().write(vals)

    @api.model
    def _last_returns(self, partners, companies):
        """Return ``{(partner id, company id): transition}`` of the last time each customer came back."""
        stages = self.env["crm.lifecycle.stage"]._ids_by_code()
        # A first look finds them back already; what follows a return, as new to established, is none.
        kinds = (("suspect", "prospect", "quiet", "ended"), ("new", "established"))
        gone, there = ([stages[code] for code in codes] for codes in kinds)
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (partner_id, company_id) partner_id, company_id, id
                     FROM crm_lifecycle_transition
                    WHERE partner_id = ANY(%s) AND company_id = ANY(%s) AND reason_code = 'returned'
                      AND from_stage_id = ANY(%s) AND to_stage_id = ANY(%s)
                 ORDER BY partner_id, company_id, generation DESC, effective_on DESC, id DESC""",
                partners.ids,
                companies.ids,
                gone,
                there,
            )
        )
        return {(partner, company): self.browse(line) for partner, company, line in rows}

    def _said_on(self):
        """Return the day that was declared, which may lie before the day that counts; else the latter."""
        return fields.Date.to_date((self.reason_params or {}).get("from")) or self.effective_on

    def _away_days(self):
        """Return the days of silence that this return ended."""
        return (self.reason_params or {}).get("gap") or 0

    def _refuse_change(self):
        raise UserError(self.env._("The lifecycle history is never changed; a new decision appends a new line."))
