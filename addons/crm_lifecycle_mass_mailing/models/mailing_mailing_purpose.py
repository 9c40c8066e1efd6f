from odoo import api, fields, models
from odoo.addons.crm_contact_policy.domain.rules import ASKED_FOR
from odoo.addons.crm_contact_policy.models.crm_interaction import PURPOSE_SELECTION
from odoo.exceptions import AccessError


class MailingMailing(models.Model):
    """What a mailing is for decides which rules hold: who says that customers asked for it answers for that."""

    _inherit = "mailing.mailing"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    contact_purpose = fields.Selection(
        PURPOSE_SELECTION,
        default="marketing",
        help="Which rules of the contact policy hold. Marketing, also when empty, goes to those alone who agreed. "
        "Service and support pass consent, pauses and days off: only a manager of the contact policy chooses them.",
    )

    def _check_contact_purpose(self):
        """:raise AccessError: when a purpose the customer asked for is chosen by somebody else than a manager"""
        if not self._may_choose_asked_for() and self.filtered(lambda mailing: mailing.contact_purpose in ASKED_FOR):
            raise AccessError(
                self.env._("Only a manager of the contact policy sends a mailing as service or support.")
            )

    def _may_choose_asked_for(self):
        return self.env.su or self.env.user.has_group("crm_contact_policy.group_manager")

    @api.model_create_multi
    def create(self, vals_list):
        mailings = super().create(vals_list).with_env(self.env)
        mailings._check_contact_purpose()
        mailings.filtered(lambda mailing: mailing.contact_purpose in ASKED_FOR)._log_contact_purpose()
        return mailings

    def write(self, vals):
        before = {mailing: mailing.contact_purpose for mailing in self} if "contact_purpose" in vals else {}
        result = super().write(vals)
        if before:
            self._check_contact_purpose()
        changed = [
            mailing.id
            for mailing, purpose in before.items()
            if purpose != mailing.contact_purpose and ASKED_FOR & {purpose, mailing.contact_purpose}
        ]
        self.browse(changed)._log_contact_purpose()
        return result

    def copy_data(self, default=None):
        """A copy is marketing again, unless its maker may choose otherwise."""
        vals_list = super().copy_data(default)
        for vals in vals_list if not self._may_choose_asked_for() else ():
            if vals.get("contact_purpose") in ASKED_FOR:
                vals["contact_purpose"] = "marketing"
        return vals_list

    def _log_contact_purpose(self):
        """Note in the chatter which purpose was chosen; the note names who did."""
        words = dict(self._fields["contact_purpose"]._description_selection(self.env))
        for mailing in self:
            purpose = words[mailing._contact_purpose()]
            if mailing.contact_purpose in ASKED_FOR:
                body = self.env._(
                    "Purpose chosen: %(purpose)s. It goes also without consent, in a pause and on days off.",
                    purpose=purpose,
                )
            else:
                body = self.env._("Purpose chosen: %(purpose)s.", purpose=purpose)
            mailing._message_log(body=body)
