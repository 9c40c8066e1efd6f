from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..domain import consent as words
from .crm_contact_word import SOURCE_SELECTION
from .crm_interaction import PURPOSE_SELECTION


class CrmContactConsent(models.Model):
    """One word of a customer about being contacted; rows are added, the last one counts."""

    _name = "crm.contact.consent"
    _inherit = "crm.contact.word"
    _description = "Contact Consent"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    # What becomes of a person's data (crm_profile's register of personal data; not needed to run).
    _privacy = {
        "report": ("purpose", "channel_id", "status", "date", "source", "expiry", "representative"),
        "mask": ("representative",),
    }

    purpose = fields.Selection(PURPOSE_SELECTION, help="Empty: every purpose.")
    channel_id = fields.Many2one("crm.contact.channel", ondelete="restrict", help="Empty: every channel.")
    status = fields.Selection(
        [("given", "Given"), ("withdrawn", "Withdrawn"), ("unknown", "Unknown")], required=True, default="given"
    )
    expiry = fields.Datetime(
        "Until", help="A consent ends then; a withdrawal with an end is a pause, after which the word before it counts."
    )
    source = fields.Selection(SOURCE_SELECTION, required=True, default="person")
    representative = fields.Char(
        "Parent or Guardian", help="Who said it in a child's name. Of a child only this consent counts."
    )

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
        """Return these rows as :class:`consent.Consent`, in no particular order."""
        return [
            words.Consent(
                status=consent.status,
                at=consent.date,
                purpose=consent.purpose or "",
                channel=consent.channel_id.code or "",
                expires=consent.expiry or None,
                order=consent.id,
                represented=bool((consent.representative or "").strip()),
            )
            for consent in self
        ]

    def _check_recorded(self):
        """Whoever lifts a withdrawal needs the proof: the customer must have said so."""
        result = super()._check_recorded()
        if self.filtered(lambda word: word.representative and not (word.evidence or "").strip()):
            raise UserError(self.env._("Write down the proof that the parent or guardian said so."))
        now = fields.Datetime.now()
        lifting = self.filtered(lambda word: word.status != "withdrawn" and not (word.evidence or "").strip())
        earlier = self.sudo().search([("partner_id", "in", lifting.partner_id.ids), ("id", "not in", self.ids)])
        known = earlier.grouped(lambda word: (word.partner_id, word.purpose, word.channel_id))
        for word in lifting:
            before = known.get((word.partner_id, word.purpose, word.channel_id), self.browse())
            scope = (word.purpose or "", word.channel_id.code or "")
            if words.consent_status(before._as_rule_inputs(), *scope, now) == words.WITHDRAWN:
                raise UserError(
                    self.env._(
                        "%(customer)s withdrew this consent: write down the proof that it was given again.",
                        customer=word.partner_id.display_name,
                    )
                )
        return result

    @api.model
    def _record_sudo(self, partner, rows, at, source, evidence):
        """Record a customer's words in this order.

        :param rows: list of :class:`consent.Consent`
        :param at: when they were said, naive UTC
        :return: the rows written

        Sudo: customers have no access of their own to the table; what they say of themselves is kept.
        """
        channels = {channel.code: channel.id for channel in self.env["crm.contact.channel"].sudo().search([])}
        return self.sudo().create(
            [
                {
                    "partner_id": partner.id,
                    "purpose": row.purpose or False,
                    "channel_id": channels.get(row.channel, False),
                    "status": row.status,
                    "expiry": row.expires or False,
                    "date": at,
                    "source": source,
                    "evidence": evidence,
                }
                for row in rows
            ]
        )

    @api.model
    def _differing_words_sudo(self, partners, at):
        """The words a merge of ``partners`` adds so that the strictest wins: list of :class:`consent.Consent`.

        Sudo: consents the user may not read bind, too.
        """
        found = self.sudo().search([("partner_id", "in", partners.ids), ("date", "<=", at)])
        rows = []
        for (purpose, channel), group in found.grouped(lambda w: (w.purpose or "", w.channel_id.code or "")).items():
            people = [own._as_rule_inputs() for own in group.grouped("partner_id").values()]
            rows += [
                words.Consent(status, at, purpose, channel, expires)
                for status, expires in words.merged_words(people, at)
            ]
        return rows
