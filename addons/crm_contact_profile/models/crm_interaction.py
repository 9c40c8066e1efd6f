from odoo import fields, models


class CrmInteraction(models.Model):
    _inherit = "crm.interaction"

    competitor_id = fields.Many2one("crm.competitor", index="btree_not_null", ondelete="set null")
    fact_count = fields.Integer("Facts", compute="_compute_fact_count", groups="crm_profile.group_user")

    def _fact_source(self):
        """What a fact learnt in this contact names as its source."""
        self.ensure_one()
        return f"{self._name},{self.id}"

    def _compute_fact_count(self):
        refs = {interaction._fact_source(): interaction for interaction in self if interaction.id}
        self.fact_count = 0
        for ref, count in self.env["crm.profile.fact"]._read_group(
            [("source_ref", "in", list(refs))], ["source_ref"], ["__count"]
        ):
            refs[ref].fact_count = count

    def action_open_facts(self):
        """What was learnt in this contact."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Was Learnt"),
            "res_model": "crm.profile.fact",
            "view_mode": "list,form",
            "domain": [("source_ref", "=", self._fact_source())],
            "context": {"create": False},
        }
