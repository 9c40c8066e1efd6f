from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    service_visit_id = fields.Many2one("crm.service.visit", readonly=True, copy=False, index="btree_not_null")
    service_contract_ids = fields.Many2many("crm.service.contract", compute="_compute_service")
    service_contract_count = fields.Integer(compute="_compute_service")
    has_service = fields.Boolean(compute="_compute_service")

    def _compute_service(self):
        for order in self:
            order.service_contract_ids = order.order_line.service_contract_id
            order.service_contract_count = len(order.service_contract_ids)
            products = order.order_line.product_id.product_tmpl_id
            order.has_service = any(p.service_plan_ids or p.service_contract_kind for p in products)

    def _action_confirm(self):
        """What was sold with service starts its service."""
        result = super()._action_confirm()
        self.order_line._start_service_sudo()
        return result

    def _action_cancel(self):
        """Nothing ends by itself: somebody is asked what becomes of the service that was started."""
        result = super()._action_cancel()
        self._ask_about_service_sudo()
        return result

    def _ask_about_service_sudo(self):
        # As superuser: whoever cancels an order need not be allowed to write to the contract.
        for order in self.sudo():
            lines = order.order_line
            started = [
                *lines.service_contract_id,
                *lines.service_subscription_ids.filtered(lambda s: not s.contract_id),
            ]
            for record in started:
                if record.state in ("running", "to_renew", "active", "paused"):
                    record.activity_schedule(
                        "mail.mail_activity_data_todo",
                        summary=self.env._("%(order)s was cancelled: end this, too?", order=order.name),
                        user_id=(order.user_id or self.env.user).id,
                    )

    def action_view_service_contracts(self):
        """Contracts the order started."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_service_plan.crm_service_contract_action")
        action["domain"] = [("id", "in", self.service_contract_ids.ids)]
        return action
