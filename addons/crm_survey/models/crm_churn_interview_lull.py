from odoo import models


class CrmChurnInterview(models.Model):
    """What customers say of their leaving keeps natural causes apart from dissatisfaction."""

    _inherit = "crm.churn.interview"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def write(self, vals):
        """Keep the cause of the lull when an interview is done."""
        closing = self.filtered(lambda interview: vals.get("state") == "done" and interview.state != "done")
        result = super().write(vals)
        for interview in closing.filtered("primary_reason_id"):
            interview.env["crm.lull.cause"]._record_sudo(
                interview.partner_id,
                interview.company_id,
                interview._lull_cause(),
                "interview" if interview.interviewer_id else "survey",
                note=interview.primary_reason_id.name,
            )
        return result

    def _lull_cause(self):
        """Return natural, dissatisfied or unknown from what was answered."""
        self.ensure_one()
        if self.relationship_caused or self.controllable:
            return "dissatisfied"
        return "natural" if self.primary_reason_id else "unknown"
