from odoo import api, models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def action_profile_file(self):
        """Download everything known of this customer.

        :raise AccessError: for who is not a privacy officer
        """
        self.ensure_one()
        self._check_privacy_officer()
        return {"type": "ir.actions.act_url", "url": f"/crm_profile/file/{self.id}", "target": "download"}

    def _is_colleague_sudo(self):
        """Whether somebody works here with this contact.

        Sudo: users are the administrator's.
        """
        return any(user._is_internal() for user in self.sudo().with_context(active_test=False).user_ids)

    def _check_privacy_officer(self):
        if not self.env.user.has_group("crm_profile.group_privacy"):
            raise AccessError(self.env._("Only a privacy officer hands out what is known of a customer."))

    @api.private
    def _profile_file(self, at):
        """The file of everything known of this customer, noted as handed out.

        :param at: now, naive UTC
        :return: (file name, bytes)
        :raise AccessError: for who is not a privacy officer, or may not see the customer
        """
        self.ensure_one()
        self._check_privacy_officer()
        self.check_access("read")
        return self.env["crm.privacy.request"]._hand_out_sudo(self, at)
