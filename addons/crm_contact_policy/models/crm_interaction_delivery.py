from odoo import api, fields, models
from odoo.fields import Domain


class CrmInteraction(models.Model):
    """What became of the message of a contact: one that did not arrive was no contact."""

    _inherit = "crm.interaction"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    delivery_ref = fields.Char(
        "Message Reference",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_system",
        help="Message-Id of the e-mail, or identifier of the SMS: what a bounce names.",
    )

    @api.model
    def _ledger_link_sudo(self, channel, messages):
        """Note on the booked contacts being delivered which message carries each.

        :param channel: channel code
        :param messages: [(reference, model, res_id, partner ids)]

        Sudo: an engine's field.
        """
        by_target = {(model, res_id): ref for ref, model, res_id, _ids in messages if model and res_id}
        by_partner = {partner_id: ref for ref, _model, _id, ids in messages for partner_id in ids}
        for contact in self._ledger_delivering_sudo().filtered(lambda i: i.channel_id.code == channel):
            ref = by_target.get((contact.res_model, contact.res_id)) or by_partner.get(contact.partner_id.id)
            if ref:
                contact._set({"delivery_ref": ref})

    @api.model
    def _ledger_undelivered_sudo(self, refs, error, domain=None):
        """Contacts made by these messages did not reach the customer: denied, with what the carrier said.

        :param refs: references of messages
        :param error: text kept on the contacts
        :param domain: which of their contacts, by default all

        They take no place under the caps any more. A refusal stays one.
        Sudo: the ledger is kept whoever runs the queue.
        """
        if refs := [ref for ref in refs if ref]:
            gone = Domain("delivery_ref", "in", refs) & Domain("state", "=", "done") & Domain(domain or Domain.TRUE)
            self.sudo().search(gone)._undelivered(error)

    @api.model
    def _ledger_delivered_sudo(self, refs):
        """Messages that had failed arrived after all. Sudo: see :meth:`_ledger_undelivered_sudo`."""
        if refs := [ref for ref in refs if ref]:
            again = Domain("delivery_ref", "in", refs) & Domain("reason_code", "=", "undelivered")
            self.sudo().search(again)._delivered()

    def _hours_to_wait_sudo(self, channel, at):
        """{contact: when its message may leave} of those booked whose message must not leave at ``at`` (naive UTC).

        :param channel: channel code

        Sudo: whoever runs a queue need not read the ledger.
        """
        found = {}
        booked = self.sudo().filtered("booked_on")
        groups = booked.grouped(lambda contact: (contact.company_id, contact.purpose, bool(contact.bypass_reason)))
        for (company, purpose, bypass), contacts in groups.items():
            gate = self.env["crm.contact.gate"].with_company(company)
            moments = gate._hours_to_wait_sudo(contacts.partner_id, channel, purpose, at, bypass)
            found |= {contact: moments[pid] for contact in contacts if (pid := contact.partner_id.id) in moments}
        return found

    def _undelivered(self, error):
        """These contacts did not reach the customer (only those thought made; a refusal stays one)."""
        self.filtered(lambda contact: contact.state == "done").write(
            {"state": "denied", "reason_code": "undelivered", "reason_params": {}, "error": error or False}
        )

    def _delivered(self):
        """Those of these contacts that had not arrived did so after all."""
        self.filtered(lambda contact: contact.reason_code == "undelivered").write(
            {"state": "done", "reason_code": False, "error": False}
        )
