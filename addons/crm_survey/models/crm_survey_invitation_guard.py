from odoo import models
from odoo.exceptions import AccessError

# What an interviewer plans; whom we asked, what came of it and where the answers go is not theirs to change.
INTERVIEWER_FIELDS = {"call_back_on", "due", "recipient_id", "user_id"}


class CrmSurveyInvitation(models.Model):
    """Interviewers plan their calls; the rest of an invitation changes by what customer and program do."""

    _inherit = "crm.survey.invitation"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def write(self, vals):
        """Refuse what is not an interviewer's to change.

        :raises AccessError: for other fields than those of planning, or another person once the customer was asked
        """
        if not self.env.su and not self.env.user.has_group("crm_survey.group_manager"):
            forbidden = vals.keys() - INTERVIEWER_FIELDS
            if "recipient_id" in vals and any(i.state not in ("planned", "held") for i in self):
                forbidden |= {"recipient_id"}
            if forbidden:
                labels = [self._fields[name]._description_string(self.env) for name in sorted(forbidden)]
                raise AccessError(
                    self.env._("Interviewers do not change this of an invitation: %(fields)s", fields=", ".join(labels))
                )
            self._check_recipient(vals)
        return super().write(vals)

    def _check_recipient(self, vals):
        """:raises AccessError: when somebody outside the customer would be sent the customer's link"""
        if not vals.get("recipient_id"):
            return
        recipient = self.env["res.partner"].browse(vals["recipient_id"])
        if self.partner_id.commercial_partner_id - recipient.commercial_partner_id:
            raise AccessError(self.env._("Only the customer or one of its contacts is asked."))

    def action_cancel(self):
        """Cancel by hand: whoever may ask customers.

        :raises AccessError: for interviewers, who report what came of a call instead
        """
        if not self.env.user.has_group("crm_survey.group_user"):
            raise AccessError(self.env._("Interviewers report what came of a call; they cancel no invitation."))
        return super().action_cancel()
