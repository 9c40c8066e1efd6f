from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from odoo import SUPERUSER_ID, api, fields, models
from odoo.addons.crm_contact_policy.domain import rules
from odoo.exceptions import ValidationError

from ..domain import dates

CHILD_YEARS = 16
# How a Vietnamese letter addresses somebody, by the option of the profile's salutation.
SALUTATIONS = {
    "anh": "anh", "chi": "chị", "ong": "ông", "ba": "bà", "em": "em", "co": "cô", "chu": "chú", "bac": "bác",
}
TEMPLATES = {
    "birthday": "mail_template_birthday",
    "wedding": "mail_template_wedding",
    "first_purchase": "mail_template_first_purchase",
}


class CrmOccasion(models.Model):
    """A day of the year on which a customer, or somebody of the family, is thought of."""

    _name = "crm.occasion"
    _description = "Occasion"
    _inherit = ["crm.occasion.outlook", "crm.occasion.run", "mail.thread", "mail.activity.mixin"]
    _order = "next_date, id"
    _rec_names_search = ["partner_id", "relative_name", "title"]
    _mail_post_access = "read"
    _privacy = {
        "report": (
            "kind", "title", "whose", "relation", "relative_name", "day", "month", "year", "calendar", "next_date",
        ),
        "mask": ("relative_name", "consent_note"),
        "others": ("relative_name",),
    }

    active = fields.Boolean(default=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company,
        help="Who sends the greeting.",
    )
    whose = fields.Selection(
        [("self", "The customer's own"), ("relative", "A relative's")], required=True, default="self"
    )
    relative_name = fields.Char("Relative")
    relation = fields.Selection(
        [
            ("spouse", "Spouse"),
            ("child", "Child"),
            ("parent", "Parent"),
            ("sibling", "Brother or sister"),
            ("grandparent", "Grandparent"),
            ("friend", "Friend"),
            ("other", "Other"),
        ]
    )
    kind = fields.Selection(
        [
            ("birthday", "Birthday"),
            ("name_day", "Name day"),
            ("wedding", "Wedding anniversary"),
            ("first_purchase", "First purchase"),
            ("memorial", "Memorial day"),
            ("other", "Other"),
        ],
        required=True,
        default="birthday",
    )
    title = fields.Char("What It Is", help="What we think of on that day, for example “Opening of the shop”.")
    calendar = fields.Selection(
        [("gregorian", "Solar"), ("lunar", "Lunar (Vietnam)")],
        required=True,
        default="gregorian",
        help="Day and month are counted in this calendar. A lunar day 30 falls on the 29th where the month ends there.",
    )
    day = fields.Integer(required=True, aggregator=None)
    month = fields.Integer(required=True, aggregator=None)
    year = fields.Integer(help="The first year, if it is known.", aggregator=None)
    date = fields.Date(
        "First Date", compute="_compute_date", inverse="_inverse_date",
        help="The whole date, where the year is known: another way to enter day, month and year.",
    )
    next_date = fields.Date(compute="_compute_next_date", store=True, index=True)
    next_year = fields.Integer(
        compute="_compute_next_date", store=True, aggregator=None,
        help="Year of the next date in the occasion's calendar.",
    )
    years = fields.Integer(compute="_compute_years", help="How many years it will be on the next date.")
    days_left = fields.Integer("In (days)", compute="_compute_days_left")
    action = fields.Selection(
        [
            ("greeting", "Greeting"),
            ("activity", "Activity for a colleague"),
            ("both", "Greeting and activity"),
            ("none", "Only remember"),
        ],
        "On the Day",
        required=True,
        default="greeting",
    )
    template_id = fields.Many2one(
        "mail.template", domain=[("model", "=", "crm.occasion")], ondelete="set null",
        help="Empty: the one for this kind of occasion.",
    )
    recipient_id = fields.Many2one(
        "res.partner", "Greeted Contact", index="btree_not_null", ondelete="set null",
        help="Whom the greeting goes to, when that is not the customer: the relative's own contact, say.",
    )
    addressee_id = fields.Many2one("res.partner", "Goes to", compute="_compute_addressee_id")
    user_id = fields.Many2one(
        "res.users", "Responsible", compute="_compute_user_id", store=True, readonly=False, precompute=True,
        domain=[("share", "=", False)], help="Gets the activity, and is told of a greeting that could not go.",
    )
    lead_days = fields.Integer(
        "Notice (days)", compute="_compute_lead_days", store=True, readonly=False, precompute=True, aggregator=None,
        help="How many days before the occasion the activity appears.",
    )
    notice_on = fields.Date(compute="_compute_notice_on", store=True, index="btree_not_null")
    is_child = fields.Boolean(
        "A Child", compute="_compute_is_child", store=True, readonly=False, precompute=True,
        help="Under 16 years of age.",
    )
    consent = fields.Selection(
        [
            ("none", "Nobody was asked"),
            ("own", "By the person"),
            ("representative", "By a parent or guardian"),
        ],
        "Agreed",
        required=True,
        default="none",
        help="A relative's date is personal data: somebody must have agreed that we keep it; "
        "for a child, a parent or guardian.",
    )
    consent_on = fields.Date("Agreed on")
    consent_note = fields.Char("How They Agreed", help="Who agreed, to whom, how.")
    from_profile = fields.Boolean(readonly=True, help="It follows the date of birth in the customer's profile.")
    greeting_ids = fields.One2many("crm.occasion.greeting", "occasion_id", "Greetings", readonly=True)
    last_sent = fields.Datetime(compute="_compute_last_sent", store=True)
    greeting_name = fields.Char(compute="_compute_greeting_name", help="How a letter addresses the recipient.")
    planned_at = fields.Datetime(
        compute="_compute_planned_at", help="When the greeting goes, if the contact rules allow it then."
    )
    error = fields.Text("Last Error", readonly=True)

    _day_range = models.Constraint("CHECK(day BETWEEN 1 AND 31 AND month BETWEEN 1 AND 12)", "There is no such day.")
    _lead_range = models.Constraint("CHECK(lead_days BETWEEN 0 AND 60)", "The notice is between 0 and 60 days.")

    # ------------------------------------------------------------------ computes
    @api.depends("partner_id", "whose", "relative_name", "kind", "title")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for occasion in self:
            parts = [occasion.partner_id.display_name or "", occasion._about()]
            occasion.display_name = " – ".join(part for part in parts if part)

    def _about(self):
        """What it is and whose, in the reader's language: “Birthday of Minh (child)”."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        what = self.title if self.kind == "other" and self.title else kinds.get(self.kind, "")
        if self.whose != "relative":
            return what
        relations = dict(self._fields["relation"]._description_selection(self.env))
        return self.env._(
            "%(what)s of %(name)s (%(relation)s)",
            what=what,
            name=self.relative_name or "",
            relation=relations.get(self.relation, "–").lower(),
        )

    @api.depends("day", "month", "year", "calendar")
    def _compute_date(self):
        for occasion in self:
            known = occasion.year and occasion.calendar == dates.GREGORIAN and occasion._has_possible_date()
            occasion.date = date(occasion.year, occasion.month, occasion.day) if known else False

    def _inverse_date(self):
        for occasion in self.filtered("date"):
            occasion.write(dict(self._prepare_date_vals(occasion.date), calendar=dates.GREGORIAN))

    @api.model
    def _prepare_date_vals(self, day):
        return {"day": day.day, "month": day.month, "year": day.year}

    def _has_possible_date(self):
        self.ensure_one()
        return dates.is_possible(self.day, self.month, self.year or None, self.calendar)

    @api.depends("day", "month", "year", "calendar", "company_id.care_leap_day")
    def _compute_next_date(self):
        self._set_next_date(fields.Datetime.now())

    def _set_next_date(self, at):
        """Let the next date be the first one on or after the local day of ``at`` (naive UTC)."""
        for occasion in self:
            found = (False, 0)
            if occasion._has_possible_date():
                found = dates.next_occurrence(
                    occasion.day,
                    occasion.month,
                    occasion._local_day(at),
                    occasion.calendar,
                    occasion.company_id.care_leap_day or dates.FEB_28,
                )
            occasion.next_date, occasion.next_year = found[0] or False, found[1] or 0

    @api.depends("year", "next_year")
    def _compute_years(self):
        for occasion in self:
            occasion.years = occasion.next_year - occasion.year if occasion.year and occasion.next_year else 0

    @api.depends("next_date")
    def _compute_days_left(self):
        now = fields.Datetime.now()
        for occasion in self:
            occasion.days_left = (occasion.next_date - occasion._local_day(now)).days if occasion.next_date else 0

    @api.depends("partner_id", "recipient_id")
    def _compute_addressee_id(self):
        for occasion in self:
            occasion.addressee_id = occasion.recipient_id or occasion.partner_id

    @api.depends("partner_id")
    def _compute_user_id(self):
        for occasion in self:
            occasion.user_id = occasion.user_id or occasion.partner_id.user_id or (
                self.env.user if self.env.user._is_internal() and self.env.uid != SUPERUSER_ID else False
            )

    @api.depends("company_id")
    def _compute_lead_days(self):
        for occasion in self:
            occasion.lead_days = occasion.company_id.care_lead_days

    @api.depends("next_date", "lead_days", "action")
    def _compute_notice_on(self):
        for occasion in self:
            wanted = occasion.next_date and occasion.action in ("activity", "both")
            occasion.notice_on = occasion.next_date - timedelta(days=occasion.lead_days) if wanted else False

    @api.depends("whose", "kind", "relation", "day", "month", "year", "calendar")
    def _compute_is_child(self):
        today = fields.Date.context_today(self)
        for occasion in self:
            under = occasion._is_under_age(today)
            if under is None:
                under = occasion.whose == "relative" and occasion.relation == "child"
            occasion.is_child = under

    def _is_under_age(self, on):
        """Whether the date of birth says that the person is a child at the date ``on``; None when it is not known."""
        self.ensure_one()
        if self.kind != "birthday" or not self.year:
            return None
        return dates.age(self.day, self.month, self.year, on, self.calendar) < CHILD_YEARS

    @api.depends("greeting_ids.sent_on")
    def _compute_last_sent(self):
        for occasion in self:
            occasion.last_sent = max(occasion.greeting_ids.filtered("sent_on").mapped("sent_on"), default=False)

    @api.depends("partner_id.name", "recipient_id.name")
    @api.depends_context("lang")
    def _compute_greeting_name(self):
        words = {}
        if (self.env.lang or "").startswith("vi") and self.env["crm.profile.fact"].has_access("read"):
            found = self.addressee_id._profile_values(["salutation"])
            words = {pid: SALUTATIONS.get(values.get("salutation"), "quý khách") for pid, values in found.items()}
        for occasion in self:
            name = occasion.addressee_id.name or ""
            occasion.greeting_name = f"{words.get(occasion.addressee_id.id, '')} {name}".strip()

    @api.depends("next_date", "company_id.care_hour", "partner_id.tz", "recipient_id.tz")
    def _compute_planned_at(self):
        for occasion in self:
            occasion.planned_at = occasion._moment(occasion.next_date) if occasion.next_date else False

    # ------------------------------------------------------------------ time
    def _tz(self):
        """The clock of the recipient; the company's when it is not known."""
        self.ensure_one()
        company = self.company_id or self.env.company
        return (self.recipient_id or self.partner_id).tz or company.sudo()._contact_tz()  # a clock is no secret

    def _local_day(self, at):
        """The recipient's date at ``at`` (naive UTC)."""
        return rules.to_local(at, self._tz()).date()

    def _moment(self, day):
        """The civil hour of ``day`` on the recipient's clock, as naive UTC."""
        minutes = round((self.company_id or self.env.company).care_hour * 60)
        return rules.to_utc(datetime.combine(day, time()) + relativedelta(minutes=minutes), self._tz())

    def _last_moment(self, day):
        """The end of ``day`` on the recipient's clock, as naive UTC: later than that no greeting goes."""
        return rules.to_utc(datetime.combine(day, time(23, 59)), self._tz())

    # ------------------------------------------------------------------ checks
    @api.constrains("day", "month", "year", "calendar")
    def _check_date(self):
        for occasion in self:
            if not occasion._has_possible_date():
                raise ValidationError(
                    self.env._("There is no day %(day)s in month %(month)s.", day=occasion.day, month=occasion.month)
                )

    @api.constrains("kind", "title", "action")
    def _check_kind(self):
        for occasion in self:
            if occasion.kind == "other" and not occasion.title:
                raise ValidationError(self.env._("Say what the occasion is."))
            if occasion.kind == "memorial" and occasion.action in ("greeting", "both"):
                raise ValidationError(
                    self.env._("A memorial day is no occasion for an automatic greeting: let a colleague think of it.")
                )

    @api.constrains("is_child", "kind", "day", "month", "year", "calendar")
    def _check_is_child(self):
        """Where the year of birth is known, nobody unticks that it is a child."""
        today = fields.Date.context_today(self)
        if wrong := self.filtered(lambda occasion: not occasion.is_child and occasion._is_under_age(today)):
            raise ValidationError(
                self.env._(
                    "%(name)s is under %(years)s by the date of birth, and so a child.",
                    name=wrong[0].relative_name or wrong[0].partner_id.display_name,
                    years=CHILD_YEARS,
                )
            )

    @api.constrains(
        "whose", "relative_name", "relation", "consent", "is_child", "kind", "day", "month", "year", "calendar"
    )
    def _check_relative(self):
        today = fields.Date.context_today(self)
        for occasion in self.filtered(lambda occasion: occasion.whose == "relative"):
            if not (occasion.relative_name or "").strip() or not occasion.relation:
                raise ValidationError(self.env._("A relative needs a name and a relation."))
            under = occasion._is_under_age(today)
            if (occasion.is_child if under is None else under) and occasion.consent != "representative":
                raise ValidationError(
                    self.env._(
                        "%(name)s is a child: a parent or guardian must have agreed that we keep the date.",
                        name=occasion.relative_name,
                    )
                )
            if occasion.consent == "none":
                raise ValidationError(
                    self.env._("Note who agreed that we keep the date of %(name)s.", name=occasion.relative_name)
                )

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind == "memorial" and self.action in ("greeting", "both"):
            self.action = "activity"

    # ------------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._split_date(vals) for vals in vals_list])

    @api.model
    def _split_date(self, vals):
        """Day, month and year out of a whole date, which is always a solar one."""
        if not vals.get("date") or vals.get("day"):
            return vals
        day = fields.Date.to_date(vals["date"])
        rest = {name: value for name, value in vals.items() if name != "date"}
        return {**rest, **self._prepare_date_vals(day), "calendar": dates.GREGORIAN}

    # ------------------------------------------------------------------ templates
    def _template_name(self):
        """The shipped mail template for this kind of occasion."""
        self.ensure_one()
        if self.kind == "birthday" and self.whose == "relative" and not self.recipient_id:
            return "mail_template_birthday_relative"
        return TEMPLATES.get(self.kind, "mail_template_general")

    def _by_template(self):
        """{mail template: occasions}: each one's own template, or the one for its kind."""
        found = {}
        for (template, name), occasions in self.grouped(lambda o: (o.template_id, o._template_name())).items():
            template = template or self.env.ref(f"crm_care.{name}")
            found[template] = found.get(template, self.browse()) | occasions
        return found
