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
    "crm.holding.cell",  # sums of purchases
    "crm.lifecycle.dirty",
    "crm.lifecycle.playbook.run",
    "crm.next.action.snooze",
    "crm.service.occurrence",
    "crm.service.proposal",
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

    def rows(self, partners):
        """{model: number of rows about ``partners``}"""
        privacy = self.env["crm.privacy"]
        found = {name: len(privacy._person_records_sudo(name, partners)) for name in privacy._privacy_models()}
        return {name: number for name, number in found.items() if number}

    def witnesses(self):
        """For each model with rows in the demo one person it knows something of."""
        privacy, found = self.env["crm.privacy"], self.env["res.partner"]
        for name, settings in privacy._privacy_models().items():
            link = settings["partner"][0]
            rows = self.env[name].sudo().with_context(active_test=False)
            if not rows.search_count(privacy._person_domain(name, found), limit=1):
                found |= rows.search([(link, "!=", False), (f"{link}.user_ids", "=", False)], limit=1).mapped(link)
        self.assertGreater(len(found), 3)
        return found

    def test_register_is_complete(self):
        self.assertFalse(self.linked_models() - self.env["crm.privacy"]._privacy_models().keys())

    def test_every_model_is_told(self):
        register = self.env["crm.privacy"]._privacy_models()
        self.assertEqual({name for name, settings in register.items() if not settings.get("report")}, NOT_TOLD)

    def test_told_everything(self):
        """Each model with rows is a sheet of the file, unless it is known to hold nothing worth telling."""
        told = set()
        colleagues = {user.name for user in self.env["res.users"].search([("share", "=", False)])}
        for partner in self.witnesses():
            with self.subTest(partner=partner.name):
                _name, data = self.env["crm.privacy"]._customer_file_sudo(partner)
                content = json.loads(zipfile.ZipFile(io.BytesIO(data)).read("data.json"))
                self.assertFalse(self.rows(partner).keys() - content["data"].keys() - NOT_TOLD)
                told |= content["data"].keys()
                shown = json.dumps(content, ensure_ascii=False)
                self.assertFalse([name for name in colleagues if " " in name and name in shown], "colleagues are named")
        self.assertGreater(len(told), 20)

    def test_forgotten(self):
        """No row about the person is left but what the books keep, nor name or address in any text of the suite."""
        partners = self.witnesses()
        words = [word for partner in partners for word in (partner.email, partner.phone, partner.name)]
        privacy = self.env["crm.privacy"]
        privacy._erase_person_sudo(partners)
        privacy._anonymise_sudo(partners)
        self.env.flush_all()
        left = self.rows(partners)
        register = privacy._privacy_models()
        self.assertFalse([name for name in left if register[name].get("erase") != "blank"])
        self.assertFalse([place for word in words if word and len(word) > 5 for place in self.places(word, partners)])

    def places(self, word, partners):
        """Where ``word`` stands in a row about ``partners``, as table.column."""
        privacy, found = self.env["crm.privacy"], []
        for name in privacy._privacy_models():
            model = self.env[name]
            ids = privacy._person_records_sudo(name, partners)._ids
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
