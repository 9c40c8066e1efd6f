from odoo import fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, *args, **kwargs):
        """A greeting given to a colleague is sent when the activity is done."""
        kind = self.env.ref("crm_care.mail_activity_type_greeting", raise_if_not_found=False)
        greetings = self.filtered(
            lambda activity: activity.activity_type_id == kind and activity.res_model == "crm.occasion"
        )
        occasions = self.env["crm.occasion"].browse(greetings.mapped("res_id"))
        result = super()._action_done(*args, **kwargs)
        if occasions:
            occasions._sent_by_hand_sudo(fields.Datetime.now())
        return result
