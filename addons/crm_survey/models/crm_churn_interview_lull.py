from odoo import models

from ..domain import churn


class CrmChurnInterview(models.Model):
    """What customers say of their leaving keeps natural causes apart from dissatisfaction."""

    _inherit = "crm.churn.interview"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def write(self, vals):
        """Keep the cause of the lull when an interview is done."""
        closing = self.filtered(lambda interview: vals.get("state") == "done" and interview.state != "done")
        result = super().write(vals)
        closing.filtered("primary_reason_id")._record_lulls_sudo()
        return result

    def _record_lulls_sudo(self):
        """Sudo: what a customer said is kept whoever handles it."""
        self.env["crm.lull.cause"].sudo().create([interview._prepare_lull_vals() for interview in self])

    def _prepare_lull_vals(self):
        reason = self.primary_reason_id
        cause, kind = churn.lull(reason.code, self.relationship_caused, self.controllable)
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "cause": cause,
            "kind": kind,
            "source": "interview" if self.interviewer_id else "survey",
            "note": reason.name,
        }
