from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    care_first_purchase = fields.Selection(
        [
            ("none", "No"),
            ("greeting", "Greet"),
            ("activity", "Activity for a colleague"),
            ("remember", "Only remember"),
        ],
        "Anniversaries of the First Purchase",
        default="none",
        help="What happens on the day of the year on which a customer bought for the first time.",
    )
