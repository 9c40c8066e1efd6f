from odoo import models


class CrmSurveyInvitation(models.Model):
    """Answers are looked at before they are recorded: afterwards nothing would contradict them."""

    _inherit = "crm.survey.invitation"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def _write_back_batch(self):
        self.user_input_id._flag_quality()
        return super()._write_back_batch()
