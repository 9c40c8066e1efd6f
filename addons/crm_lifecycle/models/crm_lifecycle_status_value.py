from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain.value_class import FIGURES
from .crm_value_class_words import class_in_words


class CrmLifecycleStatus(models.Model):
    """What the value class rests on, and what a customer brought by referring others."""

    _inherit = "crm.lifecycle.status"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    class_days = fields.Integer(
        string="Class Period (days)", readonly=True, aggregator=False, help="The days the class looked at; 0: all."
    )
    class_orders = fields.Integer(string="Purchases in Period", readonly=True)
    class_amount = fields.Monetary(string="Revenue in Period", readonly=True)
    class_margin = fields.Monetary(string="Margin in Period", readonly=True)
    class_complaints = fields.Integer(string="Complaints in Period", readonly=True)
    class_referred = fields.Monetary(string="Referred Revenue in Period", readonly=True)
    class_reason = fields.Char(string="Why This Class", compute="_compute_class_reason")
    referral_count = fields.Integer(
        string="Referred Customers", compute="_compute_referral", search="_search_referral_count", aggregator=False
    )
    referral_amount = fields.Monetary(
        string="Referred Revenue",
        compute="_compute_referral",
        search="_search_referral_amount",
        aggregator=False,
        help="Revenue of the customers whom this one brought.",
    )

    @api.depends("value_class_id", *(f"class_{name}" for name in (*FIGURES, "days")))
    @api.depends_context("lang")
    def _compute_class_reason(self):
        any_class = {company: bool(self.env["crm.value.class"]._of_company(company)) for company in self.company_id}
        for status in self:
            figures = {name: status[f"class_{name}"] for name in (*FIGURES, "days")}
            told = status.order_count and any_class.get(status.company_id)
            status.class_reason = told and class_in_words(
                self.env, status.value_class_id.name, status.currency_id, figures
            )

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_referral(self):
        found = self.env["crm.referral"]._credits(self.partner_id, self.company_id)
        for status in self:
            number, amount = found.get((status.partner_id.id, status.company_id.id), (0, 0.0))
            status.referral_count, status.referral_amount = number, amount

    @api.model
    def _search_referral_count(self, operator, value):
        return self._search_referral("count(*)", operator, value)

    @api.model
    def _search_referral_amount(self, operator, value):
        return self._search_referral("COALESCE(sum(s.amount_total), 0)", operator, value)

    @api.model
    def _search_referral(self, aggregate, operator, value):
        """Return the domain of statuses by what was brought; who brought nobody has 0."""
        if operator not in (">", ">=", "<", "<=", "in", "not in"):
            return NotImplemented
        values = [item or 0 for item in value] if operator in ("in", "not in") else [value or 0]
        self.env.flush_all()
        credit = self.env["crm.referral"]._credit_query()
        having = self._having(SQL(aggregate), operator, values)
        ids = SQL(
            """(SELECT o.id FROM crm_lifecycle_status o
                  JOIN (%s GROUP BY r.referrer_commercial_id, r.company_id HAVING %s) c
                    ON c.partner_id = o.partner_id AND c.company_id = o.company_id)""",
            credit,
            having,
        )
        domain = Domain("id", "in", ids)
        if self._zero_fits(operator, values):
            some = SQL(
                """(SELECT o.id FROM crm_lifecycle_status o JOIN crm_referral r
                       ON r.referrer_commercial_id = o.partner_id AND r.company_id = o.company_id)"""
            )
            domain |= Domain("id", "not in", some)
        return domain

    @api.model
    def _having(self, aggregate, operator, values):
        if operator in ("in", "not in"):
            return SQL("%s %s %s", aggregate, SQL("IN" if operator == "in" else "NOT IN"), tuple(values))
        return SQL("%s %s %s", aggregate, SQL(operator), values[0])

    @api.model
    def _zero_fits(self, operator, values):
        """Tell whether somebody with nothing is found."""
        if operator in ("in", "not in"):
            return (0 in values) == (operator == "in")
        limit = values[0]
        return {">": 0 > limit, ">=": 0 >= limit, "<": 0 < limit, "<=": 0 <= limit}[operator]

    def action_class_history(self):
        """Open the changes of value class of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_value_class_change_action")
        return {**action, "domain": [("partner_id", "=", self.partner_id.id)]}
