from odoo import api, models


class CrmSegment(models.Model):
    _inherit = "crm.segment"

    @api.model
    def _secret_groups(self):
        """Add the right to health data: who is subscribed to a health plan is told by no open segment."""
        group = "crm_service_plan.group_health"
        return {**super()._secret_groups(), group: self.env.ref(group).id}
