from odoo import api, fields, models
from odoo.addons.crm_contact_policy.models.crm_contact_gate import Decision

OPEN = ("planned", "held")
VERDICTS = {"done": "allow", "held": "hold", "denied": "deny"}
# What Odoo's own statistics already have a word for.
FAILURES = {
    "email_blacklisted": "mail_bl",
    "no_email": "mail_email_missing",
    "consent_withdrawn": "mail_optout",
    "control_group": "control_group",
}


class MailingMailing(models.Model):
    """A mailing's recipients pass the contact gate: now, later with the mailing's queue, or not at all."""

    _name = "mailing.mailing"
    _inherit = ["crm.segment.mailing.mixin", "mailing.mailing"]

    contact_deadline = fields.Datetime(
        "Not after", copy=False, help="Who may not be contacted until then does not get the mailing any more."
    )
    contact_next_on = fields.Datetime(
        "Next to Those Waiting", copy=False, readonly=True, help="When the first of those who wait may be contacted."
    )
    contact_held_count = fields.Integer("Waiting", compute="_compute_contact_counts")
    contact_denied_count = fields.Integer("Left out", compute="_compute_contact_counts")
    contact_spared_count = fields.Integer(
        "Left alone", compute="_compute_contact_counts", help="As control group of a running campaign."
    )

    def _compute_contact_counts(self):
        rows = self.env["crm.interaction"].sudo()._read_group(
            [("res_id", "in", self.ids), *self._contact_stopped_domain()],
            ["res_id", "state"],
            ["__count"],
        )
        counts = {(res_id, state): number for res_id, state, number in rows}
        spared = dict(
            self.env["mailing.trace"].sudo()._read_group(
                [("mass_mailing_id", "in", self.ids), ("failure_type", "=", "control_group")],
                ["mass_mailing_id"],
                ["__count"],
            )
        )
        for mailing in self:
            mailing.contact_spared_count = spared.get(mailing, 0)
            mailing.contact_held_count = counts.get((mailing.id, "held"), 0)
            mailing.contact_denied_count = counts.get((mailing.id, "denied"), 0)

    def write(self, vals):
        """Nobody waits any more for a mailing that was taken back, or went to all who are still recipients."""
        result = super().write(vals)
        if vals.get("state") == "draft" or vals.get("active") is False:
            self._contact_open_sudo()._set({"state": "cancelled"})
        elif vals.get("state") == "done":
            finished = self.filtered(lambda mailing: not mailing.contact_next_on)
            finished._contact_open_sudo()._set({"state": "cancelled"})
        return result

    def unlink(self):
        self._contact_open_sudo()._set({"state": "cancelled"})
        return super().unlink()

    def action_view_contacts_gate(self):
        """Open the contacts of this mailing that wait or were left out."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_contact_policy.crm_interaction_action_gate")
        return action | {"domain": [("res_id", "=", self.id), *self._contact_stopped_domain()], "context": {}}

    def action_view_contacts_spared(self):
        """Open the recipients left alone as control group of a campaign."""
        self.ensure_one()
        return self.action_view_traces_canceled() | {
            "domain": [("mass_mailing_id", "=", self.id), ("failure_type", "=", "control_group")]
        }

    @api.model
    def _contact_stopped_domain(self):
        """Contacts of mailings that the gate stopped; what did not arrive is in Odoo's own statistics."""
        return [
            ("res_model", "=", self._name),
            ("state", "in", ("held", "denied")),
            ("reason_code", "!=", "undelivered"),
        ]

    # ------------------------------------------------------------------ sending
    @api.model
    def _process_mass_mailing_queue(self):
        """Whoever still waits for a mailing that was sent to the others is not forgotten, even if a process died."""
        self.search([("state", "=", "done"), ("contact_next_on", "!=", False)])._contact_requeue()
        return super()._process_mass_mailing_queue()

    def _action_send_mail(self, res_ids=None):
        result = True
        for mailing in self.filtered(lambda m: m.mailing_type == "mail"):
            recipients = res_ids or mailing._get_remaining_recipients()
            allowed = mailing._contact_gate(recipients, "email", fields.Datetime.now())
            if allowed or not recipients:
                result = super(MailingMailing, mailing)._action_send_mail(res_ids=allowed)
            mailing._contact_sent()
        others = self.filtered(lambda m: m.mailing_type != "mail")
        return super(MailingMailing, others)._action_send_mail(res_ids=res_ids) if others else result

    def _contact_sent(self):
        """After the allowed ones were sent: the mailing waits for the others, or is done."""
        if self.contact_next_on:
            self._contact_requeue()
        elif self.state != "done":
            self.write({"state": "done", "sent_date": self.sent_date or fields.Datetime.now()})

    def _contact_requeue(self):
        """Put these mailings back into the queue until the first of those who wait may be contacted."""
        for mailing in self:
            moment = mailing.contact_next_on
            mailing.write({"schedule_type": "scheduled", "schedule_date": moment, "contact_next_on": False})
            mailing.action_put_in_queue()

    def _contact_gate(self, res_ids, channel, at):
        """Book the recipients at the gate.

        :param res_ids: recipients of the mailing's model
        :param channel: code of the channel
        :param at: now, naive UTC
        :return: those that may be sent now; those denied have their trace, the others wait
        """
        self.ensure_one()
        mailing = self.with_company(self._contact_company()).with_context(contact_gate_silent=True)
        records = mailing.env[self.mailing_model_real].browse(res_ids)
        people = mailing._contact_partners_sudo(records, channel)
        partners = mailing.env["res.partner"].browse({partner.id for partner in people.values() if partner})
        spared = mailing._contact_spared_sudo(partners, at)
        asked = partners.filtered(lambda partner: partner.id not in spared)
        found = mailing._contact_book_again_sudo(asked, channel, at) | spared
        strangers = [record for record in records if not people[record.id]]
        unknown = mailing._contact_unknown(channel, at, len(strangers))
        answers = {
            record.id: found[people[record.id].id] if people[record.id] else unknown for record in records
        }
        mailing._contact_exclude(records, channel, answers)
        held = [answer.at for answer in answers.values() if answer.verdict == "hold"]
        self.contact_next_on = min(held, default=False)
        return [record.id for record in records if answers[record.id].verdict == "allow"]

    def _contact_purpose(self):
        return self.contact_purpose or "marketing"

    def _contact_company(self):
        return (self.user_id or self.env.user).company_id

    def _contact_partners_sudo(self, records, channel):
        """{recipient id: the customer, or an empty record} by the recipient's own link, else by address.

        Sudo: as for the addresses.
        """
        partners = self.env["res.partner"]
        if records._name == "res.partner":
            return {record.id: record for record in records}
        own = records._mail_get_partners() if hasattr(records, "_mail_get_partners") else {}
        name = "phone_sanitized" if channel == "sms" else "email_normalized"
        address = {record.id: record[name] for record in records} if name in records._fields else {}
        by_address = partners._contact_by_address_sudo(name, address.values())
        return {
            record.id: own.get(record.id, partners)[:1] or by_address.get(address.get(record.id), partners)[:1]
            for record in records
        }

    def _contact_book_again_sudo(self, partners, channel, at):
        """{partner id: Decision}: those that wait already are decided again, the others booked.

        Sudo: the ledger is kept whoever sends.
        """
        # “done” without a trace: the process died before the message was made
        mine = self._contact_booked_sudo(partners, channel, (*OPEN, "done"))
        mine._decide_again(channel, self._contact_purpose(), at)
        new = partners - mine.partner_id
        booked = new._contact_book(
            channel,
            self._contact_purpose(),
            at,
            subject=self.subject,
            targets=dict.fromkeys(new.ids, self),
            deadlines=dict.fromkeys(new.ids, self.contact_deadline) if self.contact_deadline else None,
        ).sudo()
        contacts = mine | booked
        contacts.filtered(lambda contact: contact.state == "planned")._set({"state": "done", "date": at})
        return {
            contact.partner_id.id: Decision(VERDICTS[contact.state], contact.date, contact.reason, contact.reason_code)
            for contact in contacts
        }

    def _contact_booked_sudo(self, partners, channel, states):
        """The contacts booked for this mailing with these partners. Sudo: as for the ledger."""
        return self.env["crm.interaction"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("partner_id", "in", partners.ids),
                ("state", "in", states),
                ("channel_id.code", "=", channel),
            ]
        )

    def _contact_unknown(self, channel, at, number):
        """The decision on recipients that are no customers of ours: hours and days off count for them, too.

        On a mailing list their subscription is the consent; elsewhere silence is none.
        """
        if not number:
            return None
        return self.env["crm.contact.gate"]._decide_unknown_sudo(
            channel, self._contact_purpose(), at, consented=self.mailing_on_mailing_list
        )

    def _contact_exclude(self, records, channel, answers):
        """Write the trace of those denied, with the reason."""
        denied = records.filtered(lambda record: answers[record.id].verdict == "deny")
        self.env["mailing.trace"].sudo().create(
            [self._prepare_denied_trace_vals(record, channel, answers[record.id]) for record in denied]
        )

    def _prepare_denied_trace_vals(self, record, channel, decision):
        return {
            "mass_mailing_id": self.id,
            "model": record._name,
            "res_id": record.id,
            "email": record["email_normalized"] if "email_normalized" in record._fields else False,
            "trace_status": "cancel",
            "failure_type": FAILURES.get(decision.code, "contact_policy"),
            "failure_reason": decision.reason,
        }

    # ------------------------------------------------------------------ waiting
    def _contact_open_sudo(self):
        """What still waits for these mailings. Sudo: as for the ledger."""
        return self.env["crm.interaction"].sudo().search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("state", "in", OPEN)]
        )
