"""Every button of the suite's views calls a method that takes the records it is pressed on."""

from lxml import etree
from odoo.tests import TransactionCase, tagged

from suite_setup.databases import suite_addons


@tagged("standard", "post_install", "-at_install")
class TestButtons(TransactionCase):
    def views(self):
        """Return the views of models that the suite's addons bring."""
        found = self.env["ir.ui.view"].sudo().search([("model", "!=", False), ("type", "!=", "qweb")])
        names = found.get_external_id()
        addons = set(suite_addons())
        return found.filtered(lambda view: names[view.id].split(".")[0] in addons and view.model in self.env)

    def model_of(self, node, model):
        """Return the model that a node of a view is about: of the innermost field that has views of its own."""
        for field in reversed([*node.iterancestors("field")]):
            inner = model._fields.get(field.get("name"))
            if inner is not None and inner.comodel_name:
                model = self.env[inner.comodel_name]
        return model

    def test_each_takes_the_records_it_is_pressed_on(self):
        """The web client hands over ids, be they none; a method of the model itself takes no ids: TypeError."""
        seen = 0
        for view in self.views():
            for button in etree.fromstring(view.arch).iter("button"):
                model = self.model_of(button, self.env[view.model])
                method = getattr(type(model), button.get("name") or "", None)
                if button.get("type") == "object" and method:
                    seen += 1
                    with self.subTest(view=view.xml_id, button=button.get("name")):
                        self.assertFalse(getattr(method, "_api_model", False))
        self.assertGreater(seen, 200)
