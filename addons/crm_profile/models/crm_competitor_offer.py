from odoo import api, fields, models


class CrmCompetitorOffer(models.Model):
    """What a competitor offers, at what price, since when and until when."""

    _name = "crm.competitor.offer"
    _description = "Competitor's Offer"
    _order = "date_from desc, id desc"

    name = fields.Char("Offer", required=True)
    competitor_id = fields.Many2one("crm.competitor", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="competitor_id.company_id", store=True, index="btree_not_null")
    product = fields.Char("Product or Service")
    our_product = fields.Char("Against Our", help="Which of our products or services it competes with.")
    currency_id = fields.Many2one("res.currency", default=lambda self: self.env.company.currency_id, required=True)
    price = fields.Monetary()
    our_price = fields.Monetary()
    price_gap = fields.Float(
        "Dearer than Ours", compute="_compute_price_gap", store=True, aggregator="avg", help="Negative: cheaper."
    )
    date_from = fields.Date("Seen on", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Until")
    is_current = fields.Boolean("Current", compute="_compute_is_current", search="_search_is_current")
    conditions = fields.Text()
    source_ref = fields.Char("Where From")
    url = fields.Char("Web Page")
    user_id = fields.Many2one("res.users", "Recorded by", default=lambda self: self.env.user, readonly=True)

    _period = models.Constraint("CHECK(date_to IS NULL OR date_to >= date_from)", "An offer ends after it begins.")

    @api.depends("price", "our_price")
    def _compute_price_gap(self):
        for offer in self:
            both = offer.price and offer.our_price
            offer.price_gap = offer.price / offer.our_price - 1 if both else 0.0

    @api.depends("date_from", "date_to")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for offer in self:
            begun = bool(offer.date_from) and offer.date_from <= today
            offer.is_current = begun and (not offer.date_to or offer.date_to >= today)

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return fields.Domain("date_from", "<=", today) & (
            fields.Domain("date_to", "=", False) | fields.Domain("date_to", ">=", today)
        )
