from odoo import models


class MailActivity(models.Model):
    """An activity that is marked done with a word about it closes its follow-up with that word."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """What was done is told once, wherever somebody tells it."""
        mine = self.filtered(lambda activity: activity.res_model == "crm.survey.follow.up")
        follow_ups = self.env["crm.survey.follow.up"].browse(mine.mapped("res_id"))
        # Whoever may not write it, somebody outside of sales say, is still done with the activity.
        follow_ups = follow_ups._filtered_access("write")._may_close()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if feedback:
            follow_ups._close_with(feedback)
        return result
