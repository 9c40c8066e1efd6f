from odoo import api, models
from psycopg2 import OperationalError


class CrmContactSender(models.AbstractModel):
    """Mixin of records that send something to a customer: everything goes through the gate.

    A model implements :meth:`_contact_recipients` and :meth:`_contact_deliver`, and calls :meth:`_contact_request`.
    """

    _name = "crm.contact.sender"
    _description = "Sends through the Contact Gate"

    # ------------------------------------------------------------------ to implement
    def _contact_recipients(self):
        """Who is to be contacted.

        :return: {record id: res.partner}; records left out, or with an empty partner, are not sent
        """
        raise NotImplementedError

    def _contact_deliver(self, interactions):
        """Queue the message of each record of ``self``, in its partner's language.

        Called in the same transaction that marks the interactions done; whatever is raised undoes both.

        :param interactions: one crm.interaction for each record (``res_id``)
        """
        raise NotImplementedError

    def _contact_rejected(self, interactions):
        """Told that the contacts of these records were denied.

        :param interactions: one crm.interaction for each record (``res_id``), with its reason
        """

    # ------------------------------------------------------------------ to call
    def _contact_request(self, channel, purpose, at, subject=None, deadlines=None, bypass_reason=None):
        """Book a contact about each record, and at once send those that are allowed.

        :param channel: channel code
        :param purpose: purpose code
        :param at: now, as naive UTC
        :param subject: what the ledger shows
        :param deadlines: {record id: last moment, naive UTC}: what cannot go until then is denied, not sent late
        :param bypass_reason: why caps and cool-downs (days off: see ``Ask.bypass``) do not count; for ``group_bypass``
        :return: crm.interaction, one for each record with a recipient; state done, held or denied
        """
        recipients = self._contact_recipients()
        interactions = self.env["crm.interaction"]
        for targets in self._contact_rounds(recipients):
            partners = self.env["res.partner"].browse(targets)
            ends = {pid: deadlines[r.id] for pid, r in targets.items() if r.id in deadlines} if deadlines else None
            interactions |= partners._contact_book(
                channel, purpose, at, subject=subject, targets=targets, deadlines=ends, bypass_reason=bypass_reason
            )
        self._contact_dispatch(interactions.filtered(lambda i: i.state == "planned"), at)
        if denied := interactions.filtered(lambda i: i.state == "denied"):
            self._contact_of(denied)._contact_rejected(denied)
        return interactions

    def _contact_rounds(self, recipients):
        """Split the records so that each partner comes once in each {partner id: record}."""
        rounds = []
        for record in self:
            partner = recipients.get(record.id)
            if not partner:
                continue
            for targets in rounds:
                if partner.id not in targets:
                    targets[partner.id] = record
                    break
            else:
                rounds.append({partner.id: record})
        return rounds

    def _contact_of(self, interactions):
        """The records of this model the interactions are about."""
        return self.browse(interactions.mapped("res_id"))

    def _contact_dispatch(self, interactions, at):
        """Deliver and mark done together; when the batch fails, one by one, the error kept on the interaction."""
        if not interactions:
            return
        try:
            self._contact_send(interactions, at)
        except OperationalError:
            raise
        except Exception as error:  # what a sender raises is its own; the savepoint undid it
            if len(interactions) == 1:
                interactions.sudo()._fail(str(error), at)
                return
            for interaction in interactions:
                self._contact_dispatch(interaction, at)

    def _contact_send(self, interactions, at):
        with self.env.cr.savepoint():
            with interactions._ledger_pause(), self.env["ir.qweb"]._compile_once():
                self._contact_of(interactions)._contact_deliver(interactions)
            interactions.sudo().write({"state": "done", "date": at, "error": False, "reason_code": False})
            # not an hour later, when the next run of the queue may fall into the quiet hours
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    # ------------------------------------------------------------------ release
    @api.model
    def _release(self, interactions, at):
        """Decide held contacts again and send, hold or deny them.

        :param interactions: held crm.interaction whose time has come
        :param at: now, naive UTC
        """
        groups = interactions.grouped(lambda i: (i.company_id, i.channel_id, i.purpose, i.res_model or ""))
        for (company, channel, purpose, _model), group in groups.items():
            rounds = []
            for interaction in group:
                part = next((part for part in rounds if interaction.partner_id not in part.partner_id), None)
                if part is None:
                    rounds.append(interaction)
                else:
                    rounds[rounds.index(part)] = part | interaction
            for part in rounds:
                self.with_company(company)._release_round(part.with_company(company), channel, purpose, at)

    @api.model
    def _release_round(self, interactions, channel, purpose, at):
        """Release contacts of one company, channel, purpose and target model, one for each partner."""
        interactions = self._drop_gone(interactions)
        if not interactions:
            return
        interactions._decide_again(channel.code, purpose, at)
        sender = self._sender_of(interactions)
        if sender is None:
            return
        sender._contact_dispatch(interactions.filtered(lambda i: i.state == "planned"), at)
        if denied := interactions.filtered(lambda i: i.state == "denied"):
            sender._contact_of(denied)._contact_rejected(denied)

    def _sender_of(self, interactions):
        """The empty recordset of the model that sends these interactions, None when a person does."""
        model = self.env.get(interactions[:1].res_model or "")
        return model if model is not None and hasattr(model, "_contact_deliver") else None

    def _drop_gone(self, interactions):
        """Cancel the contacts whose target was deleted; return the others."""
        model = self.env.get(interactions[:1].res_model or "")
        if model is None:
            return interactions
        alive = set(model.browse(interactions.mapped("res_id")).exists().ids)
        gone = interactions.filtered(lambda i: i.res_id not in alive)
        gone.write({"state": "cancelled", "reason_code": "target_gone", "reason_params": {}})
        return interactions - gone
