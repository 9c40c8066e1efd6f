from odoo import models
from odoo.fields import Domain
from odoo.tools import html2plaintext
from odoo.tools.mail import append_content_to_html

# Mail programs offer to unsubscribe from these; what the customer asked for is not a list.
LISTED = ("survey", "care", "sale", "marketing")


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """What went through the gate carries the customer's link to the preference page.

        The link is added when the e-mail leaves, so that nobody who reads the message in Odoo holds it.
        """
        results = super()._prepare_outgoing_list(mail_server=mail_server, doc_to_followers=doc_to_followers)
        contact = self._gated_contact_sudo()
        if not contact:
            return results
        partner = contact.partner_id.with_company(contact.company_id)
        for values in results:
            if partner._contact_is_for(partner, values):
                self._add_preferences_link(values, partner, contact.purpose)
        return results

    def _gated_contact_sudo(self):
        """The contact this e-mail was booked as, empty for any other e-mail.

        Also one whose e-mail did not arrive: it may be sent once more.

        Sudo: whoever runs the mail queue need not read the ledger.
        """
        ledger = self.env["crm.interaction"].sudo()
        model = self.env.get(self.model or "")
        if not self.res_id or model is None or not hasattr(model, "_contact_deliver") or self.message_type == "comment":
            return ledger
        made = Domain("state", "in", ("done", "refused")) | Domain("reason_code", "=", "undelivered")
        return ledger.search(
            made
            & Domain(
                [
                    ("res_model", "=", self.model),
                    ("res_id", "=", self.res_id),
                    ("direction", "=", "out"),
                    ("booked_on", "!=", False),
                    ("channel_id.code", "=", "email"),
                ]
            ),
            order="id desc",
            limit=1,
        )

    def _add_preferences_link(self, values, partner, purpose):
        lang = partner.lang or self.env.company.partner_id.lang or self.env.lang
        footer = (
            self.env["ir.qweb"]
            .with_context(lang=lang)
            ._render(
                "crm_contact_policy.mail_preferences_footer",
                {"url": partner._contact_preferences_url_sudo(purpose), "company": self.env.company},
            )
        )
        values["body"] = append_content_to_html(values["body"], footer, plaintext=False)
        values["body_alternative"] = html2plaintext(values["body"])
        if purpose in LISTED:
            values["headers"] = {
                **values["headers"],
                "List-Unsubscribe": f"<{partner._contact_unsubscribe_url_sudo(purpose)}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
