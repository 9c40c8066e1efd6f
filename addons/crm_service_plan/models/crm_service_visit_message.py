import base64

from odoo import api, fields, models


class CrmServiceVisitMessage(models.Model):
    """One message about a visit (its calendar file, the question how it was), sent through the contact gate."""

    _name = "crm.service.visit.message"
    _description = "Message about a Visit"
    _inherit = ["crm.contact.sender"]
    _order = "id desc"

    visit_id = fields.Many2one("crm.service.visit", required=True, index=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="visit_id.partner_id")
    company_id = fields.Many2one(related="visit_id.company_id", store=True)
    kind = fields.Selection(
        [("invite", "Appointment"), ("cancel", "Appointment Cancelled"), ("rating", "How It Was")],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("sent", "Sent"), ("denied", "Not Allowed"), ("withdrawn", "Withdrawn")],
        default="waiting",
        required=True,
        readonly=True,
    )
    interaction_id = fields.Many2one("crm.interaction", index="btree_not_null", readonly=True, ondelete="set null")
    reason = fields.Char(related="interaction_id.reason")
    sent_on = fields.Datetime(readonly=True)
    slot_sequence = fields.Integer("Number of the File", readonly=True, help="Of the calendar file that was sent.")

    @api.depends("kind", "visit_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for message in self:
            message.display_name = f"{kinds.get(message.kind, '')}: {message.visit_id.display_name or ''}"

    @api.model
    def _request_sudo(self, visits, kind, at=None):
        """Ask the gate to send one message for each visit.

        :param kind: ``invite``, ``cancel`` or ``rating``
        :return: the messages

        Runs as superuser: written by this method alone; the caller has checked that the visits may be written.
        """
        messages = self.sudo().create([{"visit_id": visit.id, "kind": kind} for visit in visits])
        subjects = {
            "invite": self.env._("Appointment"),
            "cancel": self.env._("Appointment cancelled"),
            "rating": self.env._("How was the visit?"),
        }
        at = at or fields.Datetime.now()
        for company, group in messages.grouped("company_id").items():
            own = group.with_company(company)
            for interaction in own._contact_request("email", "service", at, subject=subjects[kind]):
                own.browse(interaction.res_id).interaction_id = interaction
        return messages

    @api.model
    def _call_off_sudo(self, visits):
        """These visits are cancelled: appointments that wait are called back, those that went out are taken out of the
        customer's calendar.

        Runs as superuser: written by this model alone; the caller has checked that the visits may be cancelled.
        """
        self._withdraw_sudo(visits)
        sent = self.sudo().search(
            [("visit_id", "in", visits.ids), ("kind", "in", ("invite", "cancel")), ("state", "=", "sent")], order="id"
        )
        last = {message.visit_id: message.kind for message in sent}
        invited = sent.visit_id.filtered(lambda visit: last[visit] == "invite" and visit.planned_start)
        self._request_sudo(invited, "cancel")

    @api.model
    def _withdraw_sudo(self, visits):
        """What waits at the gate about these visits is true no longer: it is called back.

        Runs as superuser: written by this model alone; the caller has checked that the visits may be changed.
        """
        domain = [("visit_id", "in", visits.ids), ("kind", "!=", "rating"), ("state", "=", "waiting")]
        waiting = self.sudo().search(domain)
        waiting.interaction_id.filtered(lambda i: i.state in ("planned", "held")).write({"state": "cancelled"})
        waiting.write({"state": "withdrawn"})

    def _contact_recipients(self):
        return {message.id: message.visit_id.partner_id for message in self}

    def _contact_deliver(self, interactions):
        """Queue one mail for each message, with the calendar file where there is an appointment."""
        for message in self:
            template = self.env.ref(f"crm_service_plan.mail_template_visit_{message.kind}")
            values = {}
            if message.kind in ("invite", "cancel"):
                values["attachment_ids"] = [(4, message._calendar_attachment().id)]
                message.slot_sequence = message.visit_id.slot_sequence
            template.send_mail(message.visit_id.id, email_values=values)
        self.write({"state": "sent", "sent_on": fields.Datetime.now()})
        if cron := self.env.ref("mail.ir_cron_mail_scheduler_action", raise_if_not_found=False):
            cron._trigger()

    def _contact_rejected(self, interactions):
        for interaction in interactions:
            self.browse(interaction.res_id).write({"state": "denied", "interaction_id": interaction.id})

    def _calendar_attachment(self):
        return self.env["ir.attachment"].create(
            {
                "name": "appointment.ics",
                "mimetype": "text/calendar",
                "datas": base64.b64encode(self.visit_id._calendar_file().encode()),
                "res_model": "crm.service.visit",
                "res_id": self.visit_id.id,
            }
        )
