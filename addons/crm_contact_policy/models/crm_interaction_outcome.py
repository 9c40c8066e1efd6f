from odoo import fields, models


class CrmInteractionOutcome(models.Model):
    """How a call, a visit or a message ended."""

    _name = "crm.interaction.outcome"
    _description = "Interaction Outcome"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("reached", "Reached"),
            ("not_reached", "Not reached"),
            ("refused", "Refused"),
            ("call_again", "Call again later"),
        ],
        required=True,
        default="reached",
        help='A refusal starts the cool-down of the purpose; "call again" proposes the next date.',
    )
    channel_ids = fields.Many2many("crm.contact.channel", string="Channels", help="Empty: every channel.")
    months = fields.Integer("Again in (months)", help="Proposes the next date that many months later.")
