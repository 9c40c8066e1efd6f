from odoo import api, fields, models

FAILED = {"bounce", "error", "cancel"}


class MailingTrace(models.Model):
    """What became of a mailing for one recipient; the ledger is told, so that only what arrived counts."""

    _inherit = "mailing.trace"

    failure_type = fields.Selection(
        selection_add=[("contact_policy", "Contact Policy"), ("control_group", "Control Group")],
        ondelete={"contact_policy": "set null", "control_group": "set null"},
    )
    crm_interaction_id = fields.Many2one(
        "crm.interaction",
        "Booked Contact",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Also those that are born cancelled: a second recipient of the same address, say."""
        traces = super().create(vals_list)
        traces._contact_link_sudo()
        traces._contact_tell_sudo()
        return traces

    def write(self, vals):
        """Every word of a carrier – sent, failed, bounced, also days later – ends here."""
        result = super().write(vals)
        if "trace_status" in vals:
            self._contact_tell_sudo()
        return result

    def _contact_link_sudo(self):
        """Note the contact each trace was booked as. The number of queries does not grow with the traces.

        Sudo: the ledger is kept whoever sends.
        """
        traces = self.sudo().filtered(lambda trace: trace.mass_mailing_id and not trace.is_test_trace)
        groups = traces.grouped(lambda trace: (trace.mass_mailing_id, trace.model, trace.trace_type))
        for (mailing, model, kind), group in groups.items():
            channel = "sms" if kind == "sms" else "email"
            records = group.env[model].browse(group.mapped("res_id"))
            people = mailing._contact_partners_sudo(records, channel)
            partners = group.env["res.partner"].union(*people.values())
            contacts = mailing._contact_booked_sudo(partners, channel, ("done", "denied"))
            last = {contact.partner_id: contact for contact in contacts.sorted("id")}
            for trace in group:
                if contact := last.get(people[trace.res_id]):
                    trace.crm_interaction_id = contact

    def _contact_tell_sudo(self):
        """A contact none of whose messages arrived was no contact; one of which arrived, or is under way, is one.

        Sudo: bounces come by the mail gateway, reports of delivery by a public page.
        """
        contacts = self.sudo().crm_interaction_id
        if not contacts:
            return
        going, failed = contacts.browse(), {}
        siblings = self.sudo().search([("crm_interaction_id", "in", contacts.ids)])
        for contact, traces in siblings.grouped("crm_interaction_id").items():
            if set(traces.mapped("trace_status")) - FAILED:
                going += contact
            else:
                words = traces._contact_failure()
                failed[words] = failed.get(words, contacts.browse()) + contact
        going._delivered()
        for words, lost in failed.items():
            lost._undelivered(words)

    def _contact_failure(self):
        """What the carrier said, else the kind of failure, in one text."""
        kinds = dict(self._fields["failure_type"]._description_selection(self.env))
        for trace in self:
            if words := trace.failure_reason or kinds.get(trace.failure_type):
                return words
        return ""
