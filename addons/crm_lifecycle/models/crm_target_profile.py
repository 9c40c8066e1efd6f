from odoo import fields, models
from odoo.exceptions import UserError

from ..domain.distinguish import distinguish
from ..domain.fit import fit

LEARN_FROM = 5000


class CrmTargetProfile(models.Model):
    """Whom we look for: weighted criteria, written by people, drafted from the customers we succeed with."""

    _name = "crm.target.profile"
    _description = "Target Profile"
    _inherit = ["mail.thread"]
    _order = "company_id, customer_kind, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    state = fields.Selection([("draft", "Draft"), ("running", "In use")], default="draft", required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    customer_kind = fields.Selection(
        [("person", "Persons"), ("company", "Companies")], string="Applies to", required=True, default="company"
    )
    threshold = fields.Integer(
        default=60,
        required=True,
        tracking=True,
        help="A lead that fits at least so well is proposed as an opportunity; the others are kept warm.",
    )
    criterion_ids = fields.One2many("crm.target.criterion", "profile_id", string="Criteria", copy=True)
    value_class_id = fields.Many2one(
        "crm.value.class", string="Learn from class", help="Empty: the best fifth by revenue of the established."
    )
    learned_on = fields.Date(readonly=True, copy=False)
    evidence = fields.Text(readonly=True, copy=False, help="Who was compared with whom when the draft was learnt.")
    lead_count = fields.Integer(compute="_compute_lead_count")
    fitting_count = fields.Integer(compute="_compute_lead_count")

    _running_uniq = models.UniqueIndex(
        "(company_id, customer_kind) WHERE active AND state = 'running'",
        "Each company has one profile in use for persons and one for companies.",
    )
    _threshold_range = models.Constraint(
        "CHECK(threshold BETWEEN 1 AND 100)", "The threshold lies between 1 and 100 percent."
    )

    def _compute_lead_count(self):
        leads = self.env["crm.lead"]
        counts = dict(leads._read_group([("fit_profile_id", "in", self.ids)], ["fit_profile_id"], ["__count"]))
        for profile in self:
            profile.lead_count = counts.get(profile, 0)
            profile.fitting_count = profile.lead_count and leads.search_count(
                [("fit_profile_id", "=", profile.id), ("fit_score", ">=", profile.threshold)]
            )

    def write(self, vals):
        """Have open leads judged anew when the profile changes."""
        result = super().write(vals)
        if {"state", "active", "criterion_ids", "customer_kind", "company_id"} & set(vals):
            self._judge_leads_soon()
        return result

    def action_run(self):
        """Put the profile to use, in place of the one in use so far.

        :raise UserError: it has no criteria
        """
        self.ensure_one()
        self.check_access("write")
        if not self.criterion_ids:
            raise UserError(self.env._("Add a criterion first, or learn a draft."))
        former = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("customer_kind", "=", self.customer_kind),
                ("state", "=", "running"),
                ("id", "!=", self.id),
            ]
        )
        former.state = "draft"
        self.env.flush_all()
        self.state = "running"
        return True

    def action_stop(self):
        """Take the profile out of use, to work on it."""
        self.state = "draft"
        return True

    def action_view_leads(self):
        """Open the leads judged by this profile, the best first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_all_leads")
        return {
            **action,
            "name": self.name,
            "domain": [("fit_profile_id", "=", self.id)],
            "context": {"search_default_fitting": 1},
        }

    # -- judging -----------------------------------------------------------------------------------------------------
    def _fits(self, leads):
        """Return the :class:`~..domain.fit.Fit` of each lead, by its id; reads in bulk."""
        self.ensure_one()
        criteria = self.criterion_ids
        pure = [criterion._as_criterion() for criterion in criteria]
        partners = leads.partner_id.commercial_partner_id | leads.partner_id
        codes = criteria.attribute_id.mapped("code")
        facts = partners._profile_values(codes) if codes else {}
        return {lead.id: fit(pure, [criterion._value_of(lead, facts) for criterion in criteria]) for lead in leads}

    def _judge_leads_soon(self):
        """Wake the job that judges all open leads."""
        companies = self.company_id.ids
        if companies:
            self.env["crm.lead"]._mark_for_judgement_sudo(companies)

    # -- learning ----------------------------------------------------------------------------------------------------
    def action_learn(self):
        """Draft the criteria from what distinguishes our best established customers.

        :raise UserError: too few customers, or nothing that distinguishes them
        """
        self.ensure_one()
        self.check_access("write")
        if self.state == "running":
            raise UserError(self.env._("The profile is in use. Copy it, and learn on the copy."))
        best, others = self._learning_groups_sudo()
        traits = distinguish(*(self._traits_of(group) for group in (best, others)))
        if not traits:
            raise UserError(
                self.env._(
                    "Nothing sets the %(best)s best customers apart from the %(others)s others with confidence."
                    " Collect more of their profile, or write the criteria yourself.",
                    best=len(best),
                    others=len(others),
                )
            )
        self.criterion_ids.filtered("is_learnt").unlink()
        self.env["crm.target.criterion"].create(
            [self._prepare_learnt_vals(found, place) for place, found in enumerate(traits)]
        )
        self.learned_on = self.company_id._lifecycle_today()
        self.evidence = self.env._(
            "%(best)s of the best established customers compared with %(others)s other customers.",
            best=len(best),
            others=len(others),
        )
        return True

    def _learning_groups_sudo(self):
        # As superuser: purchases of all customers decide who is best; only shares and counts come out of it.
        statuses = self.env["crm.lifecycle.status"].sudo()
        domain = [
            ("company_id", "=", self.company_id.id),
            ("customer_kind", "=", self.customer_kind),
            ("order_count", ">", 0),
        ]
        found = statuses.search(domain, order="amount_total DESC, id", limit=LEARN_FROM)
        established = found.filtered(lambda status: status.stage_id.code == "established")
        if self.value_class_id:
            best = established.filtered(lambda status: status.value_class_id == self.value_class_id)
        else:
            best = established[: max(1, round(len(found) / 5))]
        partners = [group.partner_id.with_env(self.env) for group in (best, found - best)]
        if min(map(len, partners)) < 10:
            raise UserError(
                self.env._("There are too few customers to learn from: ten of the best and ten others are needed.")
            )
        return partners

    def _traits_of(self, partners):
        """Return what is known of each customer: province, industry and the facts with a list of answers."""
        attributes = self.env["crm.profile.attribute"].search(
            [("sensitivity", "=", "normal"), ("value_type", "in", ("choice", "multi", "boolean"))]
        )
        facts = partners._profile_values(attributes.mapped("code"))
        rows = []
        for partner in partners:
            row = {f"fact:{code}": value for code, value in facts[partner.id].items() if value is not False}
            if partner.state_id:
                row["province"] = partner.state_id.id
            if partner.industry_id:
                row["industry"] = partner.industry_id.id
            rows.append(row)
        return rows

    def _prepare_learnt_vals(self, trait, place):
        """Return the values of the criterion that a trait suggests."""
        about, value = trait.feature
        vals = {
            "profile_id": self.id,
            "sequence": 10 * (place + 1),
            "is_learnt": True,
            # Odds of 2, 4, 8 … make a weight of 1, 2, 3 …, by the bound one may be sure of.
            "weight": max(1, min(10, round(trait.odds_low).bit_length())),
            "evidence": self.env._(
                "%(share_in)s %% of the best (%(count)s of %(known)s known), %(share_out)s %% of the others",
                share_in=round(100 * trait.share_in),
                count=trait.count_in,
                known=trait.known_in,
                share_out=round(100 * trait.share_out),
            ),
        }
        if about in ("province", "industry"):
            name = "state_ids" if about == "province" else "industry_ids"
            return {**vals, "about": about, name: [fields.Command.set([value])]}
        attribute = self.env["crm.profile.attribute"].search([("code", "=", about.removeprefix("fact:"))])
        options = attribute.option_ids.filtered(lambda option: option.code == value)
        return {
            **vals,
            "about": "fact",
            "attribute_id": attribute.id,
            "option_ids": [fields.Command.set(options.ids)],
        }
