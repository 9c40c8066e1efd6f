from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.safe_eval import safe_eval

from ..domain.stages import Rules
from ..engine.preview import preview
from .crm_lifecycle_policy_words import policy_in_words, preview_in_words

RULES = (
    "horizon_weeks",
    "probability_cut",
    "gap_days",
    "min_silence_days",
    "established_orders",
    "established_days",
    "ended_days",
)
COUNTED = ("count_zero", "count_returns", "same_day_once", "partner_domain")
VERSIONED = {*RULES, *COUNTED, "active"}


class CrmLifecyclePolicy(models.Model):
    """The rules by which a company's persons, or its companies, get their stage."""

    _name = "crm.lifecycle.policy"
    _description = "Lifecycle Policy"
    _inherit = ["mail.thread", "crm.given.name.mixin"]
    _order = "company_id, customer_kind desc"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    customer_kind = fields.Selection(
        [("person", "Persons"), ("company", "Companies")], string="Applies to", required=True, default="person"
    )
    version = fields.Integer(default=1, readonly=True, copy=False, help="Goes up with every change of a rule.")
    horizon_weeks = fields.Integer(
        string="Horizon (weeks)",
        default=26,
        required=True,
        tracking=True,
        help="How far ahead we ask: will this customer buy again within so many weeks?",
    )
    probability_cut = fields.Float(
        string="Quiet below",
        default=0.15,
        digits=(4, 3),
        required=True,
        tracking=True,
        help="A customer has gone quiet once the chance of another purchase within the horizon falls below this.",
    )
    gap_days = fields.Integer(
        string="Plain gap (days)",
        default=180,
        required=True,
        tracking=True,
        help="While there is too little history for a forecast: quiet after so many days without a purchase.",
    )
    min_silence_days = fields.Integer(
        string="Minimum silence (days)",
        default=28,
        required=True,
        tracking=True,
        help="Nobody is called quiet before so many days without a purchase, whatever the forecast says.",
    )
    established_orders = fields.Integer(
        string="Established from (orders)",
        default=3,
        required=True,
        tracking=True,
        help="A new customer becomes established with so many purchases …",
    )
    established_days = fields.Integer(
        string="Established after (days)",
        default=90,
        required=True,
        tracking=True,
        help="… and so many days after the first one. 0: the purchases alone decide.",
    )
    ended_days = fields.Integer(
        string="Presumed ended after (days)",
        default=365,
        tracking=True,
        help="A quiet customer is presumed lost after so many more days. 0: never by time alone.",
    )
    count_zero = fields.Boolean(string="Zero amounts count", tracking=True)
    count_returns = fields.Boolean(
        string="Returns count as a visit",
        tracking=True,
        help="A return always lowers the value. Tick this if it is also a sign that the customer is still with us.",
    )
    same_day_once = fields.Boolean(
        string="Same day counts once", default=True, tracking=True, help="Several purchases on one day are one."
    )
    partner_domain = fields.Char(
        string="Only customers",
        default="[]",
        tracking=True,
        help="Extra condition on the partner. Internal users, own companies and pure vendors never take part.",
    )
    note = fields.Text(translate=True)

    in_words = fields.Html(compute="_compute_in_words", sanitize=False)
    preview = fields.Json(
        string="Who would move",
        compute="_compute_preview",
        help="What the unsaved change of the rules would do: headline, and rows of from, to, count, partners, reasons.",
    )

    _company_kind_uniq = models.UniqueIndex(
        "(company_id, customer_kind) WHERE active",
        "Each company has one active policy for persons and one for companies.",
    )
    _cut_range = models.Constraint(
        "CHECK(probability_cut > 0 AND probability_cut < 1)", "The probability must lie between 0 and 1."
    )
    _positive = models.Constraint(
        "CHECK(horizon_weeks BETWEEN 1 AND 520 AND gap_days > 0 AND min_silence_days >= 0 AND established_orders >= 1"
        " AND established_days >= 0 AND ended_days >= 0)",
        "Weeks, days and orders must be positive.",
    )

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for policy in self:
            try:
                self.env["res.partner"]._search(policy._partner_domain())
            except Exception as error:  # a domain can be wrong in any way: all of them are told alike
                raise ValidationError(self.env._("This condition on the customers cannot be read.")) from error

    @api.depends(*RULES, "company_id")
    @api.depends_context("lang")
    def _compute_in_words(self):
        for policy in self:
            policy.in_words = policy_in_words(policy)

    @api.depends(*RULES, *COUNTED)
    @api.depends_context("lang")
    def _compute_preview(self):
        for policy in self:
            saved = policy._origin
            changed = {name for name in (*RULES, *COUNTED) if saved and policy[name] != saved[name]}
            shown = policy._may_preview(changed)
            policy.preview = policy._preview_sudo(bool(changed & set(COUNTED))) if shown else False

    def _may_preview(self, changed):
        """Tell whether there is a change to show, and one that can be read."""
        readable = 0 < self.probability_cut < 1 and self.horizon_weeks > 0 and self.established_orders > 0
        return bool(changed) and readable and self.company_id in self.env.companies

    @api.model_create_multi
    def create(self, vals_list):
        """Create policies; the next daily run looks at everyone again."""
        policies = super().create(vals_list)
        policies.company_id._lifecycle_request_full()
        return policies

    def write(self, vals):
        """Raise the version when a rule changes; the next run then looks at everyone again."""
        changed = self.filtered(lambda policy: any(policy[name] != vals[name] for name in VERSIONED & set(vals)))
        result = super().write(vals)
        for policy in changed:
            super(CrmLifecyclePolicy, policy).write({"version": policy.version + 1})
        changed.company_id._lifecycle_request_full()
        return result

    @api.model
    def _ensure(self, companies):
        """Return the active policies of ``companies``, creating the missing ones with their defaults.

        Done as superuser by the nightly job and when a company is created.
        """
        found = self.search([("company_id", "in", companies.ids)])
        have = {(policy.company_id.id, policy.customer_kind) for policy in found}
        names = dict(self._fields["customer_kind"].selection)
        missing = [
            {"name": names[kind], "company_id": company.id, "customer_kind": kind}
            for company in companies
            for kind in ("person", "company")
            if (company.id, kind) not in have
        ]
        made = self.with_context(lang="en_US").create(missing).with_env(self.env)
        made._name_in_languages()
        return found | made

    def _given_names(self):
        """Return each policy's name: the kind of customer that it is about."""
        words = dict(self._fields["customer_kind"]._description_selection(self.env))
        return {policy.id: {"name": words[policy.customer_kind]} for policy in self}

    def _partner_domain(self):
        """Return the extra condition on partners as a list domain."""
        return safe_eval(self.partner_domain or "[]")

    def _rule_vals(self):
        """Return the values of all rules, to be kept with a fit: what decided under this version."""
        self.ensure_one()
        return {name: self[name] for name in (*RULES, *COUNTED)}

    def _rules(self):
        """Return this policy as the engine's ``Rules`` (pure values)."""
        self.ensure_one()
        return Rules(
            horizon_weeks=self.horizon_weeks,
            probability_cut=self.probability_cut,
            gap_days=self.gap_days,
            min_silence_days=self.min_silence_days,
            established_orders=self.established_orders,
            established_days=self.established_days,
            ended_days=self.ended_days,
        )

    def _preview_sudo(self, counted_changed):
        # As superuser: the counts come from all orders, whoever may read them; the list obeys the reader's rules.
        self.ensure_one()
        as_of = self.company_id._lifecycle_today()
        found = preview(self.sudo().env, self.sudo(), as_of, counted_changed)
        return preview_in_words(self.env, found, as_of)
