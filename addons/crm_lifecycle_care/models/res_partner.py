from datetime import timedelta

from odoo import models
from odoo.addons.crm_lifecycle.models.crm_next_action import NextAction

AHEAD_DAYS = 7


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _collect_next_actions(self, found, today):
        """Add birthdays and other days of the coming week that nobody greets by himself."""
        result = super()._collect_next_actions(found, today)
        occasions = self.env["crm.occasion"]
        if not occasions.has_access("read"):
            return result
        coming = occasions.search(
            [
                ("partner_id", "in", self.ids),
                ("next_date", ">=", today),
                ("next_date", "<=", today + timedelta(days=AHEAD_DAYS)),
                ("action", "!=", "greeting"),
                ("company_id", "in", (self.env.company.id, False)),
            ]
        )
        for occasion in coming:
            window = self._window("crm.occasion", occasion.id)
            title = self.env._("Congratulate")
            found[occasion.partner_id.id].append(
                NextAction("birthday", title, occasion.display_name, occasion.next_date, window, 60)
            )
        return result
