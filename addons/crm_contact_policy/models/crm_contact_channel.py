from odoo import api, fields, models

from ..domain.rules import CHANNELS


class CrmContactChannel(models.Model):
    """A way to reach a customer."""

    _name = "crm.contact.channel"
    _description = "Contact Channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        [(code, code) for code in CHANNELS], required=True, help="Technical name, used by programs and imports."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    icon = fields.Char(default="fa-comment", help="Font Awesome class of the icon shown in lists.")
    needs = fields.Selection(
        [
            ("email", "An e-mail address"),
            ("phone", "A phone number"),
            ("address", "A street or city"),
            ("nothing", "Nothing"),
        ],
        required=True,
        default="nothing",
        help="What a customer must have so that this channel reaches them.",
    )
    keeps_hours = fields.Boolean(
        "Disturbs",
        default=True,
        help="The contact hours of the policies apply. A letter, say, disturbs nobody at night.",
    )

    _code_unique = models.Constraint("unique(code)", "There is already a channel with this code.")

    @api.model
    def _by_code(self, code):
        """Return the channel with this ``code``.

        :raise ValueError: when the code is unknown.
        """
        if code not in CHANNELS:
            raise ValueError(f"Unknown contact channel {code!r}")
        return self.env.ref(f"crm_contact_policy.channel_{code}")
