from odoo import api, models


class CrmGivenNameMixin(models.AbstractModel):
    """Records that every company is given, named in every language.

    They are no data of the addon: no translation file reaches them.
    """

    _name = "crm.given.name.mixin"
    _description = "Given to Every Company, Named in Every Language"

    def _given_names(self):
        """Return ``{id: {field: text}}`` of those among these that are given, in the language of the context."""
        raise NotImplementedError

    def _name_in_languages(self, langs=None):
        """Name these records in the languages ``langs``, by default all installed, but for what somebody named."""
        source = self.with_context(lang="en_US")._given_names()
        for lang in langs or [code for code, _name in self.env["res.lang"].get_installed()]:
            records = self.with_context(lang=lang)
            for record_id, words in records._given_names().items():
                record = records.browse(record_id)
                for name, text in words.items():
                    if record[name] == source[record_id][name] != text:
                        record[name] = text

    @api.model
    def _name_all_in_languages_sudo(self, langs):
        # As superuser: a language is installed for all companies.
        self.sudo().with_context(active_test=False).search([("company_id", "!=", False)])._name_in_languages(langs)
