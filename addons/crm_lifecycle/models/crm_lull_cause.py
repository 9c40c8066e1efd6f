from odoo import api, fields, models
from odoo.exceptions import ValidationError

CAUSES = [("natural", "Natural"), ("dissatisfied", "Dissatisfied"), ("unknown", "Unknown")]
KINDS = [
    ("moved", "Moved away"),
    ("job", "Changed jobs"),
    ("season", "Season"),
    ("illness", "Illness or death"),
    ("stocked", "Has enough for now"),
    ("money", "Short of money"),
    ("closed", "Closed down"),
    ("price", "Price"),
    ("quality", "Product or quality"),
    ("service", "Service or people"),
    ("competitor", "A competitor"),
    ("other", "Something else"),
]
CAUSE_OF_KIND = {
    **dict.fromkeys(("moved", "job", "season", "illness", "stocked", "money", "closed"), "natural"),
    **dict.fromkeys(("price", "quality", "service", "competitor"), "dissatisfied"),
}


class CrmLullCause(models.Model):
    """Why a customer buys no more, as somebody said: life itself, or something that we did."""

    _name = "crm.lull.cause"
    _description = "Cause of a Lull"
    _order = "said_on desc, id desc"
    _rec_name = "partner_id"
    _privacy = {
        "report": ("said_on", "company_id", "cause", "kind", "source"),
        "note_fields": ("note",),
        "note_date": "said_on",
    }

    partner_id = fields.Many2one("res.partner", string="Customer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    cause = fields.Selection(
        CAUSES,
        required=True,
        compute="_compute_cause",
        store=True,
        precompute=True,
        readonly=False,
        help="Natural: moved, ill, out of season. Dissatisfied: because of us or a competitor.",
    )
    kind = fields.Selection(KINDS, string="What happened")
    source = fields.Selection(
        [("salesperson", "Salesperson"), ("survey", "Survey"), ("interview", "Interview")],
        string="Told by",
        required=True,
        default="salesperson",
    )
    said_on = fields.Date(string="On", required=True, default=lambda self: self.env.company._lifecycle_today())
    until = fields.Date(string="Back by", help="When the customer is expected to buy again: a call is proposed then.")
    note = fields.Char()
    user_id = fields.Many2one(
        "res.users", string="By", readonly=True, default=lambda self: self.env.user, ondelete="set null"
    )
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    stage_id = fields.Many2one(
        "crm.lifecycle.stage", string="Stage Then", readonly=True, ondelete="set null", help="When it was said."
    )

    _partner_idx = models.Index("(partner_id, company_id, said_on)")

    @api.depends("kind")
    def _compute_cause(self):
        for line in self:
            line.cause = CAUSE_OF_KIND.get(line.kind) or line.cause or "unknown"

    @api.constrains("cause", "kind")
    def _check_cause(self):
        for line in self:
            if CAUSE_OF_KIND.get(line.kind, line.cause) != line.cause:
                raise ValidationError(
                    self.env._("This does not go together: somebody who moved away or fell ill is not dissatisfied.")
                )

    @api.constrains("partner_id", "company_id")
    def _check_company(self):
        for line in self:
            if line.partner_id.company_id and line.partner_id.company_id != line.company_id:
                raise ValidationError(
                    self.env._("%(name)s belongs to another company.", name=line.partner_id.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Keep it for the customer of a contact, with who said it and the stage of that day."""
        partners = self.env["res.partner"].browse([vals["partner_id"] for vals in vals_list if vals.get("partner_id")])
        customers = {partner.id: partner.commercial_partner_id for partner in partners}
        companies = [vals.get("company_id") or self.env.company.id for vals in vals_list]
        stages = self._stages_sudo(partners.commercial_partner_id, companies)
        prepared = []
        for vals, company in zip(vals_list, companies, strict=True):
            customer = customers.get(vals.get("partner_id"))
            stage = customer and stages.get((customer.id, company))
            prepared.append(
                {**vals, "partner_id": customer and customer.id, "user_id": self.env.uid, "stage_id": stage}
            )
        return super().create(prepared)

    @api.model
    def _stages_sudo(self, customers, companies):
        # As superuser: an interviewer who writes down a cause need not read stages.
        statuses = (
            self.env["crm.lifecycle.status"]
            .sudo()
            .search([("partner_id", "in", customers.ids), ("company_id", "in", companies)])
        )
        return {(status.partner_id.id, status.company_id.id): status.stage_id.id for status in statuses}

    @api.model
    def _before_merge_sudo(self, partners):
        """Nothing to clear: several causes may stand beside each other, the last one holds."""

    @api.model
    def _record_sudo(self, partner, company, cause, source, **vals):
        """Keep a cause told in a survey or an interview.

        :param partner: ``res.partner``; ``company``: ``res.company``
        :param str cause: natural, dissatisfied or unknown
        :param str source: survey or interview
        :param vals: ``kind``, ``note``, ``said_on``, ``until``
        """
        # As superuser: the answer of a customer is kept whoever handles it.
        return self.sudo().create(
            {"partner_id": partner.id, "company_id": company.id, "cause": cause, "source": source, **vals}
        )
