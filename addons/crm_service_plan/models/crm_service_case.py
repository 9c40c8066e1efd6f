from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..domain.wording import fold

PRIORITIES = [("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")]
STATES = [
    ("new", "New"),
    ("assigned", "Assigned"),
    ("waiting", "Waiting for Customer"),
    ("solved", "Solved"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
OPEN_STATES = ("new", "assigned", "waiting")


class CrmServiceCase(models.Model):
    """Something a customer wants of us: a problem, a question, a complaint."""

    _name = "crm.service.case"
    _description = "Service Case"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "priority desc, received_on desc, id desc"
    _rec_names_search = ["number", "name", "partner_id.name", "asset_id.code"]
    _mail_post_access = "read"
    _primary_email = "contact_email"
    _privacy = {
        "partner": ("partner_id", "contact_id"),
        "erase": "blank",
        "blank": (
            "name", "description", "contact_name", "contact_phone", "contact_email", "solution", "internal_note",
            "search_text",
        ),
        "report": ("number", "name", "description", "company_id", "received_on", "state", "solved_on", "solution"),
        "note_fields": ("internal_note",),
        "note_date": "received_on",
        "mask": ("description", "contact_name", "contact_phone", "contact_email", "solution", "internal_note"),
    }

    number = fields.Char(readonly=True, copy=False, index="trigram", default="/")
    name = fields.Char("Issue", required=True, tracking=True)
    description = fields.Text(help="What the customer says.")
    active = fields.Boolean(default=True)
    received_on = fields.Datetime("Received", required=True, default=fields.Datetime.now, copy=False, index=True)
    receiver_id = fields.Many2one("res.users", "Received By", default=lambda self: self.env.user, copy=False)
    company_id = fields.Many2one(
        "res.company", "Branch", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    contact_id = fields.Many2one("res.partner", "Contact Person", index="btree_not_null", ondelete="set null")
    contact_name = fields.Char(compute="_compute_contact", store=True, readonly=False, precompute=True)
    contact_phone = fields.Char("Phone", compute="_compute_contact", store=True, readonly=False, precompute=True)
    contact_email = fields.Char("E-mail", compute="_compute_contact", store=True, readonly=False, precompute=True)
    channel_id = fields.Many2one(
        "crm.contact.channel",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.ref("crm_contact_policy.channel_phone", raise_if_not_found=False),
    )
    category_id = fields.Many2one(
        "crm.service.case.category", "Kind", tracking=True, ondelete="restrict", index="btree_not_null"
    )
    asset_id = fields.Many2one("crm.service.asset", index="btree_not_null", ondelete="restrict")
    warranty_state = fields.Selection(related="asset_id.warranty_state")
    priority = fields.Selection(PRIORITIES, default="1", required=True, tracking=True)
    is_complaint = fields.Boolean(
        "Complaint", compute="_compute_is_complaint", store=True, readonly=False, precompute=True, tracking=True
    )
    state = fields.Selection(
        STATES,
        "Status",
        default="new",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    team_id = fields.Many2one(
        "crm.service.team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        domain="[('company_id', '=', company_id)]",
        index="btree_not_null",
    )
    user_id = fields.Many2one("res.users", "Responsible", index=True, tracking=True, domain="[('share', '=', False)]")
    contract_id = fields.Many2one(
        "crm.service.contract",
        index="btree_not_null",
        ondelete="set null",
        compute="_compute_contract_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    solution = fields.Text(copy=False, help="What helped; the customer sees it.")
    internal_note = fields.Html(groups="base.group_user", copy=False)
    answer_id = fields.Many2one("crm.service.answer", "Answered With", copy=False, index="btree_not_null")
    source_case_id = fields.Many2one(
        "crm.service.case", "Solved Like", copy=False, groups="base.group_user", index="btree_not_null"
    )
    assigned_on = fields.Datetime(readonly=True, copy=False)
    responded_on = fields.Datetime("Answered", readonly=True, copy=False)
    solved_on = fields.Datetime(readonly=True, copy=False)
    solved_by_id = fields.Many2one("res.users", readonly=True, copy=False, index="btree_not_null")
    closed_on = fields.Datetime(readonly=True, copy=False)
    search_text = fields.Text(compute="_compute_search_text", store=True, groups="base.group_system")

    _search_idx = models.Index("USING gin (to_tsvector('simple', search_text))")

    @api.depends("asset_id", "contact_id")
    def _compute_partner_id(self):
        for case in self:
            case.partner_id = case.partner_id or case.asset_id.partner_id or case.contact_id.commercial_partner_id

    @api.depends("contact_id", "partner_id")
    def _compute_contact(self):
        for case in self:
            person = case.contact_id or case.partner_id
            if person:
                case.contact_name = person.name
                case.contact_phone = person.phone or case.contact_phone
                case.contact_email = person.email or case.contact_email

    @api.depends("category_id")
    def _compute_is_complaint(self):
        for case in self:
            case.is_complaint = case.is_complaint or case.category_id.is_complaint

    @api.depends("category_id")
    def _compute_team_id(self):
        for case in self:
            team = case.category_id.team_id
            if not case.team_id and team.company_id == case.company_id:
                case.team_id = team

    @api.depends("partner_id", "asset_id")
    def _compute_contract_id(self):
        Contract = self.env["crm.service.contract"]
        for case in self:
            if not case.contract_id or case.contract_id.commercial_partner_id != case.partner_id.commercial_partner_id:
                day = case.company_id._service_today() if case.company_id else fields.Date.context_today(case)
                case.contract_id = Contract._in_force_sudo(case.partner_id, case.asset_id, case.company_id, day)[:1]

    @api.depends("name", "description", "solution", "category_id.name")
    def _compute_search_text(self):
        for case in self:
            case.search_text = fold(
                " ".join(filter(None, [case.name, case.category_id.name, case.solution, case.description]))
            )

    @api.depends("number", "name")
    def _compute_display_name(self):
        for case in self:
            case.display_name = f"{case.number} · {case.name}" if case.number != "/" else case.name

    def _compute_access_url(self):
        for case in self:
            case.access_url = f"/my/cases/{case.id}"

    @api.constrains("asset_id", "company_id", "team_id", "contract_id")
    def _check_companies(self):
        for case in self:
            root = case.company_id.root_id
            strange = case.asset_id and case.asset_id.company_id != root
            strange = strange or (case.team_id and case.team_id.company_id != case.company_id)
            strange = strange or (case.contract_id and case.contract_id.company_id.root_id != root)
            if strange:
                raise ValidationError(
                    self.env._("Asset, team and contract of %(case)s are of another company.", case=case.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("team_id") and not vals.get("company_id"):
                vals["company_id"] = self.env["crm.service.team"].browse(vals["team_id"]).company_id.id
            if vals.get("number", "/") == "/":
                vals["number"] = self._next_number_sudo()
        cases = super().create(vals_list)
        cases._started()
        return cases

    def write(self, vals):
        before = {case.id: case.user_id for case in self} if "user_id" in vals else {}
        result = super().write(vals)
        self._after_write(vals, before)
        return result

    def _move(self, vals):
        """Write what only transitions may change."""
        return super().write(vals)  # pylint: disable=super-method-mismatch  # write() itself refuses

    @api.model
    def _next_number_sudo(self):
        """:return: the next number

        Runs as superuser: customers and the mail gateway make cases, too, but may not read sequences.
        """
        return self.env["ir.sequence"].sudo().next_by_code("crm.service.case") or "/"

    def _started(self):
        """A new case: promise and clock, those who must know, the ledger."""
        self._apply_sla()
        self.filtered("user_id")._set_assigned()
        self._clock_turn()
        self._tell_salesperson_sudo()
        self._record_received()

    def _after_write(self, vals, before):
        if vals.get("user_id"):
            self.filtered(lambda case: case.user_id != before[case.id])._assigned_to()
        whose = vals.keys() & {"partner_id", "contact_id", "asset_id"}  # they may have a contract
        terms = vals.keys() & {"priority", "category_id", "contract_id", "company_id"}
        if whose or terms:
            self._apply_sla()
        if terms or "team_id" in vals:
            self._clock_turn()
        elif whose:
            self._clock_update()
        if whose:
            self._tell_salesperson_sudo()
        if whose or vals.keys() & {"is_complaint", "category_id"}:
            self._record_received()

    @api.model
    def _get_open_domain(self):
        """:return: Domain of the cases somebody has to work on"""
        return Domain("state", "in", OPEN_STATES)

    def _record_received(self):
        """A case is a contact the customer made: it stands in the one ledger, complaints as such."""
        if call := self.env["crm.interaction"].browse(self.env.context.get("service_interaction") or 0).exists():
            call._about_case_sudo(self[:1])
        self.env["crm.interaction"]._ledger_record(
            [
                {
                    "partner_id": (case.contact_id or case.partner_id).id,
                    "channel": case.channel_id.code,
                    "purpose": "support",
                    "direction": "in",
                    "state": "done",
                    "date": case.received_on,
                    "user_id": (case.receiver_id or case.user_id).id,
                    "company_id": case.company_id.id,
                    "subject": case.display_name,
                    "is_complaint": case.is_complaint,
                    "res_model": case._name,
                    "res_id": case.id,
                }
                for case in self
                if case.partner_id
            ]
        )
