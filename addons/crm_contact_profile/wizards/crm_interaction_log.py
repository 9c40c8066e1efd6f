from odoo import fields, models


class CrmInteractionLog(models.TransientModel):
    _inherit = "crm.interaction.log"

    fact_ids = fields.One2many("crm.interaction.log.fact", "log_id", "What We Learnt")
    competitor_id = fields.Many2one("crm.competitor", "Competitor Named", ondelete="cascade")
    competitor_relation = fields.Selection(
        [("considers", "They consider them"), ("uses", "They use them"), ("left_for", "They left us for them")],
        "How Far",
        default="considers",
    )
    competitor_liked = fields.Text("What They Like There")

    def _save_interaction(self):
        """Facts, and what they said of a competitor, are kept with the contact."""
        interaction = super()._save_interaction()
        source = interaction._fact_source()
        for line in self.fact_ids:
            line._check_restricted()
            values = {line.attribute_id.code: line._python_value()}
            self.partner_id._profile_record(values, "employee", source, fields.Date.context_today(self, self.date))
        if self.competitor_id:
            interaction.competitor_id = self.competitor_id
            self.env["crm.competitor.assessment"].create(
                {
                    "partner_id": self.partner_id.id,
                    "competitor_id": self.competitor_id.id,
                    "relation": self.competitor_relation or "considers",
                    "liked": self.competitor_liked,
                    "date": fields.Date.context_today(self, self.date),
                    "source": "employee",
                    "source_ref": source,
                }
            )
        return interaction
