from odoo import api, models


class IrModuleModule(models.Model):
    """A language that comes later names what stands in the database of each company already."""

    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Load the terms, then name what every company is given."""
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        if "crm_lifecycle" in modules:
            for model in ("crm.segment", "crm.lifecycle.policy"):
                self.env[model]._name_all_in_languages_sudo(langs)
        return result
