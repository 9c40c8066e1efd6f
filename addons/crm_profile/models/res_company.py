from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    privacy_fact_days = fields.Integer(
        "Expired Facts Kept (days)", default=30, help="So many days after its retention a fact is erased."
    )
    privacy_log_months = fields.Integer(
        "Read Log Kept (months)", default=24, help="Older lines of the read log are erased. 0: never."
    )
    privacy_note_months = fields.Integer(
        "Notes on Contacts Kept (months)", default=0, help="The text of older notes is emptied. 0: never."
    )
    privacy_intake_days = fields.Integer(
        "Unreviewed Finds Kept (days)",
        default=180,
        help="What was found and neither accepted nor rejected is erased after so many days. 0: never.",
    )

    @api.constrains("privacy_fact_days", "privacy_log_months", "privacy_note_months", "privacy_intake_days")
    def _check_privacy_periods(self):
        for company in self:
            periods = (
                company.privacy_fact_days,
                company.privacy_log_months,
                company.privacy_note_months,
                company.privacy_intake_days,
            )
            if min(periods) < 0:
                raise ValidationError(self.env._("A retention cannot be negative."))
