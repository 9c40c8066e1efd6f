"""A customer of the demo is found, told everything, and forgotten, in every model and text of the suite."""

import io
import json
import zipfile

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from .common_demo import SmallDemo

# Machinery without words: locks, dirty marks, and the like. Erased with the person, but nothing to tell.
NOT_TOLD = {
    "crm.contact.lock",
    "crm.lifecycle.dirty",
    "crm.profile.access.log",
    "crm.service.occurrence",
    "crm.survey.attempt",
}


@tagged("standard", "post_install", "-at_install")
class TestPrivacyOfSuite(SmallDemo, TransactionCase):
    def linked_models(self):
        """Names of the suite's stored models with a link to a contact, as the database's own catalogue has them."""
        ours = self.env["crm.privacy"]._suite_modules_sudo()
        fields = self.env["ir.model.fields"].search(
            [("relation", "=", "res.partner"), ("ttype", "=", "many2one"), ("store", "=", True)]
        )
        names = {field.model for field in fields if field.model in self.env}
        return {
            name
            for name in names
            if self.env[name]._original_module in ours
            and self.env[name]._auto
            and not (self.env[name]._abstract or self.env[name]._transient)
        }

    def rows(self, partner):
        """{model: number of rows about ``partner``}"""
        privacy = self.env["crm.privacy"]
        found = {name: len(privacy._person_records_sudo(name, partner)) for name in privacy._privacy_models()}
        return {name: number for name, number in found.items() if number}

    def richest(self):
        """The customer with rows in most models."""
        partners = self.env["crm.service.visit"].search([]).partner_id
        both = partners & self.env["crm.survey.invitation"].search([]).partner_id
        partners = (both or partners)[:60]
        self.assertTrue(partners, "the demo has no customer with a visit")
        return max(partners, key=lambda partner: len(self.rows(partner)))

    def test_register_is_complete(self):
        self.assertFalse(self.linked_models() - self.env["crm.privacy"]._privacy_models().keys())

    def test_told_everything(self):
        """Each model with rows is a sheet of the file, unless it is known to hold nothing worth telling."""
        partner = self.richest()
        _name, data = self.env["crm.privacy"]._customer_file_sudo(partner)
        content = json.loads(zipfile.ZipFile(io.BytesIO(data)).read("data.json"))
        told = content["data"].keys()
        self.assertGreater(len(told), 8)
        self.assertFalse(self.rows(partner).keys() - told - NOT_TOLD)
        shown = json.dumps(content, ensure_ascii=False)
        for user in self.env["res.users"].search([("share", "=", False)]):
            if len(user.name.split()) > 1:
                self.assertNotIn(user.name, shown, "colleagues are not named")

    def test_forgotten(self):
        """No row about the person is left but what the books keep, nor name or address in any text of the suite."""
        partner = self.richest()
        words = [partner.email, partner.phone, partner.name]
        privacy = self.env["crm.privacy"]
        privacy._erase_person_sudo(partner)
        privacy._anonymise_sudo(partner)
        self.env.flush_all()
        left = self.rows(partner)
        register = privacy._privacy_models()
        self.assertFalse([name for name in left if register[name].get("erase") != "blank"])
        self.assertFalse([place for word in words if word and len(word) > 5 for place in self.places(word, partner)])

    def places(self, word, partner):
        """Where ``word`` stands in a row about ``partner``, as table.column."""
        privacy, found = self.env["crm.privacy"], []
        for name in privacy._privacy_models():
            model = self.env[name]
            ids = privacy._person_records_sudo(name, partner)._ids
            for field in model._fields.values() if ids else ():
                if not (field.store and field.column_type and field.type in ("char", "text", "html", "json")):
                    continue
                table, column = SQL.identifier(model._table), SQL.identifier(field.name)
                query = SQL(
                    "SELECT 1 FROM %s WHERE id IN %s AND %s::text ILIKE %s LIMIT 1", table, ids, column, f"%{word}%"
                )
                if self.env.execute_query(query):
                    found.append(f"{model._table}.{field.name}")
        return found
