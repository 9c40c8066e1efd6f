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
    is_manual = fields.Boolean("Written by Hand", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        """What a person writes down about nothing in particular is manual: its author may mend it the same day."""
        if not self.env.su:
            vals_list = [{**vals, "is_manual": not vals.get("res_id")} for vals in vals_list]
        return super().create(vals_list)

    def _mark_manual_sudo(self):
        """The dialog wrote these down for a person, about a document. Sudo: an engine's field."""
        self.sudo()._set({"is_manual": True})

    def _ensure_activity_sudo(self):
        """Give each planned call without one its activity on the customer.

        Sudo: who may plan calls need not be allowed to write the contact.
        """
        kind = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        model_id = self.env["ir.model"]._get_id("res.partner")
        planned = self.filtered(lambda i: i.state == "planned" and not i.sudo().activity_ids.filtered("active"))
        vals_list = []
        for interaction in planned if kind else ():
            tz = interaction.user_id.tz or interaction.company_id._contact_tz()
            vals_list.append(
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model_id,
                    "res_id": interaction.partner_id.id,
                    "user_id": interaction.user_id.id or self.env.uid,
                    "summary": interaction.subject,
                    "date_deadline": rules.to_local(interaction.date, tz).date(),
                    "crm_interaction_id": interaction.id,
                }
            )
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(vals_list)

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
        return bool(self.env.cr.cache.get(BOOKED_KEY))

    @api.model
    def _ledger_delivering_sudo(self):
        """The booked contacts being delivered now. Sudo: see :meth:`_ledger_link_sudo`."""
        stack = self.env.cr.cache.get(BOOKED_KEY) or [()]
        return self.sudo().browse(stack[-1])

    @contextmanager
    def _ledger_pause(self):
        """Around the delivery of booked contacts: their messages are not counted again.

        Kept with the cursor, not in the context: a context comes from outside.
        """
        stack = self.env.cr.cache.setdefault(BOOKED_KEY, [])
        stack.append(self.ids)
        try:
            yield
        finally:
            stack.pop()

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
        return self._ledger_document_partners_sudo([(model, res_id)])[model, res_id]

    @api.model
    def _ledger_document_partners_sudo(self, documents):
        """Return ``{(model, id): customer}`` of many documents, by one look at each model.

        Sudo: as :meth:`_ledger_document_partner_sudo`.
        """
        nobody = self.env["res.partner"]
        found = dict.fromkeys(documents, nobody)
        for model in {model for model, res_id in found if model in self.env and res_id}:
            records = self.env[model].sudo().browse({res_id for name, res_id in found if name == model and res_id})
            field = records._fields.get("partner_id")
            has_partner = field is not None and field.comodel_name == "res.partner"
            for record in records.exists():
                partner = record if model == "res.partner" else record.partner_id if has_partner else nobody
                found[model, record.id] = nobody.browse(partner.ids).with_prefetch(partner._prefetch_ids)
        return found

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
        if (channel, direction) == ("email", "out"):
            vals["delivery_ref"] = message.message_id
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
