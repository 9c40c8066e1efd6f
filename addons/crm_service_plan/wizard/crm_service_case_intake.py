from odoo import api, fields, models
from odoo.fields import Domain

from ..models.crm_service_case import PRIORITIES


class CrmServiceCaseIntake(models.TransientModel):
    """Somebody calls, texts or stands at the counter: find the customer by number or address, write the case."""

    _name = "crm.service.case.intake"
    _description = "Take a Case"

    address = fields.Char("Number or E-mail", help="From where they call or write.")
    found_ids = fields.Many2many("res.partner", compute="_compute_found_ids", string="Known As")
    partner_id = fields.Many2one(
        "res.partner", "Caller", compute="_compute_partner_id", store=True, readonly=False, help="Empty: not known yet."
    )
    contact_name = fields.Char("Name")
    channel_id = fields.Many2one(
        "crm.contact.channel",
        required=True,
        default=lambda self: self.env.ref("crm_contact_policy.channel_phone", raise_if_not_found=False),
    )
    name = fields.Char("Issue", required=True)
    description = fields.Text("What They Say")
    category_id = fields.Many2one("crm.service.case.category", "Kind")
    asset_id = fields.Many2one("crm.service.asset", compute="_compute_asset_id", store=True, readonly=False)
    priority = fields.Selection(PRIORITIES, default="1", required=True)
    is_complaint = fields.Boolean("Complaint")
    interaction_id = fields.Many2one("crm.interaction", ondelete="set null")
    open_case_ids = fields.Many2many("crm.service.case", compute="_compute_open_case_ids", string="Open Cases")
    answer_ids = fields.Many2many("crm.service.answer", compute="_compute_answer_ids", string="Answers")

    @api.depends("address")
    def _compute_found_ids(self):
        for wizard in self:
            wizard.found_ids = self.env["crm.service.case"]._partners_reached_by(wizard.address)

    @api.depends("found_ids")
    def _compute_partner_id(self):
        for wizard in self:
            if not wizard.partner_id and len(wizard.found_ids) == 1:
                wizard.partner_id = wizard.found_ids

    @api.depends("partner_id")
    def _compute_asset_id(self):
        for wizard in self:
            customer = wizard.partner_id.commercial_partner_id
            if not customer or wizard.asset_id.partner_id.commercial_partner_id == customer:
                continue
            assets = self.env["crm.service.asset"].search([("partner_id", "child_of", customer.ids)], limit=2)
            wizard.asset_id = assets if len(assets) == 1 else False

    @api.depends("partner_id")
    def _compute_open_case_ids(self):
        Case = self.env["crm.service.case"]
        for wizard in self:
            customer = wizard.partner_id.commercial_partner_id
            mine = Case._get_open_domain() & Domain("partner_id", "child_of", customer.ids or [0])
            wizard.open_case_ids = Case.search(mine, limit=5)

    @api.depends("name", "description")
    def _compute_answer_ids(self):
        for wizard in self:
            text = f"{wizard.name or ''} {wizard.description or ''}"
            wizard.answer_ids = self.env["crm.service.answer"]._find(text, 3, any_of=True)

    def action_take(self):
        """Make the case and open it.

        :return: action
        """
        self.ensure_one()
        cases = self.env["crm.service.case"].with_context(service_interaction=self.interaction_id.id)
        case = cases.create(self._prepare_case_vals())
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.service.case",
            "res_id": case.id,
            "views": [(False, "form")],
        }

    def _prepare_case_vals(self):
        partner = self.partner_id
        vals = {
            "name": self.name,
            "description": self.description,
            "channel_id": self.channel_id.id,
            "category_id": self.category_id.id,
            "asset_id": self.asset_id.id,
            "priority": self.priority,
            "partner_id": partner.commercial_partner_id.id,
            "contact_id": partner.id,
            "is_complaint": self.is_complaint or self.category_id.is_complaint,
        }
        if not partner:
            mail = self.address and "@" in self.address
            vals.update(contact_name=self.contact_name, **{"contact_email" if mail else "contact_phone": self.address})
        if self.interaction_id:
            vals["received_on"] = min(self.interaction_id.date, fields.Datetime.now())
        return vals
