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
        policies = self._care_seen()
        wanted = self.filtered(lambda p: p.id in policies and policies[p.id][0].service_plan_ids)
        have = wanted._service_plans_had_sudo()
        offer = care.union(*(policies[partner.id][0] for partner in wanted))._plans_to_offer_sudo()
        for partner in wanted:
            policy, reason = policies[partner.id]
            had = have.get(partner.id, ())
            for plan in (policy.service_plan_ids & offer).filtered(lambda plan, had=had: plan.id not in had):
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

    def _service_plans_had_sudo(self):
        """:return: ``{customer id: {plan id}}`` of what they are subscribed to and has not ended

        Runs as superuser: what a customer has at another branch is not offered again here; nothing of it is shown.
        """
        rows = self.env["crm.service.subscription"].sudo()._read_group(
            [("partner_id", "in", self.ids), ("state", "!=", "ended")], ["partner_id"], ["plan_id:recordset"]
        )
        return {partner.id: set(plans.ids) for partner, plans in rows}
