from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_slot_minutes = fields.Selection(
        [("15", "15 minutes"), ("30", "30 minutes"), ("60", "1 hour"), ("120", "2 hours")],
        "Slots Every",
        default="30",
        required=True,
        help="Free slots are offered on this grid.",
    )
    service_notice_hours = fields.Float(
        "Notice", default=2.0, help="Customers choose no slot that begins earlier than in so many hours."
    )
    service_link_days = fields.Integer(
        "Links Expire After", default=30, help="The link to a visit works until so many days after its day."
    )
    service_customers_choose = fields.Boolean(
        "Customers Choose Slots",
        default=True,
        help="On the portal and by their link customers move a visit to a free slot themselves. Otherwise they ask for"
        " another day and are called.",
    )

    _check_service_slots = models.Constraint(
        "CHECK(service_notice_hours >= 0 AND service_link_days >= 0)", "Notice and days are 0 or more."
    )
