from odoo.tests import tagged

from .common import ProfileCase


@tagged("post_install", "-at_install")
class TestCatalogue(ProfileCase):
    """What is shipped: attributes, uses and methods, whole and in both languages."""

    def shipped(self, model):
        data = self.env["ir.model.data"].search([("module", "=", "crm_profile"), ("model", "=", model)])
        return self.env[model].browse(data.mapped("res_id")).exists()

    def test_every_section_for_persons_and_companies(self):
        attributes = self.shipped("crm.profile.attribute")
        kinds = [code for code, _label in attributes._fields["kind"].selection]
        for audience, left_out in (("for_person", set()), ("for_company", {"family"})):
            found = set(attributes.filtered(audience).mapped("kind"))
            self.assertEqual(set(kinds) - found, left_out, audience)
        for code in ("salutation", "occupation", "income_band", "has_own_business", "business_form"):
            self.assertIn(code, attributes.mapped("code"))
        household = attributes.filtered(lambda attribute: attribute.code == "business_form").option_ids
        self.assertIn("household_business", household.mapped("code"))

    def test_choices_have_options_and_intimate_ones_are_asked_civilly(self):
        for attribute in self.shipped("crm.profile.attribute"):
            with self.subTest(attribute.code):
                self.assertEqual(bool(attribute.option_ids), attribute.value_type in ("choice", "multi"))
                if attribute.sensitivity == "restricted":
                    self.assertEqual(attribute.depth, "3")

    def test_in_vietnamese(self):
        """The letters of no other language: what is not translated shows the English name."""
        self.env["res.lang"]._activate_lang("vi_VN")
        self.env["ir.module.module"].search([("name", "=", "crm_profile")])._update_translations(["vi_VN"])
        salutation = self.env.ref("crm_profile.attribute_salutation").with_context(lang="vi_VN")
        self.assertNotEqual(salutation.name, "Salutation")

    def test_uses_go_no_deeper_than_they_say(self):
        for use in self.shipped("crm.profile.use"):
            self.assertTrue(use.attribute_ids and use.method_id, use.code)
            self.assertLessEqual(max(use.attribute_ids.mapped("depth")), use.depth)
