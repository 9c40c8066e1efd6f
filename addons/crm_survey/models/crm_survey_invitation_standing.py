from odoo import api, fields, models
from odoo.tools import format_datetime

from ..domain.names import OPEN_STATES


class CrmSurveyInvitation(models.Model):
    """How an invitation stands, in words: one column of a list instead of several that are mostly empty."""

    _inherit = "crm.survey.invitation"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    standing = fields.Char(compute="_compute_standing", help="What comes next, what it waits for, or what came of it.")
    lang_name = fields.Char(
        string="Language", compute="_compute_lang_name", help="Language of the message and of the questionnaire."
    )

    @api.depends(
        "state", "due", "call_back_on", "expires_on", "contact_reason", "final_disposition", "cancel_reason"
    )
    @api.depends_context("lang", "tz")
    def _compute_standing(self):
        outcomes, reasons = (
            dict(self._fields[name]._description_selection(self.env)) for name in ("final_disposition", "cancel_reason")
        )
        for invitation in self:
            if invitation.state in ("held", "denied") and invitation.contact_reason:
                invitation.standing = invitation.contact_reason
            elif invitation.state in OPEN_STATES:
                invitation.standing = invitation._get_next_text()
            else:
                outcome = outcomes.get(invitation.final_disposition)
                invitation.standing = reasons.get(invitation.cancel_reason, outcome)

    def _get_next_text(self):
        """Return what comes next of an open invitation, or until when it waits."""
        self.ensure_one()
        moment = self.call_back_on or self.due or self.expires_on
        if not moment:
            return False
        date = format_datetime(self.env, moment, dt_format="short")
        if not (self.call_back_on or self.due):
            return self.env._("Waits until %(date)s", date=date)
        if self.state == "to_call":
            return self.env._("Call: %(date)s", date=date)
        if self.state == "planned":
            return self.env._("To be asked: %(date)s", date=date)
        return self.env._("Reminder: %(date)s", date=date)

    @api.depends("lang")
    @api.depends_context("lang")
    def _compute_lang_name(self):
        names = dict(self.env["res.lang"].get_installed())
        for invitation in self:
            invitation.lang_name = names.get(invitation.lang, invitation.lang)
