from odoo import api, fields, models
from odoo.addons.crm_contact_policy.domain.rules import ASKED_FOR
from odoo.addons.crm_contact_policy.models.crm_interaction import PURPOSE_SELECTION
from odoo.exceptions import AccessError

# What a manager looked at when releasing a mailing. A computed recipients' domain follows from the others.
SUBSTANCE = {
    "attachment_ids",
    "body_arch",
    "body_html",
    "contact_list_ids",
    "mailing_domain",
    "mailing_filter_id",
    "mailing_model_id",
    "mailing_type",
    "preview",
    "segment_campaign_id",
    "segment_ids",
    "subject",
    "use_exclusion_list",
}
STAMPS = {"contact_released_by_id", "contact_unreleased_by_id"}


class MailingMailing(models.Model):
    """What a mailing is for decides which rules hold: who says that customers asked for it answers for that."""

    _inherit = "mailing.mailing"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    contact_purpose = fields.Selection(
        PURPOSE_SELECTION,
        default="marketing",
        help="Which rules of the contact policy hold. Marketing, also when empty, goes to those alone who agreed. "
        "Service and support pass consent, pauses and days off: only a manager of the contact policy chooses them.",
    )

    contact_released_by_id = fields.Many2one(
        "res.users",
        "Released By",
        readonly=True,
        copy=False,
        help="Who said that customers asked for this mailing, and answers for it.",
    )
    contact_unreleased_by_id = fields.Many2one(
        "res.users",
        "Changed after the Release By",
        readonly=True,
        copy=False,
        help="Who changed subject, text or recipients after the release, which ended it.",
    )

    @api.model
    def _release_substance(self):
        """:return: names of the fields a release is about, for bridges to add theirs"""
        return SUBSTANCE

    def _check_contact_purpose(self):
        """:raise AccessError: when a purpose the customer asked for is chosen by somebody else than a manager"""
        if not self._may_choose_asked_for() and self.filtered(lambda mailing: mailing.contact_purpose in ASKED_FOR):
            raise AccessError(
                self.env._("Only a manager of the contact policy sends a mailing as service or support.")
            )

    def _may_choose_asked_for(self):
        return self.env.su or self.env.user.has_group("crm_contact_policy.group_manager")

    def _check_release_stamps(self, vals):
        """:raise AccessError: who released a mailing is not set by hand"""
        if not self.env.su and STAMPS & vals.keys():
            raise AccessError(self.env._("Choose the purpose: who released a mailing is not set by hand."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_release_stamps(vals)
        mailings = super().create(vals_list).with_env(self.env)
        mailings._check_contact_purpose()
        mailings.filtered(lambda mailing: mailing.contact_purpose in ASKED_FOR)._log_contact_purpose()
        return mailings

    def write(self, vals):
        """A release is for what was released: when somebody else changes it, it is marketing again."""
        self._check_release_stamps(vals)
        before = {mailing: mailing.contact_purpose for mailing in self} if "contact_purpose" in vals else {}
        names = set() if self._may_choose_asked_for() else self._release_substance() & vals.keys()
        released = self.filtered(lambda mailing: names and mailing.contact_purpose in ASKED_FOR)
        substance = released._get_substance_sudo(names)
        result = super().write(vals)
        renewed = released._get_substance_sudo(names)
        released.filtered(lambda mailing: renewed[mailing.id] != substance[mailing.id])._take_release_back_sudo()
        if before:
            self._check_contact_purpose()
        changed = [
            mailing.id
            for mailing, purpose in before.items()
            if purpose != mailing.contact_purpose and ASKED_FOR & {purpose, mailing.contact_purpose}
        ]
        self.browse(changed)._log_contact_purpose()
        return result

    def _get_substance_sudo(self, names):
        """:return: ``{mailing id: values of these fields}``

        Sudo: segments count whether or not the writer sees them.
        """
        return {mailing.id: [mailing[name] for name in sorted(names)] for mailing in self.sudo()}

    def _move(self, vals):
        """Write without a note in the chatter: it is written by whoever calls."""
        return super().write(vals)  # pylint: disable=super-method-mismatch  # write() itself notes

    def _take_release_back_sudo(self):
        """Marketing again, and say so. Who waits is decided anew by that when the time comes.

        Sudo: nobody sets by hand who changed it.
        """
        for mailing in self.filtered(lambda mailing: mailing.contact_purpose in ASKED_FOR):
            mailing.sudo()._move(
                {
                    "contact_purpose": "marketing",
                    "contact_released_by_id": False,
                    "contact_unreleased_by_id": self.env.uid,
                }
            )
            mailing._message_log(
                body=self.env._(
                    "Changed after a manager of the contact policy had released it: it is marketing again, for those"
                    " alone who agreed."
                )
            )

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
            released = mailing.contact_purpose in ASKED_FOR
            mailing.sudo().write(
                {"contact_released_by_id": released and self.env.uid, "contact_unreleased_by_id": False}
            )
            purpose = words[mailing._contact_purpose()]
            if released:
                body = self.env._(
                    "Purpose chosen: %(purpose)s. It goes also without consent, in a pause and on days off.",
                    purpose=purpose,
                )
            else:
                body = self.env._("Purpose chosen: %(purpose)s.", purpose=purpose)
            mailing._message_log(body=body)
