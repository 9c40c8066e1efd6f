from odoo import api, fields, models
from odoo.addons.crm_service_plan.models.crm_service_case import STATES


class HelpdeskTicketStage(models.Model):
    """A stage says which status its tickets' cases have."""

    _inherit = "helpdesk.ticket.stage"

    service_case_state = fields.Selection(
        STATES,
        "Status of the Case",
        compute="_compute_service_case_state",
        store=True,
        readonly=False,
        help="Tickets in this stage have a case of this status, and the other way round.",
    )

    @api.depends("unattended", "closed")
    def _compute_service_case_state(self):
        for stage in self:
            stage.service_case_state = "solved" if stage.closed else "new" if stage.unattended else "assigned"

    @api.model
    def _set_case_states(self):
        """The stages helpdesk_mgmt ships, on installation."""
        for name, state in (("awaiting", "waiting"), ("cancelled", "cancelled"), ("rejected", "cancelled")):
            stage = self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}", raise_if_not_found=False)
            if stage:
                stage.service_case_state = state
