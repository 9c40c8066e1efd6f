from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import DAY, ProfileCase


@tagged("post_install", "-at_install")
class TestIntake(ProfileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "nhan.vien", groups="crm_profile.group_user,base.group_partner_manager")
        cls.intakes = cls.env["crm.profile.intake"].with_user(cls.user)

    def found(self, code, value, partner=None, **more):
        return self.intakes.create(
            {
                "partner_id": (partner or self.partner).id,
                "attribute_id": self.env.ref(f"crm_profile.attribute_{code}").id,
                "value": value,
                "source_ref": "https://example.com/binh",
                "found_on": DAY,
                **more,
            }
        )

    def test_accept(self):
        """It becomes a fact of a third party with its reference and little confidence; the queue is left empty."""
        intake = self.found("quiet_reason", "Moved house or premises")
        self.assertFalse(self.facts("quiet_reason"))
        intake.action_accept()
        fact = self.facts("quiet_reason")
        self.assertEqual((fact.value_key, fact.source, fact.collected_on), ("moved", "third_party", DAY))
        self.assertEqual((fact.source_ref, fact.user_id), ("https://example.com/binh", self.user))
        self.assertLess(fact.confidence, 0.5)
        self.assertIsNone(self.partner._profile_value("quiet_reason"))
        self.assertFalse(intake.exists())

    def test_against_what_we_hold(self):
        self.partner._profile_record({"vehicle": "Honda"}, "survey")
        intake = self.found("vehicle", "Yamaha")
        self.assertIn("Honda", intake.held_html)
        self.assertIn("Stated by the customer", intake.held_html)
        intake.action_accept()
        self.assertEqual(self.facts().mapped("status"), ["stated", "disputed"])

    def test_reject_leaves_a_count_and_a_reason(self):
        intakes = self.found("vehicle", "Yamaha bí mật") | self.found("vehicle", "Piaggio")
        action = intakes.action_reject()
        wizard = self.env["crm.profile.intake.reject"].with_user(self.user).with_context(**action["context"])
        wizard.create({"reason": "doubtful"}).action_confirm()
        self.assertFalse(intakes.exists())
        self.assertFalse(self.facts())
        tally = self.env["crm.profile.tally"].search([("reason", "=", "doubtful")])
        self.assertEqual((tally.outcome, tally.count, tally.attribute_id.code), ("rejected", 2, "vehicle"))
        self.assertNotIn("Yamaha", str(tally.read()))

    def test_in_bulk_the_bad_ones_stay(self):
        good = self.found("vehicle", "Honda") | self.found("household_size", "4")
        bad = self.found("birth_date", "soon") | self.found("employee_count", "5")
        self.assertEqual([bool(intake.problem) for intake in good | bad], [False, False, True, True])
        action = (good | bad).action_accept()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertFalse(good.exists())
        self.assertEqual(bad.exists(), bad)
        self.assertEqual(self.facts("household_size").value_integer, 4)

    def test_out_of_scope_is_never_accepted(self):
        plan = self.env["crm.collection.plan"].create(
            {
                "name": "Chỉ nghề nghiệp",
                "domain": f"[('id', '=', {self.partner.id})]",
                "line_ids": [(0, 0, {"attribute_id": self.env.ref("crm_profile.attribute_occupation").id})],
            }
        )
        plan.action_start()
        intake = self.found("vehicle", "Honda")
        self.assertIn("plan", intake.problem)
        intake.action_accept()
        self.assertTrue(intake.exists())
        self.assertFalse(self.facts())
        with self.assertRaises(UserError):
            self.partner._profile_record({"vehicle": "Honda"}, "third_party")

    def test_nobody_deletes_by_hand(self):
        intake = self.found("vehicle", "Honda")
        with self.assertRaises(AccessError):
            intake.unlink()
        with self.assertRaises(AccessError):
            self.env["crm.profile.tally"].with_user(self.user).create({"date": DAY, "outcome": "accepted"})
        portal = new_test_user(self.env, "khach", groups="base.group_portal")
        with self.assertRaises(AccessError):
            intake.with_user(portal).action_accept()

    def test_restricted_and_other_companies(self):
        intake = self.env["crm.profile.intake"].create(
            {
                "partner_id": self.partner.id,
                "attribute_id": self.env.ref("crm_profile.attribute_income_band").id,
                "value": "10m_20m",
                "source_ref": "x",
            }
        )
        self.assertFalse(self.intakes.search([("id", "=", intake.id)]))
        self.assertFalse(self.intakes.search([("value", "=", "10m_20m")]))
        self.assertNotIn("10", intake.display_name)
        other = self.found("vehicle", "Honda")
        self.partner.company_id = self.env["res.company"].create({"name": "Khác"})
        self.env.flush_all()
        self.assertFalse(self.intakes.search([("id", "=", other.id)]))

    def test_merge(self):
        gone = self.partner.copy()
        intake = self.found("vehicle", "Honda", gone)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge((self.partner | gone).ids, self.partner)
        self.assertEqual(intake.partner_id, self.partner)

    def test_query_count(self):
        partners = self.env["res.partner"].create([{"name": f"Khách {number}"} for number in range(60)])
        partners._profile_record({"vehicle": "Honda"}, "survey")
        intakes = self.intakes
        for partner in partners:
            intakes |= self.found("vehicle", "Yamaha", partner)

        def show(some):
            return lambda: (some.mapped("held_html"), some.mapped("problem"))

        self.queryCount(show(intakes))
        self.assertEqual(self.queryCount(show(intakes[:6])), self.queryCount(show(intakes)))
