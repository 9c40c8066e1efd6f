from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.planner import many_tables


class CrmSegmentComparison(models.Model):
    """The members of the segments with their figures, to compare one segment with another."""

    _name = "crm.segment.comparison"
    _inherit = ["crm.at.once.mixin", "crm.company.currency.mixin"]
    _description = "Comparison of Segments"
    _auto = False
    _order = "id desc"  # two million members sorted by revenue take ten times as long: who wants it clicks the column
    _rec_name = "partner_id"
    _depends = {
        "crm.interaction": ["is_complaint", "commercial_partner_id", "company_id", "date", "direction", "state"],
        "crm.segment": ["is_confidential"],
        "crm.segment.member": ["segment_id", "partner_id", "company_id", "left_on"],
        "res.partner": ["is_company", "user_id", "state_id"],
    }

    segment_id = fields.Many2one("crm.segment", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    is_confidential = fields.Boolean(readonly=True)
    customer_kind = fields.Selection([("person", "Persons"), ("company", "Companies")], string="Kind", readonly=True)
    stage_id = fields.Many2one("crm.lifecycle.stage", readonly=True)
    value_class_id = fields.Many2one("crm.value.class", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    state_id = fields.Many2one("res.country.state", string="Province", readonly=True)
    amount_total = fields.Monetary(string="Average Revenue", readonly=True, aggregator="avg")
    margin_total = fields.Monetary(string="Average Margin", readonly=True, aggregator="avg")
    order_count = fields.Float(string="Average Purchases", readonly=True, aggregator="avg")
    mean_gap_days = fields.Float(string="Usual Gap (days)", readonly=True, aggregator="avg")
    p_buy = fields.Float(string="Chance to Buy", readonly=True, aggregator="avg")
    expected_amount = fields.Monetary(string="Average Expected Revenue", readonly=True, aggregator="avg")
    years = fields.Float(string="Years a Customer", readonly=True, aggregator="avg")
    complaints = fields.Float(
        string="Complaints a Customer", readonly=True, aggregator="avg", help="That reached us, in any channel."
    )

    @api.model
    def _read_group(self, *args, **kwargs):
        """Have the segments asked for found before their members are."""
        many_tables(self.env.cr)
        return super()._read_group(*args, **kwargs)

    @api.model
    def _read_grouping_sets(self, *args, **kwargs):
        """As :meth:`_read_group`."""
        many_tables(self.env.cr)
        return super()._read_grouping_sets(*args, **kwargs)

    @property
    def _table_query(self):
        return SQL(
            """SELECT m.id, m.segment_id, m.company_id, m.partner_id, g.is_confidential,
                      CASE WHEN p.is_company THEN 'company' ELSE 'person' END AS customer_kind, s.stage_id,
                      s.value_class_id, p.user_id, p.state_id, s.amount_total, s.margin_total,
                      s.order_count::float8 AS order_count, NULLIF(s.mean_gap_days, 0) AS mean_gap_days, s.p_buy,
                      s.expected_amount, (d.today - s.first_date) / 365.25 AS years,
                      COALESCE(i.complaints, 0) AS complaints
                 FROM crm_segment_member m
                 JOIN crm_segment g ON g.id = m.segment_id
            LEFT JOIN res_partner p ON p.id = m.partner_id  -- each has one: left, it is read only where it is asked for
                 JOIN %(days)s d (company_id, today) ON d.company_id = m.company_id
            LEFT JOIN crm_lifecycle_status s ON s.partner_id = m.partner_id AND s.company_id = m.company_id
            LEFT JOIN (SELECT i.commercial_partner_id, i.company_id, count(*)::float8 AS complaints
                         FROM crm_interaction i WHERE %(reached)s
                        GROUP BY i.commercial_partner_id, i.company_id) i
                   ON i.commercial_partner_id = m.partner_id AND i.company_id = m.company_id
                WHERE m.left_on IS NULL""",
            days=self.env["res.company"]._lifecycle_days(),
            reached=self.env["crm.interaction"]._reached_complaint(),
        )
