from odoo import models


class CrmServiceCase(models.Model):
    """A case that began as an answer."""

    _name = "crm.service.case"
    _inherit = ["crm.service.case", "crm.survey.origin.mixin"]

    def _tell_of_review(self, say):
        """Post an internal note that notifies who works on the case and who looks after the customer.

        :param say: function of an environment to the words
        """
        self.ensure_one()
        users = (self.user_id | self.partner_id.user_id).filtered(lambda user: user.active and not user.share)
        for lang, told in (users or self.env.user).grouped("lang").items():
            env = self.with_context(lang=lang or self.env.lang).env
            self.message_post(
                body=say(env), partner_ids=(told & users).partner_id.ids, subtype_xmlid="mail.mt_note"
            )
