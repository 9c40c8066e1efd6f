from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# A failed recording is tried again after so many hours; then only when somebody asks for it.
RETRY_HOURS = (1, 6, 24)


class CrmSurveyInvitation(models.Model):
    """Recordings that failed are tried again by themselves, and seen by a person when that does not help."""

    _inherit = "crm.survey.invitation"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    writeback_attempts = fields.Integer(string="Failed recordings", readonly=True, copy=False)
    writeback_retry_on = fields.Datetime(
        string="Tried again on", readonly=True, copy=False, help="Empty: only when somebody asks for it."
    )

    _writeback_retry_idx = models.Index("(writeback_retry_on) WHERE writeback_state = 'error'")

    @api.model
    def _get_recording_domain(self, at):
        """Return a fresh domain of the invitations whose answers wait to be recorded at ``at`` (naive UTC)."""
        failed = Domain("writeback_state", "=", "error") & Domain("writeback_retry_on", "<=", at)
        return Domain("writeback_state", "=", "queued") | failed

    def _note_failure(self, error, at):
        """Keep why the answers could not be recorded, and plan another try while there is hope."""
        for invitation in self:
            attempts = invitation.writeback_attempts + 1
            hours = RETRY_HOURS[attempts - 1] if attempts <= len(RETRY_HOURS) else None
            retry_on = at + timedelta(hours=hours) if hours else False
            invitation.write(
                {
                    "writeback_state": "error",
                    "writeback_error": error,
                    "writeback_attempts": attempts,
                    "writeback_retry_on": retry_on,
                }
            )
            if retry_on:
                self.env.ref("crm_survey.ir_cron_write_back")._trigger(at=retry_on)

    def action_retry_write_back(self):
        """Queue failed recordings again."""
        failed = self.filtered(lambda i: i.writeback_state == "error")
        failed.write(
            {
                "writeback_state": "queued",
                "writeback_error": False,
                "writeback_retry_on": False,
                "writeback_attempts": 0,
            }
        )
        failed._trigger_write_back()
