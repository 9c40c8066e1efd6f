from odoo import models
from odoo.addons.crm_lifecycle.models.crm_next_action import NextAction


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _collect_next_actions(self, found, today):
        """Add visits that are due, and service plans of the care policy the customer does not have."""
        result = super()._collect_next_actions(found, today)
        if self.env["crm.service.visit"].has_access("read"):
            self._next_visits(found, today)
        if self.env["crm.service.subscription"].has_access("create"):
            self._next_service_plans(found)
        return result

    def _next_visits(self, found, today):
        visits = self.env["crm.service.visit"].search(
            [("partner_id", "in", self.ids), ("state", "in", ("due", "reminded")), ("due_date", "<=", today)]
        )
        for visit in visits:
            window = self._window("crm.service.visit", visit.id)
            title = self.env._("Arrange the service")
            found[visit.partner_id.id].append(
                NextAction("service", title, visit.display_name, visit.due_date, window, 70)
            )

    def _next_service_plans(self, found):
        care = self.env["crm.care.policy"]
        policies = care._for_customers_sudo(self.commercial_partner_id, self.env.company)
        wanted = self.filtered(lambda p: p.id in policies and policies[p.id][0].service_plan_ids)
        running = self.env["crm.service.subscription"].search(
            [("partner_id", "in", wanted.ids), ("state", "!=", "ended")]
        )
        have = {(one.partner_id.id, one.plan_id.id) for one in running}
        for partner in wanted:
            policy, reason = policies[partner.id]
            for plan in policy.service_plan_ids.filtered(lambda plan, p=partner: (p.id, plan.id) not in have):
                window = {
                    "type": "ir.actions.act_window",
                    "res_model": "crm.service.subscription",
                    "view_mode": "form",
                    "views": [(False, "form")],
                    "context": {"default_partner_id": partner.id, "default_plan_id": plan.id},
                }
                title = self.env._("Offer “%(plan)s”", plan=plan.name)
                words = care._reason_in_words_sudo(reason)
                found[partner.id].append(NextAction(f"service_plan_{plan.id}", title, words, None, window, 22))
