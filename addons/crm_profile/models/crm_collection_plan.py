from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmCollectionPlan(models.Model):
    """Which facts we collect, about whom, how deep, how many and at what cost."""

    _name = "crm.collection.plan"
    _description = "Collection Plan"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("done", "Closed")],
        required=True,
        default="draft",
        help="Of the customers of running plans nothing is collected but what one of these plans asks for.",
    )
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company, index=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    purpose = fields.Text(translate=True, help="What the business does with it: only what is needed is collected.")
    domain = fields.Char("Customers", default="[('is_company', '=', False)]", help="Empty: every customer.")
    depth = fields.Selection(
        [("1", "1 – Contact"), ("2", "2 – Descriptive"), ("3", "3 – Intimate")],
        required=True,
        default="2",
        help="No attribute of a greater depth belongs to the plan.",
    )
    line_ids = fields.One2many("crm.collection.plan.line", "plan_id", "Attributes", copy=True)
    target_count = fields.Integer("Target (customers)", help="How many customers are enough.")
    budget = fields.Monetary(help="Money set aside.")
    hours = fields.Float(help="Working hours set aside.")
    difficulty = fields.Selection(
        [("1", "Easy to reach"), ("2", "Ordinary"), ("3", "Hard to reach")], required=True, default="2"
    )
    customer_count = fields.Integer("Customers in Scope", compute="_compute_coverage")
    coverage = fields.Float("Held Already", compute="_compute_coverage", help="Share of the wanted facts already held.")

    def _compute_currency_id(self):
        for plan in self:
            plan.currency_id = (plan.company_id or self.env.company).currency_id

    @api.constrains("domain")
    def _check_domain(self):
        for plan in self:
            try:
                self.env["res.partner"].sudo()._search(plan._partner_domain(), limit=1)
            except Exception as error:  # a domain can be wrong in any way: all of them are told alike
                raise ValidationError(
                    self.env._("The customers of “%(plan)s” cannot be searched: %(error)s", plan=plan.name, error=error)
                ) from error

    @api.constrains("depth", "line_ids")
    def _check_depth(self):
        for plan in self:
            deeper = plan.line_ids.attribute_id.filtered(lambda a, plan=plan: a.depth > plan.depth)
            if deeper:
                raise ValidationError(self.env._("“%(name)s” goes deeper than the plan allows.", name=deeper[0].name))

    def _partner_domain(self):
        """The plan's customers as a fresh :class:`Domain`."""
        self.ensure_one()
        return Domain(literal_eval(self.domain or "[]"))

    @api.depends("domain", "line_ids.attribute_id")
    def _compute_coverage(self):
        for plan in self:
            plan.customer_count = self.env["res.partner"].search_count(plan._partner_domain())
            wanted = plan.customer_count * len(plan.line_ids)
            plan.coverage = sum(plan.line_ids.mapped("held_count")) / wanted if wanted else 0.0

    def _held_counts(self):
        """{attribute: number of the plan's customers of whom a usable fact is held}"""
        self.ensure_one()
        return dict(
            self.env["crm.profile.fact"]._read_group(
                [
                    ("partner_id", "in", self.env["res.partner"]._search(self._partner_domain())),
                    ("attribute_id", "in", self.line_ids.attribute_id.ids),
                    ("status", "in", ("stated", "verified")),
                ],
                ["attribute_id"],
                ["partner_id:count_distinct"],
            )
        )
