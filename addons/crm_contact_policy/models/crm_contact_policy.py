from ast import literal_eval
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..domain import rules
from . import policy_words

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]
OFF_FIELDS = (
    "off_monday",
    "off_tuesday",
    "off_wednesday",
    "off_thursday",
    "off_friday",
    "off_saturday",
    "off_sunday",
)


class CrmContactPolicy(models.Model):
    """A company's rules of contact, for all customers or for those of a domain."""

    _name = "crm.contact.policy"
    _description = "Contact Policy"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The first policy that fits a customer applies.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Empty: every company that has no policy of its own for the customer.",
    )
    domain = fields.Char("Customers", default="[]", help="Empty: every customer.")
    hours_ids = fields.One2many("crm.contact.policy.hours", "policy_id", "Contact Hours", copy=True)
    purpose_ids = fields.One2many("crm.contact.policy.purpose", "policy_id", "Purposes", copy=True)
    cap_ids = fields.One2many("crm.contact.policy.cap", "policy_id", "Caps", copy=True)
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Holiday Calendar",
        check_company=True,
        help="Its public holidays (time off of nobody in particular) are days off. Empty: the company's working hours.",
    )
    off_monday = fields.Boolean("Monday")
    off_tuesday = fields.Boolean("Tuesday")
    off_wednesday = fields.Boolean("Wednesday")
    off_thursday = fields.Boolean("Thursday")
    off_friday = fields.Boolean("Friday")
    off_saturday = fields.Boolean("Saturday")
    off_sunday = fields.Boolean("Sunday", default=True)
    unknown_tz = fields.Selection(
        [("company", "The company's time zone"), ("country", "The zone of the customer's country, if it has only one")],
        "Unknown Time Zone",
        required=True,
        default="company",
        help="Which clock counts for a customer whose time zone is not known.",
    )

    summary = fields.Html(compute="_compute_summary", sanitize=False, help="The rules in plain words.")
    customer_count = fields.Integer("Number of Customers", compute="_compute_customer_count")

    @api.depends(
        "hours_ids.channel_id",
        "hours_ids.weekday",
        "hours_ids.hour_from",
        "hours_ids.hour_to",
        "purpose_ids.purpose",
        "purpose_ids.needs_consent",
        "purpose_ids.on_days_off",
        "purpose_ids.passes_caps",
        "purpose_ids.cooldown_days",
        "cap_ids.limit",
        "cap_ids.days",
        "cap_ids.channel_id",
        "cap_ids.purpose",
        "calendar_id",
        *OFF_FIELDS,
    )
    @api.depends_context("lang")
    def _compute_summary(self):
        for policy in self:
            policy.summary = policy_words.summary(policy)

    @api.depends("domain")
    def _compute_customer_count(self):
        for policy in self:
            policy.customer_count = self.env["res.partner"].search_count(policy._partner_domain())

    @api.constrains("domain")
    def _check_domain(self):
        for policy in self:
            try:
                # constraints run as superuser; a policy must not ask for what its author may not know
                self.env["res.partner"].sudo(False).search(policy._partner_domain(), limit=1)
            except Exception as error:  # a domain can be wrong in any way: all of them are told alike
                raise ValidationError(
                    self.env._(
                        "The customers of “%(policy)s” cannot be searched: %(error)s", policy=policy.name, error=error
                    )
                ) from error

    def _partner_domain(self):
        """The policy's customers as a fresh :class:`Domain`."""
        self.ensure_one()
        return Domain(literal_eval(self.domain or "[]"))

    def action_view_customers(self):
        """Open the customers of this policy's domain."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": list(self._partner_domain()),
        }

    # ------------------------------------------------------------------ resolution
    @api.model
    def _for_partners(self, partners, company):
        """Return {partner id: policy} in ``company``.

        A company's own policies come before those of every company, then by sequence; the first whose customers
        include the partner applies. Queries: one, and one for each policy with a domain.
        """
        policies = self._in_order(company)
        found, left = {}, set(partners.ids)
        for policy in policies:
            domain = policy._partner_domain()
            ids = left
            if not domain.is_true() and left:
                inside = Domain("id", "in", list(left)) & domain
                ids = set(self.env["res.partner"].with_context(active_test=False).search(inside).ids)
            found.update(dict.fromkeys(ids, policy))
            left = left - ids
        found.update(dict.fromkeys(left, self.browse()))
        return found

    @api.model
    def _in_order(self, company):
        """The policies that may apply in ``company``: its own before those of every company, then by sequence."""
        policies = self.search([("company_id", "in", (company.id, False))])
        return policies.sorted(lambda p: (not p.company_id, p.sequence, p.id))

    @api.model
    def _for_everybody(self, company):
        """The policy of ``company`` for somebody of whom nothing is known: the first without a domain."""
        return self._in_order(company).filtered(lambda policy: policy._partner_domain().is_true())[:1]

    def _rulebook(self, company):
        """The policy as :class:`rules.Rulebook`; of an empty recordset, the built-in defaults (08–20, Sunday off)."""
        book = {
            "hours": self._hours_by_channel(),
            "days_off": frozenset(i for i, name in enumerate(OFF_FIELDS) if self[name]) if self else frozenset({6}),
            "holidays": self._holidays(company),
        }
        if not self:
            return rules.Rulebook(
                free_on_days_off=rules.FREE_ON_DAYS_OFF, needs_consent=rules.NEEDS_CONSENT, **book
            )
        lines = self.purpose_ids
        unsaid = frozenset(rules.PURPOSES) - set(lines.mapped("purpose"))
        return rules.Rulebook(
            free_on_days_off=frozenset(line.purpose for line in lines if line.on_days_off)
            | (rules.FREE_ON_DAYS_OFF & unsaid),
            needs_consent=frozenset(line.purpose for line in lines if line.needs_consent)
            | (rules.NEEDS_CONSENT & unsaid),
            passes_caps=frozenset(line.purpose for line in lines if line.passes_caps),
            cooldown={line.purpose: line.cooldown_days for line in lines if line.cooldown_days},
            caps=tuple(cap._as_rule_input() for cap in self.cap_ids),
            zone_by_country=self.unknown_tz == "country",
            **book,
        )

    def _hours_by_channel(self):
        lines = [line._as_rule_input() for line in self.hours_ids]
        channels = self.env["crm.contact.channel"].with_context(active_test=False).search([("keeps_hours", "=", True)])
        return {channel.code: rules.week_hours(lines, channel.code) for channel in channels}

    def _holidays(self, company):
        """{local date: name} of the public holidays of the calendar, in the calendar's own time zone."""
        calendar = self.calendar_id or company.resource_calendar_id
        leaves = self.env["resource.calendar.leaves"].search(
            [
                ("resource_id", "=", False),
                ("time_type", "=", "leave"),
                ("calendar_id", "in", (calendar.id, False)),
                ("company_id", "in", (company.id, calendar.company_id.id, False)),
            ]
        )
        days = defaultdict(str)
        for leave in leaves:
            for day in rules.local_dates(leave.date_from, leave.date_to, calendar.tz or company._contact_tz()):
                days[day] = days[day] or leave.name or "–"
        return dict(days)
