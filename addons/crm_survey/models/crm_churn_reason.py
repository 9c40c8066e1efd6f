from odoo import api, fields, models

from ..domain import churn


class CrmChurnReason(models.Model):
    """Why a customer left: the reasons Keaveney found, and two that are nobody's fault."""

    _name = "crm.churn.reason"
    _description = "Churn reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable name; an answer with the same code records this reason.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    cause = fields.Selection(
        [
            ("offer", "What we offer"),
            ("service", "How we serve"),
            ("competitor", "A competitor"),
            ("customer", "The customer's circumstances"),
        ],
        string="Where the cause lies",
        compute="_compute_cause",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="The first axis; whether it was in our hands is the second.",
    )
    controllable = fields.Boolean(
        string="In our hands", help="As a rule we could have prevented it; decided anew in each interview."
    )

    _code_unique = models.Constraint("UNIQUE (code)", "Two reasons cannot have the same code.")

    @api.depends("code")
    def _compute_cause(self):
        for reason in self:
            reason.cause = churn.CAUSES.get(reason.code) or reason.cause or "service"
