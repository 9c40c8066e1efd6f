from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmMarketFigure(models.Model):
    """A figure about a market, from a government, a trade association or a study: it belongs to no customer."""

    _name = "crm.market.figure"
    _description = "Market Figure"
    _order = "period_start desc, indicator, id"
    _rec_name = "indicator"

    indicator = fields.Char(required=True, translate=True, help="What is counted, e.g. registered motorcycles.")
    category = fields.Selection(
        [
            ("population", "Population"),
            ("household", "Households"),
            ("business", "Businesses"),
            ("market", "Market and sales"),
            ("price", "Prices and income"),
            ("media", "Media"),
            ("other", "Other"),
        ],
        required=True,
        default="market",
    )
    segment = fields.Char("Product or Segment", help="e.g. motorcycles up to 125 cc")
    country_id = fields.Many2one("res.country", required=True, default=lambda self: self.env.company.country_id)
    state_id = fields.Many2one(
        "res.country.state", "Province", domain="[('country_id', '=?', country_id)]", help="Empty: the whole country."
    )
    audience = fields.Selection(
        [("person", "Persons"), ("company", "Companies"), ("all", "Both")],
        "Compare with Our",
        required=True,
        default="person",
        help="Which of our customers are counted beside it.",
    )
    period_start = fields.Date(
        "From", required=True, default=lambda self: fields.Date.start_of(fields.Date.today(), "year")
    )
    period_end = fields.Date("To", required=True, default=lambda self: fields.Date.end_of(fields.Date.today(), "year"))
    value = fields.Float(required=True, digits=(16, 2), aggregator=None)
    unit = fields.Char(required=True, translate=True, help="e.g. persons, million đồng")
    is_count = fields.Boolean(
        "Counts Possible Customers", default=True, help="Then our customers are shown as a share of it."
    )
    source = fields.Char(required=True, help="Who published it.")
    source_kind = fields.Selection(
        [
            ("government", "Government"),
            ("association", "Trade association"),
            ("study", "Study"),
            ("press", "Press"),
            ("estimate", "Own estimate"),
        ],
        required=True,
        default="government",
    )
    url = fields.Char("Web Page")
    reliability = fields.Selection(
        [("high", "High"), ("medium", "Medium"), ("low", "Low")], required=True, default="medium"
    )
    note = fields.Text("Notes")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for every company.")

    _period = models.Constraint("CHECK(period_end >= period_start)", "A period ends after it begins.")

    @api.constrains("country_id", "state_id")
    def _check_state(self):
        for figure in self:
            if figure.state_id and figure.state_id.country_id != figure.country_id:
                raise ValidationError(self.env._("“%(name)s” lies in another country.", name=figure.state_id.name))

    @api.depends("indicator", "country_id", "state_id", "period_start")
    def _compute_display_name(self):
        for figure in self:
            area = figure.state_id.name or figure.country_id.name or ""
            year = figure.period_start.year if figure.period_start else ""
            figure.display_name = f"{figure.indicator or ''} – {area} {year}"
