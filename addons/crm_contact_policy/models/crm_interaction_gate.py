from markupsafe import Markup, escape
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..domain import rules
from .crm_interaction import IMPORTANCE, REASON_SELECTION


class CrmInteraction(models.Model):
    """What the gate notes on a contact: its deadline, why it waited, who let it pass."""

    _inherit = "crm.interaction"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    deadline = fields.Datetime(readonly=True, help="What cannot go until then is denied, not sent late.")
    hold_code = fields.Selection(
        REASON_SELECTION, "Waited for", readonly=True, help="Why it had to wait at first, also once it has gone."
    )
    bypass_reason = fields.Text("Reason of the Bypass", readonly=True)
    bypass_user_id = fields.Many2one("res.users", "Let Pass by", readonly=True, index="btree_not_null")

    _bypass_idx = models.Index("(date) WHERE bypass_reason IS NOT NULL")

    def _prepare_decision_vals(self, decision):
        vals = super()._prepare_decision_vals(decision)
        if decision.verdict == rules.HOLD and not self.hold_code:
            vals["hold_code"] = decision.code
        return vals

    # ------------------------------------------------------------------ order
    def _get_due(self, at):
        """Besides those whose time has come: more important ones of the same customers that a cap puts off."""
        due = super()._get_due(at)
        if not due:
            return due
        waiting = self.search(
            [
                ("state", "=", "held"),
                ("reason_code", "in", ("cap", "cooldown")),
                ("date", ">", at),
                ("partner_id", "in", due.partner_id.ids),
            ]
        )
        least = {}
        for contact in due:
            key = (contact.partner_id, contact.company_id)
            least[key] = max(least.get(key, 0), IMPORTANCE[contact.purpose])
        first = waiting.filtered(
            lambda i: IMPORTANCE[i.purpose] < least.get((i.partner_id, i.company_id), 0)
        )
        return (due | first).sorted(lambda i: (IMPORTANCE[i.purpose], i.date, i.id))

    def _yielding(self):
        """Held contacts of the same customers that are less important: they do not take a place from these."""
        by_key = {(i.partner_id, i.company_id): i for i in self}
        held = self.search(
            [("state", "=", "held"), ("partner_id", "in", self.partner_id.ids), ("id", "not in", self.ids)]
        )

        def is_less(contact):
            mine = by_key.get((contact.partner_id, contact.company_id))
            return mine and IMPORTANCE[contact.purpose] > IMPORTANCE[mine.purpose]

        return held.filtered(is_less)

    # ------------------------------------------------------------------ bypass
    @api.model
    def _prepare_bypass_vals(self, reason):
        """Values that log a bypass by the current user; nothing without one.

        :param reason: why the rules do not count, None when they do
        :raise AccessError: when the user is not in ``group_bypass``
        :raise UserError: when the reason is empty
        """
        if reason is None:
            return {}
        if not self.env.user.has_group("crm_contact_policy.group_bypass"):
            raise AccessError(self.env._("Only users with the right to bypass may send against the contact policy."))
        if not reason.strip():
            raise UserError(self.env._("Say why the contact policy is passed over."))
        return {"bypass_reason": reason.strip(), "bypass_user_id": self.env.uid}

    def _bypass_sudo(self, reason, at):
        """Let these held contacts go in spite of caps and cool-downs; on days off unless we collect or sell.

        :param reason: why; kept on the contact and in its customer's chatter
        :param at: now, naive UTC
        :raise AccessError: when the user is not in ``group_bypass``, or may not read the contacts
        :raise UserError: without a reason, or when one of them is not held

        Sudo: what was let pass and by whom is an engine's field nobody may write by hand.
        """
        vals = self._prepare_bypass_vals(reason or "")
        self.check_access("write")
        if any(interaction.state != "held" for interaction in self):
            raise UserError(self.env._("Only a held contact can be let pass."))
        held = self.sudo()
        held._set(vals)
        held._release_held(at)
        held._tell_partners_sudo()

    def action_bypass(self):
        """Ask for the reason, then let these held contacts go."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Now"),
            "res_model": "crm.contact.bypass",
            "view_mode": "form",
            "target": "new",
            "context": {"default_interaction_ids": self.ids},
        }

    # ------------------------------------------------------------------ chatter
    def _tell_partners_sudo(self):
        """Note on each customer's chatter what became of these contacts; one batch.

        Sudo: the note is the gate's, whoever asked it; it shows no more than the ledger's line.
        """
        if self.env.context.get("contact_gate_silent"):
            return
        for company, contacts in self.sudo().grouped("company_id").items():
            lang = company.partner_id.lang or self.env.lang
            contacts.with_context(lang=lang, tz=company._contact_tz())._log_on_partners()

    def _log_on_partners(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        bodies = {}
        for interaction in self:
            line = interaction._note_line(states)
            partner_id = interaction.partner_id.id
            bodies[partner_id] = bodies[partner_id] + Markup("<br/>") + line if partner_id in bodies else line
        if bodies:
            self.env["res.partner"].browse(bodies)._message_log_batch(bodies=bodies)

    def _note_line(self, states):
        """The contact in one line of text (Markup)."""
        parts = [self.subject, self.channel_id.name, states.get(self.state), self.reason]
        if self.bypass_reason:
            parts.append(
                self.env._(
                    "let pass by %(user)s: %(reason)s", user=self.bypass_user_id.name, reason=self.bypass_reason
                )
            )
        return Markup(" · ").join(escape(part) for part in parts if part)
