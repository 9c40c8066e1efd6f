from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmServiceCase(models.Model):
    """Case → visit → done.

    All sides of a case come together here. They stand before the case itself, so that they may refuse or add to what it
    does; the first has the first word.
    """

    _name = "crm.service.case"
    _inherit = [
        "crm.service.case.similar.mixin",
        "crm.service.case.mail.mixin",
        "crm.service.case.guard.mixin",
        "crm.service.case.flow.mixin",
        "crm.service.case.entry.mixin",
        "crm.service.case.clock.mixin",
        "crm.service.case.promise.mixin",
        "crm.service.case.alarm.mixin",
        "crm.service.case",
    ]

    visit_ids = fields.One2many("crm.service.visit", "case_id", "Visits", groups="base.group_user")
    visit_count = fields.Integer(compute="_compute_visit_state", groups="base.group_user")
    visit_done = fields.Boolean(compute="_compute_visit_state", groups="base.group_user")

    @api.depends("visit_ids.state")
    def _compute_visit_state(self):
        for case in self:
            visits = case.visit_ids.filtered(lambda visit: visit.state != "cancelled")
            case.visit_count = len(visits)
            case.visit_done = bool(visits) and all(visit.state in ("done", "missed") for visit in visits)

    def _prepare_visit_vals(self):
        self.ensure_one()
        return {
            "name": self.name,
            "case_id": self.id,
            "partner_id": self.partner_id.id,
            "asset_id": self.asset_id.id,
            "company_id": self.company_id.id,
            "user_id": self.user_id.id or self.env.uid,
            "contract_id": self.contract_id.id,
        }

    def action_make_visit(self):
        """Make a visit for the case and open it.

        :raises UserError: the case is closed, or nobody knows whose it is
        """
        self.ensure_one()
        self._check_may("solve")
        if not self.partner_id:
            raise UserError(self.env._("Say first which customer it is."))
        visit = self.env["crm.service.visit"].create(self._prepare_visit_vals())
        return {**self._visit_action(), "view_mode": "form", "views": [(False, "form")], "res_id": visit.id}

    def action_view_visits(self):
        """Visits made for the case."""
        self.ensure_one()
        return {**self._visit_action(), "domain": [("case_id", "=", self.id)], "context": {"create": False}}

    def _visit_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Visits"),
            "res_model": "crm.service.visit",
            "view_mode": "list,form",
        }

    def _visit_done(self, visit):
        """The report becomes the proposed solution; who is in charge is asked to close it."""
        for case in self.filtered(lambda case: case._may("solve")):
            if not case.solution and visit.note and not visit.is_sensitive:  # cases are read by more people
                case.solution = visit.note
            case.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("The visit is done: is the case solved?"),
                user_id=(case.user_id or visit.user_id or self.env.user).id,
            )
