from odoo import api, models


class IrModuleModule(models.Model):
    """A language that comes later names what stands in the database of each company already."""

    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Load the terms, then name the focus groups."""
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        if "crm_lifecycle" in modules:
            self.env["crm.segment"]._translate_all_focus_groups_sudo(langs)
            self.env["crm.lifecycle.policy"]._translate_all_names_sudo(langs)
        return result
