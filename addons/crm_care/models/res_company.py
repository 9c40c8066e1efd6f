from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    care_hour = fields.Float(
        "Greeting Hour",
        default=8.5,
        help="The hour, on the recipient's clock, at which a greeting goes on its day.",
    )
    care_leap_day = fields.Selection(
        [("feb28", "28 February"), ("mar1", "1 March")],
        "29 February in a Common Year",
        default="feb28",
        help="On which day somebody born on 29 February is greeted when there is none.",
    )
    care_lead_days = fields.Integer(
        "Notice for Colleagues (days)",
        default=3,
        help="How many days before the occasion a colleague gets the activity.",
    )
    care_from_profile = fields.Boolean(
        "Birthdays from the Profile",
        default=True,
        help="A date of birth in the customer profile makes an occasion, and corrects it.",
    )

    @api.constrains("care_hour", "care_lead_days")
    def _check_care(self):
        for company in self:
            if not 6 <= company.care_hour <= 21:
                raise ValidationError(self.env._("A civil hour lies between 6:00 and 21:00."))
            if not 0 <= company.care_lead_days <= 60:
                raise ValidationError(self.env._("The notice is between 0 and 60 days."))
