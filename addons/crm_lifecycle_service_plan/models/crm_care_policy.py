from odoo import fields, models


class CrmCarePolicy(models.Model):
    _inherit = "crm.care.policy"

    service_plan_ids = fields.Many2many(
        "crm.service.plan",
        string="Service Plans",
        check_company=True,
        help="Proposed on customers under this policy who do not have them yet.",
    )

    def _plans_to_offer_sudo(self):
        """:return: plans of these policies that their reader may see; health plans for those with the right alone

        Runs as superuser: policies are found so for readers who may not open them, and their plans come along unasked;
        what the reader may see is judged here.
        """
        plans = self.sudo().service_plan_ids
        if not self.env.user.has_group("crm_service_plan.group_health"):
            plans = plans.filtered(lambda plan: not plan.is_sensitive)
        return plans.sudo(False)._filtered_access("read").sudo()
