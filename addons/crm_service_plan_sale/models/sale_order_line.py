from datetime import timedelta

from odoo import fields, models


class SaleOrderLine(models.Model):
    """The service a line starts: once, however often the order is confirmed."""

    _inherit = "sale.order.line"

    service_asset_ids = fields.Many2many(
        "crm.service.asset", string="Assets", copy=False, help="Which assets the service is for; empty: the customer."
    )
    service_contract_id = fields.Many2one("crm.service.contract", readonly=True, copy=False, index="btree_not_null")
    service_subscription_ids = fields.One2many(
        "crm.service.subscription", "sale_line_id", "Service Subscriptions", readonly=True
    )

    def _start_service_sudo(self):
        """Start contract and subscriptions of the lines that have none yet.

        Runs as superuser: who sells starts the service without being allowed to change plans and subscriptions.
        """
        for line in self.sudo():
            product = line.product_id.product_tmpl_id
            if product.service_contract_kind and not line.service_contract_id:
                contract = line.env["crm.service.contract"].create(line._prepare_contract_vals())
                contract.action_start()
                line.service_contract_id = contract
            wanted = line._prepare_subscriptions()
            if wanted:
                line.env["crm.service.subscription"].create(wanted)

    def _prepare_contract_vals(self):
        order, product = self.order_id, self.product_id.product_tmpl_id
        start = order.company_id._service_today(order.date_order)
        months = product.service_contract_months
        return {
            "name": self.product_id.display_name,
            "partner_id": order.partner_id.id,
            "company_id": order.company_id.id,
            "user_id": order.user_id.id,
            "start_date": start,
            "end_date": months and self._last_day(start, months),
            "kind": product.service_contract_kind,
            "included": product.service_contract_included * self.product_uom_qty,
            "plan_ids": [(6, 0, product.service_plan_ids.ids)],
            "asset_ids": [(6, 0, self.service_asset_ids.ids)],
            "price": order.currency_id._convert(
                self.price_subtotal, order.company_id.currency_id, order.company_id, order.date_order
            ),
        }

    def _last_day(self, start, months):
        """:return: last day of so many months; those begun on a day the last month lacks end with that month"""
        after = fields.Date.add(start, months=months)
        return after - timedelta(days=1) if after.day == start.day else after

    def _prepare_subscriptions(self):
        """:return: values of the subscriptions still missing"""
        order = self.order_id
        existing = {(s.plan_id.id, s.asset_id.id) for s in self.service_subscription_ids}
        return [
            {
                "partner_id": (asset.partner_id or order.partner_id).id,
                "asset_id": asset.id,
                "plan_id": plan.id,
                "company_id": order.company_id.id,
                "start_date": order.company_id._service_today(order.date_order),
                "contract_id": self.service_contract_id.id,
                "sale_line_id": self.id,
            }
            for plan in self.product_id.service_plan_ids
            for asset in self.service_asset_ids or [self.env["crm.service.asset"]]
            if (plan.id, asset.id) not in existing
        ]
