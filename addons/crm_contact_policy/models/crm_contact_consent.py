from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..domain import rules
from .crm_interaction import PURPOSE_SELECTION


class CrmContactConsent(models.Model):
    """One word of a customer about being contacted; rows are added, the last one counts."""

    _name = "crm.contact.consent"
    _description = "Contact Consent"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    # What becomes of a person's data (crm_profile's register of personal data; not needed to run).
    _privacy = {"report": ("purpose", "channel_id", "status", "date", "source", "expiry")}

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="partner_id.company_id", store=True, index="btree_not_null")
    purpose = fields.Selection(PURPOSE_SELECTION, help="Empty: every purpose.")
    channel_id = fields.Many2one("crm.contact.channel", ondelete="restrict", help="Empty: every channel.")
    status = fields.Selection(
        [("given", "Given"), ("withdrawn", "Withdrawn"), ("unknown", "Unknown")], required=True, default="given"
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    expiry = fields.Datetime(
        "Until", help="A consent ends then; a withdrawal with an end is a pause, after which the word before it counts."
    )
    source = fields.Selection(
        [
            ("form", "Signed form"),
            ("web", "Web page"),
            ("phone", "On the phone"),
            ("email", "By e-mail"),
            ("person", "In person"),
            ("survey", "Survey answer"),
            ("import", "Import"),
            ("merge", "Merged contact"),
            ("other", "Other"),
        ],
        required=True,
        default="person",
    )
    evidence = fields.Text(help="The words used, the form's number, the recording … whatever proves it.")
    user_id = fields.Many2one("res.users", "Recorded by", default=lambda self: self.env.user, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever records a word of a customer signs for it."""
        if not self.env.su:
            vals_list = [{**vals, "user_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)

    @api.constrains("date", "expiry")
    def _check_expiry(self):
        for consent in self:
            if consent.expiry and consent.expiry <= consent.date:
                raise ValidationError(self.env._("A consent must end after it begins."))

    @api.depends("partner_id.display_name", "status")
    @api.depends_context("lang")
    def _compute_display_name(self):
        statuses = dict(self._fields["status"]._description_selection(self.env))
        for consent in self:
            consent.display_name = f"{consent.partner_id.display_name or ''} – {statuses.get(consent.status, '')}"

    def _as_rule_inputs(self):
        """Return these rows as :class:`rules.Consent`, in no particular order."""
        return [
            rules.Consent(
                status=consent.status,
                at=consent.date,
                purpose=consent.purpose or "",
                channel=consent.channel_id.code or "",
                expires=consent.expiry or None,
                order=consent.id,
            )
            for consent in self
        ]

    @api.model
    def _merge_strictest_sudo(self, words):
        """After a merge, let the strictest of several partners' last words be the merged partner's.

        :param words: list of (merged partner, purpose or "", channel code or "", statuses of the former partners)

        Sudo: whoever may merge contacts must not loosen a consent he cannot read.
        """
        now = fields.Datetime.now()
        channels = {channel.code: channel.id for channel in self.env["crm.contact.channel"].sudo().search([])}
        self.sudo().create(
            [
                {
                    "partner_id": partner.id,
                    "purpose": purpose or False,
                    "channel_id": channels.get(channel, False),
                    "status": rules.strictest(statuses),
                    "source": "merge",
                    "date": now,
                    "evidence": self.env._("The strictest consent of the merged contacts."),
                }
                for partner, purpose, channel, statuses in words
            ]
        )
