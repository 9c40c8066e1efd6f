from odoo import fields, models

from ..domain.effort import Means


class CrmCollectionMethod(models.Model):
    """A way to ask: what it costs, how long it takes, and how many answer."""

    _name = "crm.collection.method"
    _description = "Collection Method"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for every company.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    depth = fields.Selection(
        [("1", "1 – Contact"), ("2", "2 – Descriptive"), ("3", "3 – Intimate")],
        "Suits up to",
        required=True,
        default="2",
        help="What goes deeper is not told this way.",
    )
    cost = fields.Monetary("Money a Customer", help="For each customer asked, whether he answers or not.")
    minutes = fields.Float("Minutes a Customer", help="Working time for each customer asked.")
    rate_easy = fields.Float("Answer if Easy", help="Share of those asked who answer, if they are easy to reach.")
    rate_ordinary = fields.Float("Answer if Ordinary")
    rate_hard = fields.Float("Answer if Hard", help="Such as chief executives.")
    needs = fields.Selection(
        [
            ("email", "An e-mail address"),
            ("phone", "A phone number"),
            ("address", "A street"),
            ("any", "Any of them"),
            ("none", "Nothing"),
        ],
        "To Reach One Takes",
        required=True,
        default="any",
    )
    note = fields.Text("Where These Figures Are From", translate=True)

    _rates = models.Constraint(
        "CHECK(rate_easy BETWEEN 0 AND 1 AND rate_ordinary BETWEEN 0 AND 1 AND rate_hard BETWEEN 0 AND 1)",
        "A share of answers lies between 0 and 100 %.",
    )
    _effort = models.Constraint("CHECK(cost >= 0 AND minutes >= 0)", "Cost and time cannot be negative.")

    def _compute_currency_id(self):
        for method in self:
            method.currency_id = (method.company_id or self.env.company).currency_id

    def _means(self):
        """The method as :class:`effort.Means`."""
        self.ensure_one()
        rates = {"1": self.rate_easy, "2": self.rate_ordinary, "3": self.rate_hard}
        return Means(rates, self.cost, self.minutes)

    def _get_reach_domain(self):
        """Customers who can be reached this way."""
        kinds = {
            "email": [("email", "!=", False)],
            "phone": [("phone", "!=", False)],
            "address": [("street", "!=", False)],
            "any": ["|", "|", ("email", "!=", False), ("phone", "!=", False), ("street", "!=", False)],
        }
        return fields.Domain(kinds.get(self.needs, []))
