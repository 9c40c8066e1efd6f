from odoo import models


class Base(models.AbstractModel):
    _inherit = "base"

    def export_data(self, fields_to_export):
        """Facts, and customers' addresses by way of the suite's models, are masked unless the user may export them."""
        privacy = self.env["crm.privacy"]
        masks = privacy._export_masks(self, fields_to_export)
        if not masks:
            result = super().export_data(fields_to_export)
            ours = self._original_module in privacy._suite_modules_sudo()
            return privacy._without_formulas(result) if ours else result
        if self.env.su or self.env.user.has_group("crm_profile.group_export"):
            reading = self.with_context(profile_reading="export")
            if self._name == "crm.profile.fact":
                reading._note_reading()
            return privacy._without_formulas(super(Base, reading).export_data(fields_to_export))
        return privacy._without_formulas(privacy._masked_export(masks, fields_to_export, super().export_data))
