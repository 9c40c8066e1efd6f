import numpy as np
from odoo import api, fields, models
from odoo.tools import SQL

from ..domain.stages import CODES
from ..engine import copying
from ..engine.as_of import AsOf, scopes
from ..engine.facts import Scope
from ..engine.store import DECLARED, day, number, reason_code, reason_params
from ..models.crm_lifecycle_reason import params_of, render_reason
from ..models.loose_many2one import LooseMany2one

TABLE = "crm_lifecycle_as_of_new"
COLUMNS = [
    ("partner", "i"),
    ("kind", "i"),
    ("stage", "i"),
    ("since", "i"),
    ("reason", "i"),
    ("returned", "i"),
    ("first", "i"),
    ("last", "i"),
    ("orders", "i"),
    ("amount", "f"),
    ("gap", "f"),
    ("r", "i"),
    ("f", "i"),
    ("m", "i"),
    ("p_buy", "f"),
    ("quiet_on", "i"),
    ("declared", "i"),
]


class CrmLifecycleAsOfLine(models.TransientModel):
    """Where one customer stood on the day asked for."""

    _name = "crm.lifecycle.as.of.line"
    _description = "Stage as of a Day"
    _order = "last_date desc, id desc"
    _rec_name = "partner_id"

    as_of_id = LooseMany2one("crm.lifecycle.as.of", string="Asked for", required=True, index=True)
    as_of = fields.Date(readonly=True)
    partner_id = LooseMany2one("res.partner", string="Customer", readonly=True)
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    company_id = LooseMany2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    customer_kind = fields.Selection([("person", "Person"), ("company", "Company")], string="Kind", readonly=True)
    stage_id = LooseMany2one("crm.lifecycle.stage", readonly=True)
    stage_code = fields.Selection(related="stage_id.code")
    since = fields.Date(readonly=True)
    reason_code = fields.Char(readonly=True)
    reason_params = fields.Json(readonly=True)
    reason = fields.Char(compute="_compute_reason")
    first_date = fields.Date(string="First Purchase", readonly=True)
    last_date = fields.Date(string="Last Purchase", readonly=True)
    order_count = fields.Integer(string="Purchases", readonly=True)
    mean_gap_days = fields.Float(string="Usual Gap (days)", digits=(10, 1), readonly=True, aggregator="avg")
    amount_total = fields.Monetary(string="Revenue", readonly=True)
    recency_score = fields.Integer(string="R", readonly=True, aggregator="avg")
    frequency_score = fields.Integer(string="F", readonly=True, aggregator="avg")
    monetary_score = fields.Integer(string="M", readonly=True, aggregator="avg")
    p_buy = fields.Float(string="Chance to Buy", digits=(5, 4), readonly=True, aggregator="avg")
    quiet_on = fields.Date(readonly=True)

    @api.depends("reason_code", "reason_params", "as_of", "since", "order_count", "mean_gap_days", "last_date")
    @api.depends_context("lang")
    def _compute_reason(self):
        for line in self:
            line.reason = render_reason(self.env, line.reason_code, params_of(line, line.since), line.as_of)

    @api.model
    def _fill(self, wizard, company, partner_ids, uid):
        """Write the lines of ``wizard``.

        :param wizard: the ``crm.lifecycle.as.of``
        :param company: ``res.company``
        :param partner_ids: ids of commercial partners, None for all
        :param int uid: the only user who may read the lines
        """
        engine = AsOf(self.env, company, wizard.as_of)
        ids = self.env["crm.lifecycle.stage"]._ids_by_code()
        stage_ids = np.array([ids[code] for code in CODES], dtype=np.int64)
        parts = scopes(self.env) if partner_ids is None else [Scope(ids=tuple(partner_ids))]
        for scope in parts:
            facts, out = engine.decide(scope)
            data = {name: out.get(name, facts.get(name)) for name, _kind in COLUMNS}
            data["stage"] = stage_ids[data["stage"]]
            data["declared"] = np.where(out["is_manual"], data["declared"], 0)
            if len(data["partner"]):
                copying.write(self.env.cr, TABLE, COLUMNS, data)
                self.env.cr.execute(self._insert(wizard, company, uid))
        self.invalidate_model()

    @api.model
    def _insert(self, wizard, company, uid):
        """Return ``SQL`` that makes the lines from the temporary table ``n``."""
        digits = company.currency_id.decimal_places
        values = {
            "as_of_id": SQL("%s", wizard.id),
            "as_of": SQL("%s::date", wizard.as_of),
            "partner_id": SQL("n.partner"),
            "company_id": SQL("%s", company.id),
            "customer_kind": SQL("CASE WHEN n.kind = 1 THEN 'company' ELSE 'person' END"),
            "stage_id": SQL("n.stage"),
            "since": day("since"),
            "reason_code": reason_code(),
            "reason_params": reason_params(),
            "first_date": day("first"),
            "last_date": day("last"),
            "order_count": SQL("n.orders"),
            "mean_gap_days": number("gap", 1),
            "amount_total": number("amount", digits),
            "recency_score": SQL("n.r"),
            "frequency_score": SQL("n.f"),
            "monetary_score": SQL("n.m"),
            "p_buy": number("p_buy", 4, -1),
            "quiet_on": day("quiet_on"),
            "create_uid": SQL("%s", uid),
            "create_date": SQL("now() AT TIME ZONE 'UTC'"),
            "write_date": SQL("now() AT TIME ZONE 'UTC'"),
        }
        return SQL(
            "INSERT INTO crm_lifecycle_as_of_line (%s) SELECT %s FROM %s n %s",
            SQL(", ").join(SQL.identifier(name) for name in values),
            SQL(", ").join(values.values()),
            SQL.identifier(TABLE),
            DECLARED,
        )
