"""What the suite adds to Odoo's own tables must not stand in the way of code that does not know the suite."""

from odoo.tests import TransactionCase, tagged

from suite_setup.databases import suite_addons


@tagged("standard", "post_install", "-at_install")
class TestGuests(TransactionCase):
    def added_fields(self):
        """Yield the stored columns that only the suite's addons add to models of others."""
        ours = set(suite_addons())
        for model in self.env.registry.models.values():
            if model._abstract or not model._auto or model._original_module in ours:
                continue
            for field in model._fields.values():
                if field.store and field.column_type and field._modules and set(field._modules) <= ours:
                    yield model, field

    def test_no_required_column(self):
        """A row made while the suite is not loaded (a test, an update, an import by SQL) must still go in."""
        fields = list(self.added_fields())
        self.assertTrue(fields)
        self.assertFalse([f"{model._name}.{field.name}" for model, field in fields if field.required])

    def test_nothing_on_contacts(self):
        """Stage and figures of a customer belong to the status, not to the contact."""
        stored = [field.name for model, field in self.added_fields() if model._name == "res.partner"]
        self.assertFalse([name for name in stored if name.startswith("lifecycle_")])
