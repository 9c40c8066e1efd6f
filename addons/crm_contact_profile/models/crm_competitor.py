from odoo import fields, models


class CrmCompetitor(models.Model):
    _inherit = "crm.competitor"

    mention_ids = fields.One2many("crm.mention", "competitor_id", "Mentions", groups="crm_contact_policy.group_user")
    mention_count = fields.Integer(compute="_compute_mention_count", groups="crm_contact_policy.group_user")
    talked_about_count = fields.Integer(
        "In Contacts", compute="_compute_mention_count", groups="crm_contact_policy.group_user"
    )

    def _compute_mention_count(self):
        for name, model in (("mention_count", "crm.mention"), ("talked_about_count", "crm.interaction")):
            groups = self.env[model]._read_group([("competitor_id", "in", self.ids)], ["competitor_id"], ["__count"])
            counts = dict(groups)
            for competitor in self:
                competitor[name] = counts.get(competitor, 0)

    def action_open_talks(self):
        """Mentions of it, or contacts in which it was named (``about`` in the context)."""
        self.ensure_one()
        about = self.env.context.get("about") or "crm.mention"
        name = "crm_mention_action" if about == "crm.mention" else "crm_interaction_action"
        action = self.env["ir.actions.actions"]._for_xml_id(f"crm_contact_policy.{name}")
        return {
            **action,
            "domain": [("competitor_id", "=", self.id)],
            "context": {"default_competitor_id": self.id},
        }
