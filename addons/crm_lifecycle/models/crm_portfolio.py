from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

SOON_DAYS = 30
YEAR_DAYS = 365
CONCENTRATION = 0.3
FIGURES = ("load", "amount_total", "margin_total", "expected_amount", "quiet_count", "soon_quiet_count", "largest")


class CrmPortfolio(models.Model):
    """The customers of an account manager against what one person can look after."""

    _name = "crm.portfolio"
    _description = "Portfolio of an Account Manager"
    _order = "company_id, customer_kind, user_id"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", string="Account Manager", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    customer_kind = fields.Selection(
        [("person", "Persons"), ("company", "Companies")], string="Looks after", required=True, default="company"
    )
    capacity_low = fields.Integer(string="From", default=50, required=True, help="Fewer customers leave time idle.")
    capacity_high = fields.Integer(string="To", default=100, required=True, help="More cannot be looked after well.")
    goal = fields.Monetary(string="Margin a Year", help="The margin this portfolio should bring in a year.")
    active = fields.Boolean(default=True)
    load = fields.Integer(string="Customers", compute="_compute_figures")
    load_percent = fields.Float(string="Load", compute="_compute_figures", help="Of the upper limit.")
    load_state = fields.Selection(
        [("idle", "Has room"), ("well", "Well filled"), ("over", "Too many")], compute="_compute_figures"
    )
    amount_total = fields.Monetary(string="Revenue", compute="_compute_figures")
    margin_total = fields.Monetary(string="Margin", compute="_compute_figures")
    margin_year = fields.Monetary(
        string="Margin, Last 12 Months", compute="_compute_margin_year", help="Of the sales whose margin is known."
    )
    margin_unknown = fields.Float(
        string="Sales without a Known Margin",
        compute="_compute_margin_year",
        help="Share of the revenue of the last 12 months whose margin no source knows.",
    )
    expected_amount = fields.Monetary(string="Expected Revenue", compute="_compute_figures")
    quiet_count = fields.Integer(string="Gone Quiet", compute="_compute_figures")
    soon_quiet_count = fields.Integer(string="Turning Quiet", compute="_compute_figures", help="Within 30 days.")
    largest = fields.Float(string="Largest Customer", compute="_compute_figures", help="Share of the revenue.")
    risk = fields.Text(string="Risks", compute="_compute_risk")

    _user_kind_uniq = models.Constraint(
        "UNIQUE(user_id, company_id, customer_kind)", "One portfolio for each account manager, company and kind."
    )
    _capacity_range = models.Constraint(
        "CHECK(capacity_low >= 0 AND capacity_high >= capacity_low AND capacity_high > 0)",
        "The upper limit lies below the lower one.",
    )

    @api.depends("user_id", "company_id", "customer_kind", "capacity_low", "capacity_high")
    def _compute_figures(self):
        found = self._figures_sudo()
        for portfolio in self:
            row = found.get((portfolio.user_id.id, portfolio.company_id.id, portfolio.customer_kind))
            for name, value in zip(FIGURES, row or [0] * len(FIGURES), strict=True):
                portfolio[name] = value
            portfolio.load_percent = portfolio.load / portfolio.capacity_high if portfolio.capacity_high else 0.0
            portfolio.load_state = (
                "over"
                if portfolio.load > portfolio.capacity_high
                else "idle" if portfolio.load < portfolio.capacity_low else "well"
            )

    def _figures_sudo(self):
        """Return the figures by (user, company, kind), in one query."""
        # As superuser: whoever may read a portfolio sees its sums, also of customers he could not open.
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT p.user_id, s.company_id, s.customer_kind, count(*), COALESCE(sum(s.amount_total), 0)::float8,
                          COALESCE(sum(s.margin_total), 0)::float8, COALESCE(sum(s.expected_amount), 0)::float8,
                          count(*) FILTER (WHERE t.code = 'quiet'),
                          count(*) FILTER (WHERE t.code IN ('new', 'established') AND s.quiet_on <= d.today + %(soon)s),
                          COALESCE(max(s.amount_total) / NULLIF(sum(s.amount_total), 0), 0)::float8
                     FROM crm_lifecycle_status s
                     JOIN res_partner p ON p.id = s.partner_id AND p.active
                     JOIN crm_lifecycle_stage t ON t.id = s.stage_id
                     JOIN %(days)s d (company_id, today) ON d.company_id = s.company_id
                    WHERE p.user_id = ANY(%(users)s) AND s.company_id = ANY(%(companies)s) AND t.code != 'ended'
                    GROUP BY p.user_id, s.company_id, s.customer_kind""",
                days=self.env["res.company"]._lifecycle_days(),
                soon=SOON_DAYS,
                users=self.user_id.ids,
                companies=self._own_companies().ids,
            )
        )
        return {row[:3]: row[3:] for row in rows}

    def _own_companies(self):
        """Return the companies whose figures the reader may see, also of a portfolio that is being typed."""
        return self.company_id if self.env.su else self.company_id & self.env.companies

    @api.depends("user_id", "company_id", "customer_kind")
    def _compute_margin_year(self):
        found = self._margin_year_sudo()
        for portfolio in self:
            key = (portfolio.user_id.id, portfolio.company_id.id, portfolio.customer_kind)
            portfolio.margin_year, portfolio.margin_unknown = found.get(key, (0.0, 0.0))

    def _margin_year_sudo(self):
        """Return the figures of the last twelve months by (user, company, kind).

        The margin, as far as it is known, and the share of the turnover (returns count like sales) without one.
        """
        # As superuser, for the same reason.
        self.env.flush_all()
        days = self.env["res.company"]._lifecycle_days_sudo().values()
        sources = self.env["crm.transaction"].with_context(
            crm_transaction_grain="order", crm_transaction_since=min(days) - timedelta(days=YEAR_DAYS)
        )._sources()
        rows = self.env.execute_query(
            SQL(
                """SELECT p.user_id, t.company_id, CASE WHEN p.is_company THEN 'company' ELSE 'person' END,
                          COALESCE(sum(t.margin), 0)::float8,
                          COALESCE(sum(abs(t.amount)) FILTER (WHERE t.margin IS NULL)
                                   / NULLIF(sum(abs(t.amount)), 0), 0)::float8
                     FROM (%(union)s) t
                     JOIN res_partner p ON p.id = t.commercial_partner_id
                     JOIN %(days)s d (company_id, today) ON d.company_id = t.company_id
                    WHERE t.date > d.today - %(year)s
                      AND p.user_id = ANY(%(users)s) AND t.company_id = ANY(%(companies)s)
                    GROUP BY 1, 2, 3""",
                union=SQL(" UNION ALL ").join(sources),
                days=self.env["res.company"]._lifecycle_days(),
                year=YEAR_DAYS,
                users=self.user_id.ids,
                companies=self._own_companies().ids,
            )
        )
        return {row[:3]: row[3:] for row in rows}

    @api.depends(
        "load", "load_state", "largest", "soon_quiet_count", "quiet_count", "margin_year", "margin_unknown", "goal",
        "user_id.active",
    )
    @api.depends_context("lang")
    def _compute_risk(self):
        for portfolio in self:
            risks = []
            if portfolio.load and not portfolio.user_id.active:
                risks.append(self.env._("the account manager has left: give the customers to others"))
            if portfolio.load_state == "over":
                over = portfolio.load - portfolio.capacity_high
                text = self.env._("1 customer too many") if over == 1 else self.env._(
                    "%(over)s customers too many", over=over
                )
                risks.append(text)
            if portfolio.largest > CONCENTRATION and portfolio.load > 1:
                risks.append(
                    self.env._("one customer brings %(share)s %% of the revenue", share=round(100 * portfolio.largest))
                )
            silent = portfolio.soon_quiet_count + portfolio.quiet_count
            if portfolio.load and silent / portfolio.load > CONCENTRATION:
                risks.append(self.env._("%(count)s are quiet or turning so", count=silent))
            text = "; ".join(risks + portfolio._margin_risks())
            portfolio.risk = text[:1].upper() + text[1:]

    def _margin_risks(self):
        """Return what stands between the portfolio and its goal; without any known margin, only that."""
        self.ensure_one()
        unknown, risks = round(100 * self.margin_unknown), []
        if self.goal and self.margin_year < self.goal and unknown < 100:
            missing = self.currency_id.format(self.goal - self.margin_year)
            risks.append(self.env._("%(missing)s short of the margin a year", missing=missing))
        if self.goal and unknown:
            risks.append(self.env._("the margin of %(share)s %% of the sales is not known", share=unknown))
        return risks

    def action_view_customers(self):
        """Open the customers of the portfolio."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_lifecycle_status_action")
        return {
            **action,
            "name": self.user_id.name,
            "domain": [
                ("partner_id.user_id", "=", self.user_id.id),
                ("company_id", "=", self.company_id.id),
                ("customer_kind", "=", self.customer_kind),
                ("stage_id.code", "!=", "ended"),
            ],
            "context": {},
        }

    def action_rebalance(self):
        """Open the proposals that bring all portfolios of this company and kind within their limits."""
        first = self[:1]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rebalance Portfolios"),
            "res_model": "crm.portfolio.rebalance",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_customer_kind": first.customer_kind or "company",
                "default_company_id": (first.company_id or self.env.company).id,
                "dialog_size": "extra-large",
            },
        }
