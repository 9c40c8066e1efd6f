from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

KINDS = [
    ("demographic", "Person and Household"),
    ("psychographic", "Interests and Character"),
    ("media", "Media Habits"),
    ("financial", "Financial"),
    ("need", "Needs"),
    ("buying_criterion", "Buying Criteria"),
    ("service", "Service"),
    ("competition", "Competition"),
    ("favourite", "Favourites"),
    ("family", "Family"),
]


class CrmProfileAttribute(models.Model):
    """Something worth knowing of a customer."""

    _name = "crm.profile.attribute"
    _description = "Profile Attribute"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False, help="Stable technical name, used by surveys, imports and programs.")
    kind = fields.Selection(KINDS, "Section", required=True, default="need")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True, help="What it means and why we collect it.")
    question = fields.Char(translate=True, help="How to ask the customer.")
    value_type = fields.Selection(
        [
            ("text", "Text"),
            ("integer", "Whole number"),
            ("float", "Number"),
            ("boolean", "Yes or no"),
            ("date", "Date"),
            ("choice", "One of a list"),
            ("multi", "Several of a list"),
        ],
        "Kind of Value",
        required=True,
        default="text",
    )
    option_ids = fields.One2many("crm.profile.option", "attribute_id", "Options", copy=True)
    for_person = fields.Boolean("For Persons", default=True)
    for_company = fields.Boolean("For Companies")
    sensitivity = fields.Selection(
        [("normal", "Normal"), ("restricted", "Restricted")],
        required=True,
        default="normal",
        help="Restricted facts are visible only to those who may see restricted facts.",
    )
    depth = fields.Selection(
        [("1", "1 – Contact"), ("2", "2 – Descriptive"), ("3", "3 – Intimate")],
        required=True,
        default="2",
        help="How far it goes into a person's life: a letter needs an address, selling needs more.",
    )
    retention_months = fields.Integer(
        "Kept for (months)", help="After so many months without a new statement the fact expires. 0: no limit."
    )
    partner_field_id = fields.Many2one(
        "ir.model.fields",
        "Mirrors",
        ondelete="cascade",
        domain=[
            ("model", "=", "res.partner"),
            ("store", "=", True),
            ("ttype", "in", ("char", "text", "integer", "float", "date", "boolean", "selection")),
        ],
        help="A usable fact is written to this field of the contact, too.",
    )
    fact_count = fields.Integer(compute="_compute_fact_count")

    _code_unique = models.Constraint("unique(code)", "There is already an attribute with this code.")
    _retention_positive = models.Constraint("CHECK(retention_months >= 0)", "A retention cannot be negative.")

    def _compute_fact_count(self):
        counts = dict(
            self.env["crm.profile.fact"]._read_group(
                [("attribute_id", "in", self.ids), ("status", "in", ("stated", "verified", "disputed"))],
                ["attribute_id"],
                ["__count"],
            )
        )
        for attribute in self:
            attribute.fact_count = counts.get(attribute, 0)

    @api.constrains("code")
    def _check_code(self):
        for attribute in self:
            if not attribute.code.isidentifier():
                raise ValidationError(
                    self.env._(
                        "The code “%(code)s” may only hold letters, digits and underscores.", code=attribute.code
                    )
                )

    @api.constrains("for_person", "for_company")
    def _check_audience(self):
        for attribute in self:
            if not (attribute.for_person or attribute.for_company):
                raise ValidationError(self.env._("“%(name)s” is for nobody.", name=attribute.name))

    def write(self, vals):
        if "value_type" in vals:
            changed = self.filtered(lambda attribute: attribute.value_type != vals["value_type"])
            if changed._has_facts_sudo():
                raise UserError(self.env._("The kind of value cannot change once there are facts."))
        if vals.get("sensitivity", "restricted") != "restricted":
            self._check_may_disclose()
        return super().write(vals)

    def _check_may_disclose(self):
        """Who may not see restricted facts must not make them normal ones, either.

        :raise AccessError: for an attribute that is restricted
        """
        if self.env.su or self.env.user.has_group("crm_profile.group_restricted"):
            return
        for attribute in self.filtered(lambda attribute: attribute.sensitivity == "restricted"):
            raise AccessError(
                self.env._("Only who may see restricted facts may disclose “%(name)s”.", name=attribute.name)
            )

    def _may_count(self):
        """Those of these attributes whose holders the user may count: restricted ones are for their group alone."""
        if self.env.su or self.env.user.has_group("crm_profile.group_restricted"):
            return self
        return self.filtered(lambda attribute: attribute.sensitivity == "normal")

    def _has_facts_sudo(self):
        """Whether there are facts about it.

        Sudo: those the user may not see count, too.
        """
        facts = self.env["crm.profile.fact"].sudo()
        return bool(self.ids and facts.search_count([("attribute_id", "in", self.ids)], limit=1))

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        if self._has_facts_sudo():
            raise UserError(self.env._("There are facts about it: archive the attribute instead."))

    @api.model
    def _by_codes(self, codes):
        """Return {code: attribute}.

        :raise UserError: naming the codes that do not exist or are archived
        """
        found = {attribute.code: attribute for attribute in self.search([("code", "in", list(codes))])}
        if missing := sorted(set(codes) - found.keys()):
            raise UserError(self.env._("Unknown profile attributes: %(codes)s", codes=", ".join(missing)))
        return found

    def _fits(self, partner):
        """Whether the attribute is for such a partner (person or company)."""
        return self.for_company if partner.is_company else self.for_person

    # ------------------------------------------------------------------ values
    def _value_vals(self, value):
        """The field values of a fact that hold ``value``.

        :param value: Python value fitting ``value_type``; choice: option code; multi: list of option codes
        :raise UserError: when it does not fit
        """
        self.ensure_one()
        try:
            vals = getattr(self, f"_vals_{self.value_type}")(value)
        except (TypeError, ValueError, KeyError) as error:
            # The message may end up on records others read: it never tells a restricted value.
            shown = "…" if self.sensitivity == "restricted" else value
            raise UserError(self.env._("“%(value)s” does not fit “%(name)s”.", value=shown, name=self.name)) from error
        return vals

    def _vals_text(self, value):
        text = str(value).strip()
        if not text:
            raise ValueError(value)
        return {"value_text": text, "value_key": text.casefold()}

    def _vals_integer(self, value):
        number = int(value)
        if number != float(value):
            raise ValueError(value)
        return {"value_integer": number, "value_key": str(number)}

    def _vals_float(self, value):
        return {"value_float": float(value), "value_key": repr(float(value))}

    def _vals_boolean(self, value):
        if not isinstance(value, bool | int) or value not in (0, 1):
            raise ValueError(value)
        return {"value_boolean": bool(value), "value_key": str(int(value))}

    def _vals_date(self, value):
        day = fields.Date.to_date(value)
        if not day:
            raise ValueError(value)
        return {"value_date": day, "value_key": day.isoformat()}

    def _vals_choice(self, value):
        options = {option.code: option for option in self.with_context(active_test=False).option_ids}
        return {"option_ids": [fields.Command.set(options[value].ids)], "value_key": value}

    def _vals_multi(self, value):
        codes = sorted({value} if isinstance(value, str) else set(value))
        options = {option.code: option for option in self.with_context(active_test=False).option_ids}
        if not codes:
            raise ValueError(value)
        return {"option_ids": [fields.Command.set([options[code].id for code in codes])], "value_key": ",".join(codes)}
