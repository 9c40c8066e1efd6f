from odoo import fields, models
from odoo.tools import SQL


class CrmCompetitorReport(models.Model):
    """Competitors compared: who considers, uses or left for them, and how they are rated against us."""

    _name = "crm.competitor.report"
    _description = "Competitor Comparison"
    _auto = False
    _order = "competitor_id, date desc"
    _rec_name = "competitor_id"
    _privacy = {"mask": ("liked", "disliked")}

    competitor_id = fields.Many2one("crm.competitor", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    company_id = fields.Many2one("res.company", readonly=True)
    relation = fields.Selection(
        [("considers", "Considers"), ("uses", "Uses"), ("left_for", "Left us for")], readonly=True
    )
    date = fields.Date(readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    rating_price = fields.Float("Price", readonly=True, aggregator="avg")
    rating_quality = fields.Float("Quality", readonly=True, aggregator="avg")
    rating_service = fields.Float("Service", readonly=True, aggregator="avg")
    rating_delivery = fields.Float("Delivery", readonly=True, aggregator="avg")
    rating_average = fields.Float("Average", readonly=True, aggregator="avg")
    customer_count = fields.Integer("Statements", readonly=True, aggregator="sum")
    considers_count = fields.Integer("Considering", readonly=True, aggregator="sum")
    uses_count = fields.Integer("Using", readonly=True, aggregator="sum")
    left_count = fields.Integer("Left for Them", readonly=True, aggregator="sum")
    liked = fields.Text("What They Like There", readonly=True)
    disliked = fields.Text("What They Dislike There", readonly=True)

    @property
    def _table_query(self):
        # What was not said (0) is no rating: it must not lower the mean. A customer is where the last statement put it.
        self.env["crm.competitor.assessment"].flush_model()
        return SQL(
            """SELECT a.id, a.competitor_id, a.partner_id, a.company_id, a.relation, a.date, p.user_id,
                      NULLIF(a.rating_price, 0)::float8 AS rating_price,
                      NULLIF(a.rating_quality, 0)::float8 AS rating_quality,
                      NULLIF(a.rating_service, 0)::float8 AS rating_service,
                      NULLIF(a.rating_delivery, 0)::float8 AS rating_delivery,
                      NULLIF(a.rating_average, 0)::float8 AS rating_average,
                      1 AS customer_count,
                      (a.is_last AND a.relation = 'considers')::int AS considers_count,
                      (a.is_last AND a.relation = 'uses')::int AS uses_count,
                      (a.is_last AND a.relation = 'left_for')::int AS left_count,
                      a.liked, a.disliked
                 FROM (SELECT *, id = FIRST_VALUE(id) OVER (
                                     PARTITION BY partner_id, competitor_id ORDER BY date DESC, id DESC) AS is_last
                         FROM crm_competitor_assessment) a
                 JOIN res_partner p ON p.id = a.partner_id"""
        )
