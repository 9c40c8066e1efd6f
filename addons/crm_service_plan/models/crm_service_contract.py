from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..domain.coverage import Call, Entitlement, Use, judge

IN_FORCE = ("running", "to_renew")
ENGINE_FIELDS = {
    "number",
    "state",
    "used_visits",
    "used_hours",
    "renewal_lead_id",
    "ended_on",
    "is_lost",
    "previous_id",
    "began_on",
}
STATES = [
    ("draft", "Draft"),
    ("running", "Running"),
    ("to_renew", "To Renew"),
    ("expired", "Expired"),
    ("cancelled", "Cancelled"),
]


class CrmServiceContract(models.Model):
    """What a customer has paid for: so many visits or hours, for these assets and plans, until that day."""

    _name = "crm.service.contract"
    _description = "Service Contract"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "end_date, id"
    _rec_names_search = ["number", "name", "partner_id.name"]
    _privacy = {
        "erase": "blank",
        "blank": ("name", "note"),
        "report": ("number", "name", "company_id", "start_date", "end_date", "kind", "included", "price", "state"),
    }

    number = fields.Char(readonly=True, copy=False, default="/", index="trigram")
    name = fields.Char("Subject", required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", "Branch", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, tracking=True, ondelete="restrict"
    )
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        tracking=True,
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('share', '=', False)]",
        index="btree_not_null",
    )
    asset_ids = fields.Many2many("crm.service.asset", string="Assets", help="Empty: all assets of the customer.")
    plan_ids = fields.Many2many("crm.service.plan", string="Plans", help="Empty: visits of any plan are covered.")
    covers_repairs = fields.Boolean("Repairs, too", default=True, help="Visits without a plan are covered, too.")
    sla_ids = fields.Many2many("crm.service.sla", string="Promises", help="Promised hours of this contract's cases.")
    start_date = fields.Date("From", required=True, default=fields.Date.context_today, tracking=True)
    end_date = fields.Date("Until", tracking=True, help="Last day; empty: until it is cancelled.")
    kind = fields.Selection(
        [("visits", "Number of Visits"), ("hours", "Number of Hours"), ("unlimited", "As Often as Needed")],
        "Entitlement",
        required=True,
        default="visits",
        tracking=True,
    )
    included = fields.Float("How Many", default=1.0, tracking=True, digits=(16, 2))
    used_visits = fields.Integer("Visits Used", readonly=True, copy=False)
    used_hours = fields.Float("Hours Used", readonly=True, copy=False)
    left = fields.Float(compute="_compute_left", help="Visits or hours; not told for an unlimited contract.")
    price = fields.Monetary(tracking=True, help="For the whole period, untaxed.")
    state = fields.Selection(
        STATES,
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    renew_days = fields.Integer(
        "Renew Before",
        default=30,
        groups="base.group_user",
        help="Days before the end at which an opportunity is made.",
    )
    at_end = fields.Selection(
        [("keep", "Go on, to be paid for"), ("end", "End, too")],
        "Its Subscriptions Then",
        required=True,
        default="keep",
        help="What happens to the subscriptions of the contract when it expires without renewal.",
    )
    renewal_lead_id = fields.Many2one(
        "crm.lead",
        "Renewal",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
    )
    previous_id = fields.Many2one("crm.service.contract", "Renews", readonly=True, copy=False, ondelete="set null")
    next_ids = fields.One2many("crm.service.contract", "previous_id", "Renewed By")
    reason_id = fields.Many2one(
        "crm.lost.reason", "Why It Ended", readonly=True, copy=False, tracking=True, groups="base.group_user"
    )
    is_lost = fields.Boolean("Customer Lost", readonly=True, copy=False, groups="base.group_user")
    ended_on = fields.Date(readonly=True, copy=False)
    note = fields.Html("Terms", help="Printed on the summary.")
    subscription_ids = fields.One2many("crm.service.subscription", "contract_id", "Subscriptions")
    visit_ids = fields.One2many("crm.service.visit", "contract_id", "Visits")
    visit_count = fields.Integer(compute="_compute_visit_count")
    may_start = fields.Boolean(compute="_compute_may")
    may_end = fields.Boolean(compute="_compute_may")
    may_renew = fields.Boolean(compute="_compute_may")

    _check_terms = models.Constraint(
        "CHECK(included >= 0 AND renew_days >= 0 AND price >= 0)", "Numbers, days and price are 0 or more."
    )
    _check_days = models.Constraint("CHECK(end_date >= start_date)", "A contract ends after it begins.")
    _one_renewal = models.UniqueIndex("(previous_id) WHERE previous_id IS NOT NULL", "It is renewed already.")

    @api.depends("partner_id")
    def _compute_user_id(self):
        for contract in self:
            partner = contract.partner_id
            contract.user_id = contract.user_id or partner.user_id or partner.commercial_partner_id.user_id

    @api.depends("kind", "included", "used_visits", "used_hours")
    def _compute_left(self):
        for contract in self:
            used = contract.used_hours if contract.kind == "hours" else contract.used_visits
            contract.left = 0 if contract.kind == "unlimited" else max(contract.included - used, 0)

    def _compute_visit_count(self):
        counts = dict(
            self.env["crm.service.visit"]._read_group([("contract_id", "in", self.ids)], ["contract_id"], ["__count"])
        )
        for contract in self:
            contract.visit_count = counts.get(contract, 0)

    @api.depends("state", "end_date", "next_ids")
    def _compute_may(self):
        for contract in self:
            contract.may_start = contract.state == "draft"
            contract.may_end = contract.state in IN_FORCE
            contract.may_renew = (
                contract.state in (*IN_FORCE, "expired") and bool(contract.end_date) and not contract.next_ids
            )

    @api.depends("number", "name")
    def _compute_display_name(self):
        for contract in self:
            number = contract.number
            contract.display_name = f"{number} · {contract.name}" if number != "/" else contract.name

    def _compute_access_url(self):
        for contract in self:
            contract.access_url = f"/my/contracts/{contract.id}"

    @api.constrains("asset_ids", "plan_ids", "company_id", "partner_id")
    def _check_companies(self):
        for contract in self:
            root = contract.company_id.root_id
            strange = any(asset.company_id != root for asset in contract.asset_ids)
            strange = strange or any(plan.company_id and plan.company_id.root_id != root for plan in contract.plan_ids)
            if strange:
                raise ValidationError(
                    self.env._("Assets and plans of “%(contract)s” are of another company.", contract=contract.name)
                )
            for asset in contract.asset_ids:
                if asset.partner_id.commercial_partner_id != contract.partner_id.commercial_partner_id:
                    raise ValidationError(
                        self.env._("%(asset)s does not belong to this customer.", asset=asset.display_name)
                    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su:
                self._refuse_engine({name for name in ENGINE_FIELDS & vals.keys() if vals[name] not in ("draft", "/")})
            if vals.get("number", "/") == "/":
                vals["number"] = self.env["ir.sequence"].sudo().next_by_code("crm.service.contract") or "/"
        return super().create(vals_list)

    def write(self, vals):
        """:raise UserError: state, use and renewal are set by the buttons, not by hand"""
        if not self.env.su:
            self.check_access("write")
            self._refuse_engine(ENGINE_FIELDS & vals.keys())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(contract.state != "draft" for contract in self):
            raise UserError(self.env._("Only a draft can be deleted; a running contract is cancelled."))

    def _refuse_engine(self, names):
        names = {name for name in names if name}
        if names:
            labels = [self._fields[name]._description_string(self.env) for name in sorted(names)]
            raise UserError(
                self.env._("Use the buttons: this is not set by hand (%(fields)s).", fields=", ".join(labels))
            )

    def _move(self, vals):
        """Write what only transitions may change."""
        return super().write(vals)  # pylint: disable=super-method-mismatch  # write() itself refuses

    @api.model
    def _get_in_force_domain(self, day):
        """:return: Domain of the contracts that count on ``day``"""
        ends = Domain("end_date", "=", False) | Domain("end_date", ">=", day)
        return Domain("state", "in", IN_FORCE) & Domain("start_date", "<=", day) & ends

    @api.model
    def _in_force_sudo(self, partner, asset, company, day):
        """:return: contracts of the customer in force on ``day`` that name the asset, before those for all assets

        Runs as superuser: a case may be taken by another branch, or by the customer on the portal.
        """
        if not partner:
            return self.sudo().browse()
        domain = self._get_in_force_domain(day)
        domain &= Domain("commercial_partner_id", "=", partner.commercial_partner_id.id)
        domain &= Domain("company_id", "child_of", company.root_id.ids)
        found = self.sudo().search(domain)
        return found._fitting(asset)

    def _fitting(self, asset):
        named = self.filtered(lambda contract: asset and asset in contract.asset_ids)
        return named | self.filtered(lambda contract: not contract.asset_ids)

    def _is_about(self, case):
        """:return: whether this contract, were it in force, covers the `crm.service.case`"""
        self.ensure_one()
        return (
            case.partner_id.commercial_partner_id == self.commercial_partner_id
            and case.company_id.root_id == self.company_id.root_id
            and bool(self._fitting(case.asset_id))
        )

    def _entitlement(self):
        self.ensure_one()
        in_force = self.state in IN_FORCE
        return Entitlement(self.kind, self.included, self.start_date, self.end_date, in_force)

    def _judge(self, visit, used):
        """:param visit: `crm.service.visit`
        :param used: what others have used up, see :class:`Use`
        :return: :class:`Verdict`
        """
        self.ensure_one()
        call = Call(
            hours=visit.hours if visit.state == "done" else visit.duration,
            day=visit.done_date or visit.planned_date,
            asset_ok=not self.asset_ids or visit.asset_id in self.asset_ids,
            plan_ok=self.covers_repairs
            if not visit.plan_ids
            else not self.plan_ids or not (visit.plan_ids - self.plan_ids),
        )
        return judge(self._entitlement(), used, call)

    def _recount_sudo(self):
        """Count what was used up anew. Two visits finished at once write the same row: the second begins again.

        Runs as superuser: a technician uses up a contract without being allowed to change it.
        """
        visits = self.env["crm.service.visit"].sudo().with_context(active_test=False)
        rows = visits._read_group(
            [("contract_id", "in", self.ids), ("covered", "=", "yes")], ["contract_id"], ["__count", "hours:sum"]
        )
        used = {contract.id: (count, hours) for contract, count, hours in rows}
        for contract in self.sudo():
            count, hours = used.get(contract.id, (0, 0.0))
            contract._move({"used_visits": count, "used_hours": hours})

    def _use(self):
        return Use(self.used_visits, self.used_hours)

    @api.model
    def _portal_cards_sudo(self, contracts):
        """:return: the same contracts: customers may read whatever the cards show, no other rights are needed"""
        return contracts
