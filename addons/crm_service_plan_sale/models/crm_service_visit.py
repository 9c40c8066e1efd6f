from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmServiceVisit(models.Model):
    """What no contract covers is quoted; what sales made of a finding is credited with the order's amount."""

    _inherit = "crm.service.visit"

    order_ids = fields.One2many("sale.order", "service_visit_id", "Quotations", groups="base.group_user")
    order_count = fields.Integer(compute="_compute_order_count", compute_sudo=True)

    @api.depends("order_ids")
    def _compute_order_count(self):
        for visit in self:
            visit.order_count = len(visit.order_ids)

    @api.depends("lead_ids.order_ids.state", "lead_ids.order_ids.amount_untaxed")
    def _compute_upsell(self):
        """See the base: again when an order of a finding is confirmed, changed or cancelled."""
        return super()._compute_upsell()

    def _upsell_of(self, lead):
        """See the base: credit what was ordered, not what was hoped for: untaxed, at the orders' rates.

        A lead that was won without any order counts as in the base.
        """
        orders = lead.order_ids.filtered(lambda order: order.state == "sale")
        if not orders:
            return super()._upsell_of(lead)
        return sum(
            order.currency_id._convert(
                order.amount_untaxed, self.currency_id, self.company_id, order.date_order or fields.Date.today()
            )
            for order in orders
        )

    def action_quote(self):
        """A quotation for a visit the customer pays: the work, and the parts used. One a visit.

        :return: action
        :raises UserError: a contract covers the visit
        """
        self.ensure_one()
        self.check_access("write")
        if self.is_covered:
            raise UserError(self.env._("A contract covers this visit: there is nothing to be paid."))
        order = self._quote_sudo()
        if not self.env["sale.order"].has_access("read"):
            return self._notify(self.env._("%(order)s was made; sales will send it.", order=order.name))
        return {"type": "ir.actions.act_window", "res_model": "sale.order", "view_mode": "form", "res_id": order.id}

    def _quote_sudo(self):
        """:return: `sale.order`, the one there is or a new one

        Runs as superuser: a technician has a visit quoted without access to sales.
        """
        visit = self.sudo()
        order = visit.order_ids.filtered(lambda order: order.state != "cancel")[:1]
        if order:
            return order
        return (
            visit.env["sale.order"]
            .with_company(visit.company_id)
            .create(
                {
                    "partner_id": visit.partner_id.id,
                    "company_id": visit.company_id.id,
                    "user_id": visit.partner_id.user_id.id,
                    "origin": self.env._("Service") if visit.is_sensitive else visit.display_name,
                    "service_visit_id": visit.id,
                    "order_line": [(0, 0, vals) for vals in visit._prepare_quote_lines()],
                }
            )
        )

    def _prepare_quote_lines(self):
        """:return: values of the order lines: the work at its list price, else by the hour; then the parts

        Quotations are read by more people than health data: of such a visit they tell the sums alone.
        """
        work = self.env.ref("crm_service_plan_sale.product_work")
        hours = self.hours or self.duration
        line = {"product_id": work.id, "name": self.env._("Service") if self.is_sensitive else self._task_names()}
        if self.price:
            line.update(product_uom_qty=1, price_unit=self.price)
        else:
            line["product_uom_qty"] = hours
        if self.is_sensitive:
            parts = {"product_id": work.id, "name": self.env._("Parts"), "price_unit": self.parts_price}
            return [line, parts] if self.parts_price else [line]
        return [
            line,
            *(
                {"product_id": part.product_id.id, "product_uom_qty": part.quantity, "price_unit": part.unit_price}
                for part in self.part_ids
            ),
        ]

    def action_view_orders(self):
        """Quotations made for the visit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Quotations"),
            "res_model": "sale.order",
            "view_mode": "list,form",
            "domain": [("service_visit_id", "=", self.id)],
        }
