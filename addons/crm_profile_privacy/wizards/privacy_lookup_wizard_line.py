from odoo import models


class PrivacyLookupWizardLine(models.TransientModel):
    _inherit = "privacy.lookup.wizard.line"

    def action_unlink(self):
        """Erase: the suite's rows as their model says, a contact with everything the suite knows of it."""
        self.ensure_one()
        if not self.is_unlinked and (self._erase_contact() or self._erase_row()):
            self._note_erased()
            return None
        return super().action_unlink()

    def _erase_row(self):
        """Erase a row of the suite; whether it was one."""
        if self.res_model not in self.env["crm.privacy"]._privacy_models():
            return False
        self.env["crm.privacy"]._erase_sudo(self.env[self.res_model].browse(self.res_id).exists())
        return True

    def _erase_contact(self):
        """Erase what is known of a contact, and what tells who it is where the books still need it.

        :return: whether that is all; else the contact itself is still to be deleted
        """
        partner = self.env["res.partner"].browse(self.res_id if self.res_model == "res.partner" else False).exists()
        if not partner or partner._is_colleague_sudo():
            return False
        privacy = self.env["crm.privacy"]
        privacy._erase_person_sudo(partner)
        if not privacy._is_in_books_sudo(partner):
            return False
        privacy._anonymise_sudo(partner)
        return True

    def _note_erased(self):
        self.execution_details = self.env._(
            "Erased %(model)s #%(number)s", model=self.res_model_id.name, number=self.res_id
        )
        self.is_unlinked = True

    def action_unlink_all(self):
        """Contacts last: rows that go with their contact are erased, and named, one by one before."""
        ordered = self.sorted(lambda line: line.res_model == "res.partner")
        return super(PrivacyLookupWizardLine, ordered).action_unlink_all()
