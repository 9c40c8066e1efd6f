from odoo import fields, models
from odoo.tools import plaintext2html

# A person sends these; the suite gives the text and keeps the record.
BY_HAND = ("chat",)
SMS_TEMPLATES = {"birthday": "sms_template_birthday", "first_purchase": "sms_template_first_purchase"}


class CrmOccasion(models.Model):
    """By which channel a greeting goes: an e-mail, an SMS, or a text that a colleague sends by chat."""

    # One concern a file, so that files stay small.
    _inherit = "crm.occasion"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    channel = fields.Selection(
        [("email", "E-mail"), ("sms", "SMS"), ("chat", "Chat (Zalo …), by a colleague")],
        "By",
        required=True,
        default="email",
        help="Chat: the responsible gets an activity with the text on the day, sends it, and marks the activity done.",
    )
    sms_template_id = fields.Many2one(
        "sms.template", "Short Text", domain=[("model", "=", "crm.occasion")], ondelete="set null",
        help="For SMS and chat. Empty: the one for this kind of occasion.",
    )

    # ------------------------------------------------------------------ texts
    def _short_template_name(self):
        """The shipped short text for this kind of occasion."""
        self.ensure_one()
        if self.kind == "birthday" and self.whose == "relative" and not self.recipient_id:
            return "sms_template_birthday_relative"
        return SMS_TEMPLATES.get(self.kind, "sms_template_general")

    def _short_texts(self):
        """{occasion id: text for SMS or chat, in the recipient's language}"""
        found = {}
        for (template, name), group in self.grouped(lambda o: (o.sms_template_id, o._short_template_name())).items():
            template = template or self.env.ref(f"crm_care.{name}")
            found.update(template._render_field("body", group.ids, compute_lang=True))
        return {occasion_id: str(text).strip() for occasion_id, text in found.items()}

    # ------------------------------------------------------------------ delivery
    def _deliver_email(self, _interactions):
        """Queue a message for each occasion.

        :param _interactions: {occasion id: crm.interaction}
        :return: what their greeting lines say from now on
        """
        for template, occasions in self._by_template().items():
            template.send_mail_batch(occasions.ids, email_layout_xmlid="mail.mail_notification_light")
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        return {"state": "sent"}

    def _deliver_sms(self, _interactions):
        """Queue an SMS for each occasion; parameters as :meth:`_deliver_email`."""
        texts = self._short_texts()
        self.env["sms.sms"].create(
            [
                {
                    "partner_id": occasion.addressee_id.id,
                    "number": occasion.addressee_id.phone_sanitized or occasion.addressee_id.phone,
                    "body": texts[occasion.id],
                }
                for occasion in self
            ]
        )
        self.env.ref("sms.ir_cron_sms_scheduler_action")._trigger()
        return {"state": "sent"}

    def _deliver_chat(self, interactions):
        """Give each responsible the text to send; parameters as :meth:`_deliver_email`."""
        texts, users = self._short_texts(), self._responsibles()
        activity_type = self.env.ref("crm_care.mail_activity_type_greeting")
        model_id = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": occasion.id,
                    "activity_type_id": activity_type.id,
                    "user_id": users[occasion.id].id,
                    "date_deadline": occasion._local_day(interactions[occasion.id].date),
                    "summary": occasion._chat_summary(users[occasion.id]),
                    "note": plaintext2html(texts[occasion.id]),
                }
                for occasion in self
            ]
        )
        return {"state": "assigned"}

    def _chat_summary(self, user):
        """Whom to write to, in the colleague's language."""
        occasion = self.with_context(lang=user.lang)
        person = occasion.addressee_id
        return occasion.env._(
            "Send to %(name)s %(number)s: %(what)s", name=person.name, number=person.phone or "", what=occasion._about()
        )

    def _contact_send(self, interactions, at):
        """What a colleague sends is done when the colleague says so: until then the contact is planned."""
        by_hand = interactions.filtered(lambda interaction: interaction.channel_id.code in BY_HAND)
        if rest := interactions - by_hand:
            super()._contact_send(rest, at)
        if not by_hand:
            return
        with self.env.cr.savepoint():
            occasions = self._contact_of(by_hand)
            occasions._contact_deliver(by_hand)
            users = occasions._responsibles()
            for interaction in by_hand.sudo():
                interaction._set({"user_id": users[interaction.res_id].id, "error": False, "reason_code": False})

    def _sent_by_hand_sudo(self, at):
        """The colleague sent these greetings at ``at`` (naive UTC), perhaps later than on the day.

        Sudo: the lines and the ledger are written by the engine only.
        """
        lines = self.env["crm.occasion.greeting"].sudo().search(
            [
                ("occasion_id", "in", self.ids),
                ("action", "=", "greeting"),
                ("interaction_id.channel_id.code", "in", BY_HAND),
                ("sent_on", "=", False),
                ("state", "in", ("assigned", "missed")),
            ]
        )
        lines.write({"state": "sent", "sent_on": at, "reason_code": False})
        lines.interaction_id.filtered(lambda interaction: interaction.state in ("planned", "cancelled"))._set(
            {"state": "done", "date": at, "reason_code": False}
        )
