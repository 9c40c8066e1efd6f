from odoo import api, fields, models
from odoo.tools.mail import html2plaintext

CHANNELS = {"web": "web", "email": "email", "phone": "phone"}


class HelpdeskTicket(models.Model):
    """A ticket and its case: one to one; the status goes both ways and stops where both agree."""

    _inherit = "helpdesk.ticket"

    service_case_id = fields.Many2one("crm.service.case", copy=False, ondelete="set null")

    _service_case_unique = models.UniqueIndex(
        "(service_case_id) WHERE service_case_id IS NOT NULL", "The case has a ticket already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A new ticket makes its case, if the company wants it so."""
        self._check_case_links(vals_list)
        tickets = super().create(vals_list)
        wanted = tickets.filtered(
            lambda ticket: not ticket.service_case_id and ticket.company_id.service_ticket_sync in ("ticket", "both")
        )
        for ticket in wanted:
            ticket._make_case_sudo()
        return tickets

    def write(self, vals):
        """Another stage is another status of the case."""
        self._check_case_links([vals])
        result = super().write(vals)
        if vals.keys() & {"stage_id", "team_id", "service_case_id"}:
            for ticket in self.sudo().filtered("service_case_id"):
                ticket.service_case_id._follow_ticket(ticket.stage_id.service_case_state)
        return result

    def _check_case_links(self, vals_list):
        """:raise AccessError: somebody links a case they may not change"""
        ids = [vals["service_case_id"] for vals in vals_list if vals.get("service_case_id")]
        if ids and not self.env.su:
            self.env["crm.service.case"].browse(ids).check_access("write")

    def action_make_case(self):
        """Make a service case of the ticket and open it.

        :return: action
        """
        self.ensure_one()
        self.check_access("write")
        self.env["crm.service.case"].check_access("create")
        case = self.service_case_id or self._make_case_sudo()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.service.case",
            "res_id": case.id,
            "view_mode": "form",
        }

    def _make_case_sudo(self):
        """:return: the new `crm.service.case`

        Runs as superuser: who works on tickets need not have rights on cases.
        """
        ticket = self.sudo()
        case = ticket.env["crm.service.case"].with_context(service_from_ticket=True)
        case = case.with_company(ticket.company_id).create(ticket._prepare_case_vals())
        ticket.service_case_id = case.with_context(service_from_ticket=False)
        return ticket.service_case_id

    def _prepare_case_vals(self):
        codes = {
            self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_channel_{name}", raise_if_not_found=False): code
            for name, code in CHANNELS.items()
        }
        code = codes.get(self.channel_id, "email" if self.channel_id else "phone")
        return {
            "name": self.name,
            "description": html2plaintext(self.description or ""),
            "partner_id": self.partner_id.commercial_partner_id.id,
            "contact_id": self.partner_id.id,
            "contact_name": self.partner_name,
            "contact_email": self.partner_email,
            "channel_id": self.env.ref(f"crm_contact_policy.channel_{code}").id,
            "priority": self.priority or "1",
            "user_id": self.user_id.id,
            "company_id": self.company_id.id,
        }
