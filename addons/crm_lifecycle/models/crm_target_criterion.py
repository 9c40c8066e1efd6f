from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import formatLang

from ..domain.fit import Criterion


class CrmTargetCriterion(models.Model):
    """One thing we look for in a customer, with its weight."""

    _name = "crm.target.criterion"
    _description = "Criterion of a Target Profile"
    _order = "sequence, id"

    profile_id = fields.Many2one("crm.target.profile", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="profile_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    about = fields.Selection(
        [
            ("fact", "What we know"),
            ("province", "Province"),
            ("industry", "Industry"),
            ("source", "Where they heard of us"),
            ("revenue", "Expected revenue"),
            ("behaviour", "Behaves like"),
        ],
        required=True,
        default="fact",
    )
    attribute_id = fields.Many2one(
        "crm.profile.attribute", string="Fact", domain="[('sensitivity', '=', 'normal')]", ondelete="cascade"
    )
    value_type = fields.Selection(related="attribute_id.value_type")
    option_ids = fields.Many2many(
        "crm.profile.option", string="Is one of", domain="[('attribute_id', '=', attribute_id)]"
    )
    words = fields.Char(help="Words of which one must occur, separated by commas.")
    state_ids = fields.Many2many("res.country.state", string="Provinces")
    industry_ids = fields.Many2many("res.partner.industry", string="Industries")
    source_ids = fields.Many2many("utm.source", string="Sources")
    stage_ids = fields.Many2many("crm.lifecycle.stage", string="Customer stage is")
    low = fields.Float(string="From")
    high = fields.Float(string="To", help="0: no upper limit.")
    weight = fields.Integer(default=1, required=True, help="1 (nice to have) to 10 (decides).")
    is_must = fields.Boolean(string="Must", help="Whoever misses it does not fit at all.")
    is_learnt = fields.Boolean(readonly=True, copy=False)
    evidence = fields.Char(readonly=True, help="What our own customers show.")
    label = fields.Char(compute="_compute_label")

    _weight_range = models.Constraint("CHECK(weight BETWEEN 1 AND 10)", "A weight lies between 1 and 10.")

    @api.depends(
        "about", "attribute_id", "option_ids", "words", "state_ids", "industry_ids", "source_ids", "stage_ids",
        "low", "high",
    )
    @api.depends_context("lang")
    def _compute_label(self):
        names = dict(self._fields["about"]._description_selection(self.env))
        for criterion in self:
            subject = criterion.attribute_id.name if criterion.about == "fact" else names[criterion.about]
            criterion.label = f"{subject or ''}: {criterion._wanted()}".strip(": ")

    def _wanted(self):
        """Return in words what the criterion asks for."""
        chosen = self._chosen()
        if chosen:
            return ", ".join(chosen.mapped("name"))
        if self._is_range():
            low, high = self._number(self.low), self._number(self.high)
            if self.high:
                return self.env._("%(low)s to %(high)s", low=low, high=high)
            return self.env._("from %(low)s", low=low)
        return self.words or self.env._("yes")

    def _number(self, value):
        return formatLang(self.env, value, digits=0 if value.is_integer() else 2)

    def _chosen(self):
        """Return the records that the criterion accepts, none for numbers, words and yes."""
        return {
            "fact": self.option_ids,
            "province": self.state_ids,
            "industry": self.industry_ids,
            "source": self.source_ids,
            "behaviour": self.stage_ids,
        }.get(self.about, self.option_ids)

    def _is_range(self):
        return self.about == "revenue" or self.value_type in ("integer", "float")

    @api.constrains("about", "attribute_id", "option_ids", "words", "state_ids", "industry_ids", "source_ids",
                    "stage_ids", "low", "high")
    def _check_complete(self):
        for criterion in self:
            if criterion.about == "fact" and not criterion.attribute_id:
                raise ValidationError(self.env._("Choose the fact that the criterion is about."))
            if criterion.attribute_id.sensitivity == "restricted":
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is restricted: a score everybody sees must not give it away.",
                        name=criterion.attribute_id.name,
                    )
                )
            if criterion._is_range():
                if criterion.high and criterion.high < criterion.low:
                    raise ValidationError(self.env._("“To” lies below “From” in %(label)s.", label=criterion.label))
                continue
            plain = criterion.about == "fact" and criterion.value_type in ("boolean", "text", "date")
            if criterion.value_type == "text" and not (criterion.words or "").strip():
                raise ValidationError(self.env._("Give the words that “%(name)s” should hold.",
                                                 name=criterion.attribute_id.name))
            if not plain and not criterion._chosen():
                raise ValidationError(self.env._("Choose at least one value for %(label)s", label=criterion.label))

    @api.model_create_multi
    def create(self, vals_list):
        """Add criteria; open leads are judged anew."""
        criteria = super().create(vals_list)
        criteria.profile_id._judge_leads_soon()
        return criteria

    def write(self, vals):
        """Change criteria; open leads are judged anew."""
        result = super().write(vals)
        self.profile_id._judge_leads_soon()
        return result

    def unlink(self):
        """Remove criteria; open leads are judged anew."""
        profiles = self.profile_id
        result = super().unlink()
        profiles._judge_leads_soon()
        return result

    def _as_criterion(self):
        """Return the pure :class:`~..domain.fit.Criterion`."""
        self.ensure_one()
        common = {"weight": float(self.weight), "must": self.is_must}
        if self._is_range():
            return Criterion("range", low=self.low, high=self.high or None, **common)
        if self.about == "fact" and self.value_type in ("choice", "multi"):
            return Criterion("in", values=frozenset(self.option_ids.mapped("code")), **common)
        if self.about != "fact":
            return Criterion("in", values=frozenset(self._chosen().ids), **common)
        if self.value_type == "text":
            words = frozenset(word.strip().lower() for word in self.words.split(",") if word.strip())
            return Criterion("text", values=words, **common)
        return Criterion("true", **common)

    def _value_of(self, lead, facts):
        """Return what is known of a lead, None when nothing is.

        :param lead: ``crm.lead``
        :param dict facts: ``{partner id: {attribute code: value}}`` of its contact and customer
        """
        partner, customer = lead.partner_id, lead.partner_id.commercial_partner_id
        if self.about == "fact":
            code = self.attribute_id.code
            own = facts.get(partner.id, {})
            return own[code] if code in own else facts.get(customer.id, {}).get(code)
        if self.about == "province":
            return (lead.state_id or customer.state_id).id or None
        if self.about == "industry":
            return customer.industry_id.id or None
        if self.about == "source":
            return lead.source_id.id or None
        if self.about == "behaviour":
            return self._stage_known_of(lead).id or None
        return lead.expected_revenue or None

    def _stage_known_of(self, lead):
        """Return the stage of a lead's customer in the company of the profile, as far as the salesperson may know it.

        The fit is shown on the lead: of a colleague's customer it must not tell what the contact keeps to itself.
        """
        user, keeper = lead.user_id, lead.partner_id.commercial_partner_id.user_id
        if user and keeper and keeper != user and user.has_group("crm_lifecycle.group_user"):
            if not user.has_group("crm_lifecycle.group_user_all"):
                return self.env["crm.lifecycle.stage"]
        return lead.with_company(self.company_id).lifecycle_stage_id
