from contextlib import contextmanager

from odoo import api, fields, models

from ..domain import rules
from ..domain.sources import purpose_of

BOOKED_KEY = "crm_contact_booked"


class CrmInteraction(models.Model):
    """The ledger filled by itself: e-mails, SMS, calls and meetings of Odoo."""

    _inherit = "crm.interaction"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    message_id = fields.Many2one(
        "mail.message",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
    )
    activity_ids = fields.One2many("mail.activity", "crm_interaction_id", "Activities", readonly=True)
    is_manual = fields.Boolean(compute="_compute_is_manual", help="Written down by a person, not by the suite.")

    @api.depends("booked_on", "res_id", "res_model", "message_id")
    def _compute_is_manual(self):
        for interaction in self:
            interaction.is_manual = interaction._is_manual_sudo()

    def _is_manual_sudo(self):
        """Whether a person wrote it down. Sudo: the message is an engine's field."""
        entry = self.sudo()
        return not (entry.booked_on or entry.res_id or entry.message_id)

    def write(self, vals):
        """A planned call that is closed or moved takes its activity along."""
        result = super().write(vals)
        if vals.keys() & {"state", "date", "user_id"}:
            self._close_activities_sudo()
        return result

    def _close_activities_sudo(self):
        """Sudo: the activity may be a colleague's, and its document out of the user's sight."""
        activities = self.sudo().activity_ids.filtered("active")
        for activity in activities:
            planned = activity.crm_interaction_id
            if planned.state in ("done", "refused"):
                activity.with_user(self.env.user).sudo()._action_done()
            elif planned.state == "cancelled":
                activity.unlink()
            else:
                tz = activity.user_id.tz or planned.company_id._contact_tz()
                day = rules.to_local(planned.date, tz).date()
                if activity.date_deadline != day or activity.user_id != planned.user_id:
                    activity.write({"date_deadline": day, "user_id": planned.user_id.id})

    # ------------------------------------------------------------------ for the sources
    @api.model
    def _ledger_suspended(self):
        """Whether the messages made now are those of contacts the gate booked: they stand in the ledger already."""
        return bool(self.env.cr.precommit.data.get(BOOKED_KEY))

    @contextmanager
    def _ledger_pause(self):
        """Around the delivery of booked contacts: their messages are not counted again.

        Kept with the transaction, not in the context: a context comes from outside.
        """
        data = self.env.cr.precommit.data
        data[BOOKED_KEY] = data.get(BOOKED_KEY, 0) + 1
        try:
            yield
        finally:
            data[BOOKED_KEY] -= 1

    @api.model
    def _ledger_customers_sudo(self, partners):
        """Those of these partners who are neither colleagues nor companies of ours; one query when none is cached.

        Sudo: the sender of a message need not be allowed to read its recipients.
        """
        if not partners:
            return partners
        own = self.env["res.company"].sudo()._contact_partner_ids()
        found = partners.sudo().filtered(lambda partner: partner.partner_share and partner.id not in own)
        return partners.browse(found.ids)

    @api.model
    def _ledger_document_partner_sudo(self, model, res_id):
        """The customer of a document: itself for a contact, else its ``partner_id``.

        Sudo: only tells whom a contact concerned.
        """
        record = self.env[model].sudo().browse(res_id) if model in self.env and res_id else None
        if record is None or not record.exists():
            return self.env["res.partner"]
        if model == "res.partner":
            return self.env["res.partner"].browse(record.id)
        field = record._fields.get("partner_id")
        partner = record.partner_id if field is not None and field.comodel_name == "res.partner" else None
        return self.env["res.partner"].browse(partner.ids if partner else ())

    @api.model
    def _ledger_message_vals_sudo(self, message, partner, channel, direction, date=None):
        """Values of one entry for a message and a customer; None when such messages are not the ledger's.

        Only the subject is taken over, never the text: who may not read the document shall not read it here.
        Sudo: the author of the message need not be allowed to read all of it.
        """
        message = message.sudo()
        purpose = purpose_of(message.model) if message.model else "sale"
        if purpose is None:
            return None
        author = message.author_id.user_ids.filtered(lambda user: not user.share)[:1]
        vals = {
            "partner_id": partner.id,
            "channel": channel,
            "direction": direction,
            "purpose": purpose,
            "date": date or message.date or fields.Datetime.now(),
            "company_id": message.record_company_id.id or self.env.company.id,
            "user_id": author.id if direction == "out" else partner.sudo().user_id.id,
            "message_id": message.id,
        }
        if message.model and message.res_id:
            vals.update(about_model=message.model, about_id=message.res_id)
        if subject := message.subject or (message.record_name if direction == "out" else None):
            vals["subject"] = subject
        return vals

    @api.model
    def _ledger_messages_sudo(self, vals_list):
        """Write entries of messages. Sudo: the ledger is kept whoever writes."""
        vals_list = [dict(vals) for vals in vals_list if vals]
        if not vals_list:
            return self.browse()
        channels = self.env["crm.contact.channel"].sudo()
        ids = {code: channels._by_code(code).id for code in {vals["channel"] for vals in vals_list}}
        for vals in vals_list:
            vals["channel_id"] = ids[vals.pop("channel")]
            if model := vals.pop("about_model", None):
                vals.update(res_model=model, res_id=vals.pop("about_id"))
        return self.sudo().create(vals_list)
