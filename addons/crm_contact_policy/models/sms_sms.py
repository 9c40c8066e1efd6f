from odoo import api, fields, models
from odoo.fields import Domain

from ..domain.sources import purpose_of
from .mail_mail import LISTED


class SmsSms(models.Model):
    _name = "sms.sms"
    _inherit = ["sms.sms", "crm.queue.hours.mixin"]

    _queue_channel = "sms"
    _queue_field = "contact_not_before"
    _queue_cron = "sms.ir_cron_sms_scheduler_action"

    crm_interaction_id = fields.Many2one(
        "crm.interaction", "Booked Contact", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )

    contact_not_before = fields.Datetime(
        "Not before", readonly=True, copy=False, help="The customer must not be disturbed until then: the queue waits."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Text messages to customers enter the ledger; the number of queries does not grow with them."""
        messages = super().create(vals_list)
        ledger = self.env["crm.interaction"]
        if ledger._ledger_suspended():
            ledger._ledger_link_sudo("sms", [messages._ledger_reference(sms) for sms in messages.sudo()])
            messages._note_booked_sudo()
        else:
            messages._ledger_outgoing_sudo()
        return messages

    def write(self, vals):
        """What did not reach a customer was no contact; what did after a second try, is one."""
        result = super().write(vals)
        ledger, refs = self.env["crm.interaction"], self.mapped("uuid") if "state" in vals else ()
        if vals.get("state") in ("error", "canceled"):
            kinds = dict(self._fields["failure_type"]._description_selection(self.env))
            ledger._ledger_undelivered_sudo(refs, kinds.get(vals.get("failure_type")))
        elif vals.get("state") in ("pending", "sent"):
            ledger._ledger_delivered_sudo(refs)
        return result

    @staticmethod
    def _ledger_reference(sms):
        message = sms.mail_message_id
        return sms.uuid, message.model, message.res_id, sms.partner_id.ids

    def _note_booked_sudo(self):
        """As which contact each message was booked. Sudo: senders need not read the ledger."""
        booked = self.env["crm.interaction"]._ledger_delivering_sudo()
        by_partner = {contact.partner_id.id: contact for contact in booked if contact.channel_id.code == "sms"}
        for partner, messages in self.sudo().grouped("partner_id").items():
            if partner.id in by_partner:
                messages.crm_interaction_id = by_partner[partner.id]

    # ------------------------------------------------------------------ quiet hours
    @api.model
    def _process_queue(self):
        """The queue leaves alone what has to wait, so that it never fills the place of what may go."""
        return super(SmsSms, self.with_context(sms_queue_at=fields.Datetime.now()))._process_queue()

    @api.model
    def _search(self, domain, *args, **kwargs):
        if at := self.env.context.get("sms_queue_at"):
            due = Domain("contact_not_before", "=", False) | Domain("contact_not_before", "<=", at)
            domain = Domain(domain) & due
        return super()._search(domain, *args, **kwargs)

    def _send(self, *args, **kwargs):
        """What was booked in time, but would leave when the customer must not be disturbed, waits in the queue.

        What the customer did not ask for carries the short link to the preference page, added as it leaves.
        """
        messages = self.with_context(sms_queue_at=False)
        messages -= messages._wait_for_hours_sudo(fields.Datetime.now())
        if not messages:
            return None
        messages._add_preferences_link_sudo()
        return super(SmsSms, messages)._send(*args, **kwargs)

    def _booked_contacts_sudo(self):
        """{text message: the contact it was booked as}; bridges add theirs. Sudo: as for the hours."""
        booked = {sms: contact for sms in self if (contact := sms.sudo().crm_interaction_id)}
        return super()._booked_contacts_sudo() | booked

    # ------------------------------------------------------------------ the customer's own page

    def _add_preferences_link_sudo(self):
        """Add the link to the texts that need it. Sudo: whoever runs the queue need not read the ledger."""
        for sms in self.sudo().filtered(lambda sms: sms.crm_interaction_id.purpose in LISTED):
            contact = sms.crm_interaction_id
            partner = contact.partner_id.with_company(contact.company_id)
            today = fields.Date.context_today(sms)
            url = partner._contact_short_url_sudo(today)
            if not partner._contact_has_short_url_sudo(sms.body or "", today):
                lang = partner.lang or self.env.company.partner_id.lang or self.env.lang
                hint = sms.with_context(lang=lang).env._("Stop or choose: %(url)s", url=url)
                sms.body = f"{sms.body}\n{hint}"

    def _ledger_booked(self):
        """Those that stand in the ledger already; bridges add theirs, as do mailings."""
        return self.filtered("mailing_id") if "mailing_id" in self._fields else self.browse()

    def _ledger_outgoing_sudo(self):
        """Record each customer. Sudo: senders need not read recipients or ledger."""
        ledger = self.env["crm.interaction"]
        vals_list = []
        sent = self.sudo()
        for sms in (sent - sent._ledger_booked()).filtered(lambda s: s.state not in ("canceled", "error")):
            if not ledger._ledger_customers_sudo(sms.partner_id):
                continue
            if message := sms.mail_message_id:
                vals = ledger._ledger_message_vals_sudo(message, sms.partner_id, "sms", "out")
            else:
                vals = {
                    "partner_id": sms.partner_id.id,
                    "channel": "sms",
                    "purpose": purpose_of("res.partner"),
                    "date": fields.Datetime.now(),
                    "user_id": self.env.uid,
                }
            if vals:
                vals_list.append({**vals, "delivery_ref": sms.uuid})
        ledger._ledger_messages_sudo(vals_list)
