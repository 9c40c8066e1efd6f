from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import SQL

from .crm_lifecycle_reason import lull_in_words, params_of, render_reason, returned_in_words
from .crm_lifecycle_score_words import score_change_in_words, score_names
from .loose_many2one import LooseMany2one


class CrmLifecycleStatus(models.Model):
    """Where one customer stands with one company: stage, reason, figures and forecast."""

    _name = "crm.lifecycle.status"
    _inherit = ["crm.company.currency.mixin"]
    _description = "Lifecycle Status"
    _order = "last_date desc, id desc"
    _rec_name = "partner_id"
    _privacy = {
        "report": (
            "company_id", "stage_id", "since", "reason", "first_date", "last_date", "order_count", "amount_total",
        )
    }

    partner_id = LooseMany2one("res.partner", string="Customer", required=True, readonly=True)
    company_id = LooseMany2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    customer_kind = fields.Selection([("person", "Person"), ("company", "Company")], string="Kind", readonly=True)
    stage_id = LooseMany2one(
        "crm.lifecycle.stage", required=True, readonly=True, group_expand="_group_expand_stage"
    )
    stage_code = fields.Selection(related="stage_id.code")
    stage_color = fields.Integer(related="stage_id.color")
    since = fields.Date(readonly=True, help="The day this stage began, in the company's time zone.")
    reason_code = fields.Char(readonly=True)
    reason_params = fields.Json(readonly=True, help="What the reason says beside the figures of the row.")
    reason = fields.Char(compute="_compute_reason")
    first_date = fields.Date(string="First Purchase", readonly=True)
    last_date = fields.Date(string="Last Purchase", readonly=True)
    order_count = fields.Integer(string="Purchases", readonly=True)
    amount_total = fields.Monetary(string="Revenue", readonly=True, help="Untaxed, in the company's currency.")
    margin_total = fields.Monetary(string="Margin", readonly=True)
    mean_gap_days = fields.Float(
        string="Usual Gap (days)", digits=(10, 1), readonly=True, aggregator="avg", help="Days between two purchases."
    )
    recency_score = fields.Integer(string="R", readonly=True, aggregator="avg", help="1 to 5, by frozen cut points.")
    frequency_score = fields.Integer(string="F", readonly=True, aggregator="avg", help="1 to 5, by frozen cut points.")
    monetary_score = fields.Integer(string="M", readonly=True, aggregator="avg", help="1 to 5, by frozen cut points.")
    value_class_id = LooseMany2one("crm.value.class", readonly=True, index="btree_not_null")
    score_changes = fields.Json(readonly=True, help="The last changes of the scores and the class, the latest first.")
    score_note = fields.Char(
        string="Last Change of the Scores",
        compute="_compute_score_note",
        help="What changed, from what to what, and why.",
    )
    score_history = fields.Html(string="Changes of the Scores", compute="_compute_score_note", sanitize=False)
    p_buy = fields.Float(
        string="Chance to Buy",
        digits=(5, 4),
        readonly=True,
        aggregator="avg",
        help="Probability of another purchase within the policy's horizon, as of the day it was computed.",
    )
    expected_orders = fields.Float(digits=(10, 2), readonly=True, help="Purchases expected within the horizon.")
    expected_amount = fields.Monetary(readonly=True, help="Revenue expected within the horizon.")
    computed_on = fields.Date(readonly=True)
    fit_id = LooseMany2one("crm.lifecycle.fit", string="Forecast Fit", readonly=True)
    policy_id = LooseMany2one("crm.lifecycle.policy", readonly=True)
    policy_version = fields.Integer(readonly=True)
    quiet_on = fields.Date(readonly=True, help="The day this customer turns quiet if nothing happens.")
    next_change_on = fields.Date(readonly=True, help="The earliest day on which a rule changes this row.")
    engine_stage_id = LooseMany2one(
        "crm.lifecycle.stage", string="By the Rules", readonly=True, help="What the rules alone would say."
    )
    is_manual = fields.Boolean(string="Set by Hand", readonly=True)
    manual_until = fields.Date(readonly=True, help="The last day of the manual stage; empty: until a purchase.")
    declaration_id = LooseMany2one("crm.lifecycle.declaration", readonly=True)
    manual_on = fields.Date(readonly=True)
    manual_reason = fields.Char(readonly=True)
    manual_user_id = LooseMany2one("res.users", readonly=True)
    returned_on = fields.Date(compute="_compute_returned", help="The last time this customer came back.")
    away_days = fields.Integer(compute="_compute_returned", help="The silence that this return ended.")
    return_note = fields.Char(string="Return", compute="_compute_returned")
    create_uid = LooseMany2one("res.users", string="Created by", readonly=True)
    write_uid = LooseMany2one("res.users", string="Last Updated by", readonly=True)
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")

    _partner_company_uniq = models.Constraint("UNIQUE(partner_id, company_id)", "One status per customer and company.")
    _company_stage_idx = models.Index("(company_id, stage_id, last_date DESC, id DESC)")
    _company_last_idx = models.Index("(company_id, last_date DESC, id DESC)")  # the list: 1.2 s of 1.7 at a million
    _next_change_idx = models.Index("(company_id, next_change_on) WHERE next_change_on IS NOT NULL")

    @api.depends(
        "reason_code", "reason_params", "company_id", "since", "customer_kind", "order_count", "mean_gap_days",
        "first_date", "last_date",
    )
    @api.depends_context("lang")
    def _compute_reason(self):
        days = {company: company._lifecycle_today() for company in self.company_id}
        silent = self.filtered(lambda status: status.reason_code == "silent" and status.since)
        seasons = self.env["crm.lifecycle.backtest"]._seasons_sudo(silent.company_id) if silent else {}
        for status in self:
            params = params_of(status, status.since)
            status.reason = render_reason(self.env, status.reason_code, params, days.get(status.company_id))
            if status in silent:
                factors = seasons.get((status.company_id.id, status.customer_kind), {})
                status.reason += lull_in_words(self.env, status.since, factors)

    @api.depends("score_changes")
    @api.depends_context("lang")
    def _compute_score_note(self):
        fits, classes = score_names(self.env, self)
        for status in self:
            lines = [score_change_in_words(status, change, fits, classes) for change in status.score_changes or []]
            status.score_note = lines[0] if lines else False
            items = Markup("").join(Markup("<li>%s</li>") % line for line in lines)
            status.score_history = Markup("<ul class='mb-0'>%s</ul>") % items if lines else False

    @api.depends("partner_id", "company_id", "since")
    @api.depends_context("lang")
    def _compute_returned(self):
        found = self.env["crm.lifecycle.transition"]._last_returns(self.partner_id, self.company_id)
        for status in self:
            line = found.get((status.partner_id.id, status.company_id.id))
            status.returned_on = line and line.effective_on
            status.away_days = line and line._away_days()
            status.return_note = line and returned_in_words(self.env, line.effective_on, line._away_days())

    @api.model
    def _group_expand_stage(self, stages, domain):
        """Show the columns of all stages but suspect, which has one only where somebody was set to it by hand."""
        return (stages | stages.search([("code", "!=", "suspect")])).sorted("sequence")

    @api.model
    def _signs_of_life(self):
        """Return a list of ``SQL`` selects of what shows interest without being a purchase.

        Each has the columns ``partner_id`` (commercial partner), ``company_id``, ``day`` (date in the company's time
        zone) and ``alive``: true when it also postpones the silence of a customer (a service visit), false when it only
        makes a prospect of someone who has bought nothing (a lead, a quotation, a talk).
        """
        local_date = self.env["crm.transaction"]._local_date
        return [
            SQL(
                """SELECT p.commercial_partner_id AS partner_id,
                          COALESCE(l.company_id, u.company_id, %s) AS company_id, %s AS day, false AS alive
                     FROM crm_lead l
                     JOIN res_partner p ON p.id = l.partner_id
                LEFT JOIN res_users u ON u.id = l.user_id""",
                self.env["res.company"]._lifecycle_first_sudo().id,
                local_date(SQL("l.create_date"), SQL("COALESCE(l.company_id, u.company_id)")),
            ),
            SQL(
                """SELECT i.commercial_partner_id AS partner_id, i.company_id, %s AS day, false AS alive
                     FROM crm_interaction i
                    WHERE i.commercial_partner_id IS NOT NULL
                      AND (i.state = 'done' OR i.direction = 'in')
                      AND i.date IS NOT NULL AND NOT %s""",
                local_date(SQL("i.date"), SQL("i.company_id")),
                self._pure_vendor(SQL("i.commercial_partner_id")),
            ),
        ]

    @api.model
    def _pure_vendor(self, customer):
        """Return the ``SQL`` condition that ``customer`` only sells to us, so that talking makes no prospect."""
        return SQL("FALSE")

    @api.model
    def _declare(self, partners, vals):
        """Set a stage on customers of the current company; each that changes gets its line in the history.

        :param partners: commercial partners
        :param dict vals: values of ``crm.lifecycle.declaration`` but for partner and company
        :return: the statuses
        """
        company = self.env.company
        self.env["crm.lifecycle.declaration"].create(
            [{**vals, "partner_id": partner.id, "company_id": company.id} for partner in partners]
        )
        self.env["crm.lifecycle.run"]._refresh(company, partners.ids, company._lifecycle_today())
        return self.search([("partner_id", "in", partners.ids), ("company_id", "=", company.id)])

    def _rfm(self):
        """Return the three scores as text, ``R 5 · F 3 · M 4``; empty without purchases."""
        if not self.recency_score:
            return ""
        return f"R {self.recency_score} · F {self.frequency_score} · M {self.monetary_score}"

    def action_set_stage(self):
        """Open the dialog that sets a stage by hand with a reason and an expiry."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set the Stage"),
            "res_model": "crm.lifecycle.stage.set",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_ids": self.partner_id.ids},
        }

    def action_open_partner(self):
        """Open the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }
