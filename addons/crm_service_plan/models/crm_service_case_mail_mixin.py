from odoo import models
from odoo.tools import email_normalize
from odoo.tools.mail import html2plaintext

from .crm_service_case import OPEN_STATES


class CrmServiceCaseMailMixin(models.AbstractModel):
    """E-mail in and out: a mail to a team's address makes a case, an answer wakes it up."""

    _name = "crm.service.case.mail.mixin"
    _description = "Mail of Cases"

    def message_new(self, msg_dict, custom_values=None):
        """An e-mail makes a case; the customer is known by the address, an unknown sender stays text on the case."""
        author = self.env["res.partner"].browse(msg_dict.get("author_id") or 0)
        if any(not user.share for user in author.user_ids):
            author = author.browse()  # a colleague who forwards a mail is not the customer
        sender = msg_dict.get("email_from") or ""
        values = {
            "name": (msg_dict.get("subject") or self.env._("No subject"))[:200],
            "description": html2plaintext(msg_dict.get("body") or "")[:20000],
            "channel_id": self.env.ref("crm_contact_policy.channel_email").id,
            "contact_id": author.id,
            "partner_id": author.commercial_partner_id.id,
            "contact_name": author.name or sender[:200],
            "receiver_id": False,
            **(custom_values or {}),
        }
        return super().message_new({**msg_dict, "email_from": email_normalize(sender) or sender}, values)

    def _message_post_after_hook(self, message, msg_vals):
        """The customer's words wake a waiting or solved case; ours are the first answer."""
        result = super()._message_post_after_hook(message, msg_vals)
        if message.message_type in ("comment", "email") and not message.is_internal and message.subtype_id:
            self._message_came(message)
        return result

    def _message_came(self, message):
        """:param message: `mail.message` everybody on the case may read"""
        if self.env.context.get("service_auto_reply"):
            return
        from_us = any(not user.share for user in message.author_id.user_ids)
        for case in self.sudo():
            comment = message.subtype_id == self.env.ref("mail.mt_comment")
            if from_us and comment and case.state in OPEN_STATES and message.author_id not in case._customer_side():
                case._set_responded()
            elif not from_us and case.state == "waiting":
                case._resume()
            elif not from_us and case.state == "solved" and comment:
                case._reopen()

    def _customer_side(self):
        return self.contact_id | self.partner_id

    def _tell_salesperson_sudo(self):
        """The customer's salesperson follows the case and is told of it, once.

        Runs as superuser: a customer or a technician need not be allowed to write to the salesperson.
        """
        for case in self.sudo():
            partner = case.partner_id
            seller = partner.user_id or partner.commercial_partner_id.user_id
            known = seller.partner_id in case.message_partner_ids
            if not seller or seller.share or known or case.company_id not in seller.company_ids:
                continue
            case.message_subscribe(partner_ids=seller.partner_id.ids)
            if seller != self.env.user:
                mine = case.with_context(lang=seller.lang)
                mine.message_notify(
                    partner_ids=seller.partner_id.ids,
                    subject=mine.display_name,
                    body=mine.env._("%(customer)s reported: %(issue)s", customer=partner.name, issue=case.name),
                )

    def _subscribe_responsible(self):
        for case in self.filtered("user_id"):
            case.message_subscribe(partner_ids=case.user_id.partner_id.ids)
