from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmServiceSlotSearch(models.TransientModel):
    """Free slots of a visit, or for a customer on the phone who has none yet."""

    _name = "crm.service.slot.search"
    _description = "Find a Free Slot"

    visit_id = fields.Many2one("crm.service.visit", readonly=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company",
        "Branch",
        required=True,
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", compute="_compute_partner_id", store=True, readonly=False, precompute=True
    )
    asset_id = fields.Many2one("crm.service.asset")
    task_ids = fields.Many2many("crm.service.plan.task", string="Work")
    first = fields.Date("From", compute="_compute_days", store=True, readonly=False, precompute=True)
    last = fields.Date("Until", compute="_compute_days", store=True, readonly=False, precompute=True)
    user_id = fields.Many2one("res.users", "Only With", domain="[('share', '=', False)]")
    line_ids = fields.One2many("crm.service.slot.line", "search_id", "Free Slots")
    searched = fields.Boolean()

    @api.depends("visit_id")
    def _compute_company_id(self):
        for search in self:
            search.company_id = search.visit_id.company_id or self.env.company

    @api.depends("asset_id")
    def _compute_partner_id(self):
        for search in self:
            search.partner_id = search.asset_id.partner_id or search.partner_id

    @api.depends("visit_id")
    def _compute_days(self):
        for search in self:
            today = (search.company_id or self.env.company)._service_today()
            visit = search.visit_id
            search.first = max(visit.window_start or today, today)
            search.last = max(visit.window_end or today + timedelta(days=14), search.first)

    @api.model_create_multi
    def create(self, vals_list):
        searches = super().create(vals_list)
        for search in searches.filtered("visit_id"):
            search._find()
        return searches

    def _find(self):
        """Renew the list."""
        self.ensure_one()
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Choose a branch you work in."))
        visit = self.visit_id or self._virtual_visit()
        slots = visit._free_slots(self.first, self.last, limit=200, users=self.user_id or None)
        tools = self.env["resource.resource"].browse({key for slot in slots for key, __ in slot.tools})
        names = self._tool_names_sudo(tools)
        self.line_ids.unlink()
        self.write(
            {
                "searched": True,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "start": slot.start,
                            "stop": slot.stop,
                            "user_id": slot.person,
                            "tools": ", ".join(names[key] for key, __ in slot.tools),
                        },
                    )
                    for slot in slots
                ],
            }
        )

    def _tool_names_sudo(self, tools):
        """:return: ``{id: name}``. Runs as superuser: tools of the head company are named to its branches."""
        return {tool.id: tool.name for tool in tools.sudo()}

    def _virtual_visit(self):
        if not self.task_ids:
            raise UserError(self.env._("What is to be done? Choose the work first."))
        return self.env["crm.service.visit"].new(self._prepare_visit_vals())

    def _prepare_visit_vals(self):
        return {
            "name": ", ".join(self.task_ids.mapped("name")),
            "partner_id": self.partner_id.id,
            "asset_id": self.asset_id.id,
            "company_id": self.company_id.id,
            "task_ids": [(6, 0, self.task_ids.ids)],
            "plan_ids": [(6, 0, self.task_ids.plan_id.ids)],
            "due_date": self.first,
            "duration": sum(self.task_ids.mapped("duration")) or 0.5,
            "price": sum(self.task_ids.mapped("price")),
            "user_id": False,
        }

    def action_search(self):
        """Look again."""
        self._find()
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Free Slots"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _take(self, start, user):
        """Book the slot, for the visit or for a new one.

        :return: the visit
        """
        self.ensure_one()
        visit = self.visit_id
        if not visit:
            if not self.partner_id:
                raise UserError(self.env._("For whom? Choose the customer first."))
            visit = visit.create(self._prepare_visit_vals())
            visit.write({"line_ids": [(0, 0, line) for line in visit._prepare_line_vals(visit.task_ids)]})
        visit._take_slot(start, user=user)
        return visit
