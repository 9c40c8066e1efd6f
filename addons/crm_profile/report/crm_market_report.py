from odoo import api, fields, models
from odoo.tools import SQL


class CrmMarketReport(models.Model):
    """Market figures beside our own counts of customers in the same area."""

    _name = "crm.market.report"
    _description = "Market and Own Customers"
    _auto = False
    _order = "figure_id"
    _rec_name = "figure_id"

    figure_id = fields.Many2one("crm.market.figure", readonly=True)
    category = fields.Selection(related="figure_id.category")
    source = fields.Char(related="figure_id.source")
    unit = fields.Char(related="figure_id.unit")
    company_id = fields.Many2one("res.company", readonly=True)
    segment = fields.Char("Product or Segment", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", "Province", readonly=True)
    period_start = fields.Date("Period", readonly=True)
    reliability = fields.Selection([("high", "High"), ("medium", "Medium"), ("low", "Low")], readonly=True)
    value = fields.Float("Market", readonly=True, aggregator="max")
    own_count = fields.Integer("Our Customers", readonly=True, aggregator="sum")
    share = fields.Float(
        "Our Share",
        readonly=True,
        aggregator="sum",
        help="Our customers as a share of the market, where it counts any.",
    )

    @property
    def _table_query(self):
        self.env["crm.market.figure"].flush_model()
        self.env["res.partner"].flush_model()
        return SQL("%s %s %s", self._select(), self._from(), self._group_by())

    def _select(self):
        return SQL(
            """SELECT %s AS id, f.id AS figure_id, f.company_id, f.segment, f.country_id, f.state_id,
                      f.period_start, f.reliability, f.value, COUNT(p.id)::int AS own_count,
                      CASE WHEN f.is_count AND f.value > 0 THEN COUNT(p.id) / f.value END AS share""",
            self._row_id(),
        )

    def _row_id(self):
        """An id that stays the same: the figure's; finer reports make it unique."""
        return SQL("f.id")

    def _from(self):
        """Figures and the customers of the reader's companies in their area: whoever is his own commercial entity."""
        return SQL(
            """FROM crm_market_figure f
          LEFT JOIN res_partner p
                 ON p.active AND p.commercial_partner_id = p.id AND p.country_id = f.country_id
                AND (f.state_id IS NULL OR p.state_id = f.state_id)
                AND (f.audience = 'all' OR COALESCE(p.is_company, FALSE) = (f.audience = 'company'))
                AND (p.company_id IS NULL OR p.company_id IN %s)
                AND NOT EXISTS (SELECT 1 FROM res_users u WHERE u.partner_id = p.id AND NOT COALESCE(u.share, FALSE))
                AND NOT EXISTS (SELECT 1 FROM res_company c WHERE c.partner_id = p.id)""",
            tuple(self.env.companies.ids),
        )

    def _group_by(self):
        return SQL("WHERE f.active GROUP BY f.id")

    @api.model
    def _own_partner_ids_sudo(self):
        # As superuser: no company is its own customer, whichever of them the reader may see.
        return self.env["res.company"].sudo().search([("id", "!=", False)]).partner_id.ids

    def action_open_customers(self):
        """Our customers behind these rows."""
        domain = fields.Domain.FALSE
        for row in self:
            domain |= row._get_customer_domain()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Our Customers"),
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": list(domain),
        }

    def _get_customer_domain(self):
        self.ensure_one()
        figure = self.figure_id
        domain = fields.Domain("country_id", "=", figure.country_id.id) & fields.Domain("parent_id", "=", False)
        domain &= fields.Domain("user_ids", "not any", [("share", "=", False)])
        domain &= fields.Domain("id", "not in", self._own_partner_ids_sudo())
        if figure.state_id:
            domain &= fields.Domain("state_id", "=", figure.state_id.id)
        if figure.audience != "all":
            domain &= fields.Domain("is_company", "=", figure.audience == "company")
        return domain
