from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_profile_fact import SOURCES

RATINGS = ("rating_price", "rating_quality", "rating_service", "rating_delivery")


class CrmCompetitorAssessment(models.Model):
    """What a customer has to do with a competitor, and how they compare."""

    _name = "crm.competitor.assessment"
    _description = "Competitor Assessment"
    _order = "date desc, id desc"
    _rec_name = "competitor_id"
    _privacy = {
        "report": ("competitor_id", "relation", "date", "liked", "disliked", "rating_average", "source"),
        "mask": ("liked", "disliked", "source_ref"),
    }

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    company_id = fields.Many2one(related="partner_id.company_id", store=True, index="btree_not_null")
    competitor_id = fields.Many2one("crm.competitor", required=True, index=True, ondelete="restrict")
    relation = fields.Selection(
        [("considers", "Considers"), ("uses", "Uses"), ("left_for", "Left us for")], required=True, default="considers"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    liked = fields.Text("What They Like There")
    disliked = fields.Text("What They Dislike There")
    rating_price = fields.Integer("Price", help="1 (we are much better) to 5 (they are much better); 0: not said.")
    rating_quality = fields.Integer("Quality", help="1 (we are much better) to 5 (they are much better); 0: not said.")
    rating_service = fields.Integer("Service", help="1 (we are much better) to 5 (they are much better); 0: not said.")
    rating_delivery = fields.Integer(
        "Delivery", help="1 (we are much better) to 5 (they are much better); 0: not said."
    )
    rating_average = fields.Float("Average", compute="_compute_rating_average", store=True, aggregator="avg")
    source = fields.Selection(SOURCES, required=True, default="employee")
    source_ref = fields.Char("Where From")
    user_id = fields.Many2one("res.users", "Recorded by", default=lambda self: self.env.user, readonly=True)

    @api.depends(*RATINGS)
    def _compute_rating_average(self):
        for assessment in self:
            given = [assessment[name] for name in RATINGS if assessment[name]]
            assessment.rating_average = sum(given) / len(given) if given else 0.0

    @api.constrains(*RATINGS)
    def _check_ratings(self):
        for assessment in self:
            if any(not 0 <= assessment[name] <= 5 for name in RATINGS):
                raise ValidationError(self.env._("A rating goes from 1 to 5; 0 means it was not said."))

    @api.depends("competitor_id.name", "relation", "partner_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        relations = dict(self._fields["relation"]._description_selection(self.env))
        for assessment in self:
            assessment.display_name = (
                f"{assessment.partner_id.display_name or ''} – "
                f"{relations.get(assessment.relation, '')} {assessment.competitor_id.name or ''}"
            )
