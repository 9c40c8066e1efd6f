from odoo import fields, models


class CrmCompetitor(models.Model):
    """Another supplier our customers consider, use or left us for."""

    _name = "crm.competitor"
    _description = "Competitor"
    _order = "name, id"
    _inherit = ["mail.thread"]

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: known to every company.")
    website = fields.Char()
    image_128 = fields.Image("Logo", max_width=128, max_height=128)
    offer = fields.Text("What They Offer")
    strengths = fields.Text(help="What customers like about them.")
    weaknesses = fields.Text()
    offer_ids = fields.One2many("crm.competitor.offer", "competitor_id", "Offers")
    offer_count = fields.Integer("Current Offers", compute="_compute_offer_count")
    assessment_ids = fields.One2many("crm.competitor.assessment", "competitor_id", "Assessments")
    considers_count = fields.Integer("Considering", compute="_compute_relations")
    uses_count = fields.Integer("Using", compute="_compute_relations")
    left_for_count = fields.Integer("Left for", compute="_compute_relations")

    def _compute_relations(self):
        groups = self.env["crm.competitor.assessment"]._read_group(
            [("competitor_id", "in", self.ids)], ["competitor_id", "relation"], ["partner_id:count_distinct"]
        )
        counts = {(competitor, relation): count for competitor, relation, count in groups}
        for competitor in self:
            for relation in ("considers", "uses", "left_for"):
                competitor[f"{relation}_count"] = counts.get((competitor, relation), 0)

    def _compute_offer_count(self):
        groups = self.env["crm.competitor.offer"]._read_group(
            [("competitor_id", "in", self.ids), ("is_current", "=", True)], ["competitor_id"], ["__count"]
        )
        counts = dict(groups)
        for competitor in self:
            competitor.offer_count = counts.get(competitor, 0)

    def action_open_customers(self):
        """The customers who consider or use it, or left for it (``relation`` in the context)."""
        self.ensure_one()
        domain = [("competitor_id", "=", self.id)]
        if relation := self.env.context.get("relation"):
            domain.append(("relation", "=", relation))
        partners = self.env["crm.competitor.assessment"].search(domain).partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": [("id", "in", partners.ids)],
        }
