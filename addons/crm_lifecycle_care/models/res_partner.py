from datetime import timedelta

from odoo import models
from odoo.addons.crm_lifecycle.models.crm_next_action import NextAction

AHEAD_DAYS = 7


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _collect_next_actions(self, found, today):
        """Add birthdays and other days of the coming week that nobody greets by himself."""
        super()._collect_next_actions(found, today)
        occasions = self.env["crm.occasion"]
        if not occasions.has_access("read"):
            return
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
            found[occasion.partner_id.id].append(
                NextAction("birthday", self.env._("Congratulate"), occasion.display_name, occasion.next_date, window, 60)
            )
