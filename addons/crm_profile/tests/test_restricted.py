from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ProfileCase


@tagged("post_install", "-at_install")
class TestRestricted(ProfileCase):
    """What is restricted is visible to its group only, by whatever path."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_partner_manager"
        cls.user = new_test_user(
            cls.env, "nhan.vien", groups=f"crm_profile.group_user,{groups},base.group_allow_export"
        )
        cls.manager = new_test_user(
            cls.env, "quan.ly", groups=f"crm_profile.group_manager,{groups},base.group_allow_export"
        )
        cls.confidant = new_test_user(cls.env, "tin.cay", groups=f"crm_profile.group_restricted,{groups}")
        cls.fact = cls.partner._profile_record({"income_band": "10m_20m"}, "survey")
        cls.partner._profile_record({"vehicle": "Honda"}, "survey")

    def test_seen_by_its_group(self):
        partner = self.partner.with_user(self.confidant)
        self.assertEqual(partner._profile_value("income_band"), "10m_20m")
        self.assertIn("10 to 20 million", partner.profile_html)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_not_seen_by_others(self):
        for user in (self.user, self.manager):
            with self.subTest(user=user.login):
                facts = self.env["crm.profile.fact"].with_user(user)
                partner = self.partner.with_user(user)
                self.assertIsNone(partner._profile_value("income_band"))
                self.assertEqual(partner._profile_value("vehicle"), "Honda")
                self.assertNotIn("million", partner.profile_html)
                self.assertEqual(partner.profile_fact_count, 1)
                self.assertNotIn(self.fact, partner.profile_fact_ids)
                # search, also by value, and by way of the contact
                self.assertFalse(facts.search([("value_key", "=", "10m_20m")]))
                self.assertFalse(facts.search([("option_ids.code", "=", "10m_20m")]))
                found = self.env["res.partner"].with_user(user).search([("profile_fact_ids.value_key", "=", "10m_20m")])
                self.assertFalse(found)
                # group by
                groups = facts.formatted_read_group([], ["value_key"], ["__count"])
                self.assertNotIn("10m_20m", [group["value_key"] for group in groups])
                # read, export
                for read in (
                    lambda facts=facts: facts.browse(self.fact.id).read(["value_display"]),
                    lambda facts=facts: facts.browse(self.fact.id).export_data(["value_key"]),
                    lambda facts=facts: facts.browse(self.fact.id).write({"note": "x"}),
                ):
                    with self.assertRaises(AccessError):
                        read()
                # the name of the record, which relations show without asking, holds no value
                self.assertNotIn("10", self.fact.display_name.split("(")[0])
                self.assertNotIn("million", self.fact.display_name)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_not_recorded_by_others(self):
        with self.assertRaises(AccessError):
            self.partner.with_user(self.user)._profile_record({"income_band": "20m_40m"}, "employee")
        self.assertEqual(self.facts("income_band"), self.fact)

    def test_becomes_restricted(self):
        """An attribute made restricted later hides the facts already there."""
        self.env.ref("crm_profile.attribute_vehicle").sensitivity = "restricted"
        self.assertIsNone(self.partner.with_user(self.user)._profile_value("vehicle"))

    def test_not_disclosed_by_settings(self):
        """Who manages attributes, but may not see restricted facts, does not get at them by way of the settings."""
        attribute = self.env.ref("crm_profile.attribute_income_band")
        with self.assertRaises(AccessError):
            attribute.with_user(self.manager).sensitivity = "normal"
        with self.assertRaises(UserError):
            attribute.with_user(self.manager).value_type = "text"
        with self.assertRaises(UserError):
            attribute.with_user(self.manager).unlink()
        attribute.with_user(self.manager).write({"depth": "3", "sensitivity": "restricted"})
        self.manager.group_ids |= self.env.ref("crm_profile.group_restricted")
        attribute.with_user(self.manager).sensitivity = "normal"
        self.assertEqual(self.fact.sensitivity, "normal")

    def test_not_mirrored_and_not_in_messages(self):
        """A restricted value is neither copied to a field everybody reads nor told in an error."""
        attribute = self.env["crm.profile.attribute"].create(
            {
                "name": "Sức khỏe",
                "code": "health_test",
                "sensitivity": "restricted",
                "value_type": "integer",
                "partner_field_id": self.env["ir.model.fields"]._get("res.partner", "color").id,
            }
        )
        self.partner._profile_record({attribute.code: 7}, "partner")
        self.assertNotEqual(self.partner.color, 7)
        with self.assertRaises(UserError) as caught:
            self.partner._profile_record({attribute.code: "diabetes"}, "partner")
        self.assertNotIn("diabetes", str(caught.exception))

    def test_nothing_in_chatter(self):
        """Recording leaves nothing on the contact's chatter."""
        before = len(self.partner.message_ids)
        self.partner._profile_record({"income_band": "20m_40m"}, "partner")
        self.env.flush_all()
        self.assertEqual(len(self.partner.message_ids), before)

    def test_contact_form(self):
        """The contact's form opens for each of them."""
        for user in (self.user, self.confidant):
            Form(self.partner.with_user(user))
