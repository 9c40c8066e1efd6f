from odoo import api, fields, models
from odoo.tools import SQL

from ..domain.value_class import ANY_KIND, ClassRule
from ..engine.class_preview import preview_classes
from ..engine.fitting import KINDS
from .crm_value_class_words import limits_in_words, preview_in_words

LIMITS = (
    "customer_kind", "period_days", "min_amount", "min_orders", "min_margin", "max_complaints", "min_referred",
    "sequence", "active", "company_id",
)


class CrmValueClass(models.Model):
    """A class of value (A, B, C …) by the company's own rule."""

    _name = "crm.value.class"
    _description = "Value Class"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    code = fields.Char(readonly=True, copy=False, help="Of a class that came with the presets of a trade.")
    is_edited = fields.Boolean(readonly=True, copy=False, help="Changed by people since the presets set it.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    customer_kind = fields.Selection([("person", "Persons"), ("company", "Companies")], string="Applies to")
    period_days = fields.Integer(
        string="Within the last (days)",
        help="Only purchases and complaints of these days count. 0: all since the first."
    )
    min_amount = fields.Float(string="Revenue from", help="Untaxed revenue in the company's currency.")
    min_orders = fields.Integer(string="Purchases from")
    min_margin = fields.Float(string="Margin from", help="In the company's currency. 0: the margin does not matter.")
    limits_complaints = fields.Boolean(
        string="Complaints matter", compute="_compute_limits_complaints", inverse="_inverse_limits_complaints"
    )
    max_complaints = fields.Integer(
        string="Complaints at most", default=-1, help="-1: complaints do not matter. 0: whoever complains is not in it."
    )
    min_referred = fields.Float(
        string="Referred revenue from",
        help="Revenue of the customers whom this one brought, in the company's currency. 0: it does not matter.",
    )
    in_words = fields.Char(string="Who belongs to it", compute="_compute_in_words")
    preview = fields.Json(
        string="Who would be in it",
        compute="_compute_preview",
        help="How many customers each class would have: headline, and rows of from, to, count, partners, reasons.",
    )

    _limits_positive = models.Constraint(
        "CHECK((period_days IS NULL OR period_days BETWEEN 0 AND 36500) AND (min_orders IS NULL OR min_orders >= 0)"
        " AND (max_complaints IS NULL OR max_complaints >= -1))",
        "Days and purchases must not be negative; complaints at most is -1 or more.",
    )

    @api.depends("max_complaints")
    def _compute_limits_complaints(self):
        for value_class in self:
            value_class.limits_complaints = value_class.max_complaints >= 0

    @api.onchange("limits_complaints")
    def _inverse_limits_complaints(self):
        for value_class in self:
            if value_class.limits_complaints != (value_class.max_complaints >= 0):
                value_class.max_complaints = 0 if value_class.limits_complaints else -1

    @api.depends(*LIMITS)
    @api.depends_context("lang", "company")
    def _compute_in_words(self):
        for value_class in self:
            value_class.in_words = limits_in_words(value_class)

    @api.depends(*LIMITS)
    @api.depends_context("lang", "company")
    def _compute_preview(self):
        for value_class in self:
            may = value_class.has_access("write") and value_class.period_days >= 0
            value_class.preview = value_class._preview_sudo() if may else False

    def _preview_sudo(self):
        # As superuser: the counts come from all purchases; the list is opened by the reader's rules.
        company = self.company_id or self.env.company
        if company not in self.env.companies:
            return False
        found = preview_classes(self.sudo().env, company, self.sudo(), company._lifecycle_today())
        return preview_in_words(self.env, found, company)

    @api.model_create_multi
    def create(self, vals_list):
        """Create classes; the next nightly run looks at everyone again."""
        classes = super().create(vals_list)
        classes._lifecycle_request_full()
        return classes

    def write(self, vals):
        """Have everyone looked at again when a limit changes."""
        companies = self.company_id
        shared = not all(value_class.company_id for value_class in self)
        if vals.keys() & set(LIMITS) and not self.env.context.get("lifecycle_preset"):
            vals = {**vals, "is_edited": True}
        result = super().write(vals)
        if vals.keys() & set(LIMITS):
            self._lifecycle_request_full(companies, shared)
        return result

    def _lifecycle_request_full(self, companies=None, shared=False):
        companies = (companies or self.env["res.company"]) | self.company_id
        if shared or not all(value_class.company_id for value_class in self):
            companies = self._every_company_sudo()
        companies._lifecycle_request_full()

    @api.model
    def _every_company_sudo(self):
        # As superuser: a class without a company is everybody's, also of companies that the user does not see.
        return self.env["res.company"].sudo().search([("active", "=", True)])

    @api.ondelete(at_uninstall=False)
    def _unlink_from_statuses(self):
        """Take the class from the customers: their column has no foreign key."""
        self.env.cr.execute(
            SQL("UPDATE crm_lifecycle_status SET value_class_id = NULL WHERE value_class_id = ANY(%s)", self.ids)
        )
        self.env["crm.lifecycle.status"].invalidate_model(["value_class_id"])
        self._lifecycle_request_full()

    @api.model
    def _of_company(self, company):
        """Return the classes that hold in ``company``, best first."""
        return self.search([("company_id", "in", [company.id, False])])

    def _rule(self):
        """Return this class as the engine's ``ClassRule`` (pure values)."""
        self.ensure_one()
        return ClassRule(
            id=self._origin.id or -1,
            kind=KINDS.index(self.customer_kind) if self.customer_kind else ANY_KIND,
            days=self.period_days,
            min_orders=self.min_orders,
            min_amount=self.min_amount,
            min_margin=self.min_margin,
            max_complaints=self.max_complaints,
            min_referred=self.min_referred,
        )
