import doctest

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..domain import effort, profile_file, values
from .common import DAY, ProfileCase, examples


@tagged("post_install", "-at_install")
class TestScope(ProfileCase):
    """A running plan says what is collected of its customers; nothing else is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.others = cls.env["res.partner"].create(
            [{"name": f"Khách {number}", "phone": "+84 90 1234567"} for number in range(9)]
        )
        cls.plan = cls.env["crm.collection.plan"].create(
            {
                "name": "Khách chạy xe",
                "domain": f"[('id', 'in', {(cls.partner | cls.others).ids})]",
                "method_id": cls.env.ref("crm_profile.method_phone").id,
                "line_ids": [Command.create({"attribute_id": cls.env.ref("crm_profile.attribute_vehicle").id})],
            }
        )

    def test_a_draft_keeps_nothing_out(self):
        self.partner._profile_record({"occupation": "Giáo viên"}, "employee")
        self.assertTrue(self.facts("occupation"))

    def test_a_running_plan_refuses_a_colleague(self):
        self.plan.action_start()
        self.partner._profile_record({"vehicle": "Honda"}, "employee")
        with self.assertRaisesRegex(UserError, "Occupation"):
            self.partner._profile_record({"occupation": "Giáo viên"}, "employee")
        with self.assertRaises(UserError):
            self.env["crm.profile.fact"].create(
                {
                    "partner_id": self.partner.id,
                    "attribute_id": self.env.ref("crm_profile.attribute_occupation").id,
                    "value_text": "Giáo viên",
                }
            )
        elsewhere = self.env["res.partner"].create({"name": "Khách khác"})
        elsewhere._profile_record({"occupation": "Giáo viên"}, "employee")
        self.plan.action_close()
        self.partner._profile_record({"occupation": "Giáo viên"}, "employee")

    def test_a_survey_goes_on_without_it(self):
        """What a survey asked too much is left out and counted; the rest is recorded."""
        self.plan.action_start()
        entries = [(self.partner.id, {"vehicle": "Honda", "occupation": "Giáo viên"}, "7", DAY)]
        facts = self.env["res.partner"]._profile_record_many(entries, "survey")
        self.assertEqual(facts.mapped("attribute_id.code"), ["vehicle"])
        tally = self.env["crm.profile.tally"].search([("outcome", "=", "out_of_scope")])
        self.assertEqual((tally.attribute_id.code, tally.count, tally.reason), ("occupation", 1, "no_plan"))

    def test_writing_the_contact_is_no_collection(self):
        self.plan.action_start()
        self.partner.function = "Giáo viên"
        self.assertFalse(self.facts("occupation"))

    def test_another_company_s_plan(self):
        self.plan.company_id = self.env["res.company"].create({"name": "Khác"})
        self.plan.state = "running"
        self.partner._profile_record({"occupation": "Giáo viên"}, "employee")

    def test_a_plan_one_may_not_read_binds_too(self):
        self.plan.action_start()
        user = new_test_user(self.env, "nhan.vien", groups="base.group_user,base.group_partner_manager")
        pair = (self.partner.id, self.env.ref("crm_profile.attribute_occupation").id)
        self.assertEqual(self.env["crm.collection.plan"].with_user(user)._out_of_scope_sudo([pair]), {pair})

    def test_expectation(self):
        """By telephone 25 % answer: of 10 customers 1 is held, 9 can be asked."""
        self.partner._profile_record({"vehicle": "Honda"}, "survey")
        self.plan.target_count = 3
        self.assertEqual((self.plan.complete_count, self.plan.reachable_count, self.plan.wanted_count), (1, 9, 2))
        self.assertEqual((self.plan.ask_count, self.plan.yield_count), (8, 2))
        self.assertAlmostEqual(self.plan.expected_hours, 8 * 12 / 60)
        self.assertIn("25.0 %", self.plan.reasoning)
        self.plan.hours = 1
        self.assertEqual((self.plan.ask_count, self.plan.yield_count), (5, 1), "rounded")
        self.assertIn("hours allow no more", self.plan.reasoning)
        self.plan.write({"hours": 0, "difficulty": "3"})
        self.assertEqual(self.plan.ask_count, 9, "too few can be reached")
        self.plan.method_id = False
        self.assertIn("Choose how", self.plan.reasoning)

    def test_progress(self):
        self.partner._profile_record({"vehicle": "Honda"}, "survey")
        self.plan.target_count = 5
        self.plan.action_start()
        self.assertEqual((self.plan.baseline_count, self.plan.progress), (1, 0.0))
        self.others[:2]._profile_record({"vehicle": "Honda"}, "survey")
        self.plan.invalidate_recordset()
        self.assertEqual(self.plan.progress, 0.5)
        customers = self.env["res.partner"].search(self.plan.action_open_missing()["domain"])
        self.assertEqual(customers, self.others[2:])

    def test_restricted_facts_show_in_no_number(self):
        """Who holds a restricted fact shows neither in what is complete nor in who is to be asked."""
        inside = {"company_id": self.env.company.id, "company_ids": [self.env.company.id]}
        groups = "crm_profile.group_manager,base.group_partner_manager"
        manager = new_test_user(self.env, "quan.ly.ke.hoach", groups=groups, **inside)
        entitled = new_test_user(
            self.env, "quan.ly.mat", groups=f"{groups},crm_profile.group_restricted", **inside
        )
        self.assertFalse(manager.has_group("crm_profile.group_restricted"))
        secret = self.env.ref("crm_profile.attribute_occupation")
        secret.sensitivity = "restricted"
        self.plan.line_ids = [Command.create({"attribute_id": secret.id})]
        (self.partner | self.others[0])._profile_record({"vehicle": "Honda"}, "survey")
        self.partner._profile_record({"occupation": "Giáo viên"}, "survey")

        def numbers(user):
            plan = self.plan.with_user(user)
            plan.invalidate_recordset()
            missing = plan.env["res.partner"].search(plan.action_open_missing()["domain"])
            return plan.complete_count, plan.reachable_count, len(missing)

        self.assertEqual(numbers(entitled), (1, 9, 9))
        self.assertEqual(numbers(manager), (2, 8, 8), "who has the vehicle, whatever else is known")
        before = numbers(manager)
        self.others[0]._profile_record({"occupation": "Giáo viên"}, "survey")
        self.assertEqual(numbers(manager), before)
        self.assertEqual(numbers(entitled), (2, 8, 8))
        self.plan.line_ids.filtered(lambda line: line.attribute_id != secret).unlink()
        self.assertEqual(numbers(manager)[0], 0, "nothing that may be counted")

    def test_a_stored_number_tells_nothing_restricted(self):
        """Whoever starts the plan, the number kept is the same, and so is the progress everybody sees."""
        inside = {"company_id": self.env.company.id, "company_ids": [self.env.company.id]}
        groups = "crm_profile.group_manager,base.group_partner_manager"
        manager = new_test_user(self.env, "lap.ke.hoach", groups=groups, **inside)
        entitled = new_test_user(self.env, "lap.mat", groups=f"{groups},crm_profile.group_restricted", **inside)
        secret = self.env.ref("crm_profile.attribute_occupation")
        secret.sensitivity = "restricted"
        self.plan.write({"line_ids": [Command.create({"attribute_id": secret.id})], "target_count": 6})
        (self.partner | self.others[0])._profile_record({"vehicle": "Honda"}, "survey")
        self.partner._profile_record({"occupation": "Giáo viên"}, "survey")
        for user in (entitled, manager):
            plan = self.plan.with_user(user)
            plan.action_start()
            self.assertEqual(self.plan.baseline_count, 2, user.login)
            self.assertEqual(plan.progress, 0.0)
            plan.action_reset()
        self.plan.with_user(entitled).action_start()
        self.others[1:3]._profile_record({"vehicle": "Honda"}, "survey")
        for user in (entitled, manager):
            self.plan.invalidate_recordset()
            self.assertEqual(self.plan.with_user(user).progress, 0.5, user.login)

    def test_use_gives_the_attributes(self):
        self.plan.use_id = self.env.ref("crm_profile.use_selling")
        self.plan.action_take_attributes()
        self.assertLessEqual(self.plan.use_id.attribute_ids, self.plan.line_ids.attribute_id)
        with self.assertRaises(UserError):
            self.plan.copy({"line_ids": False}).action_start()

    def test_query_count(self):
        self.plan.action_start()
        vehicle = self.env.ref("crm_profile.attribute_vehicle").id
        plans = self.env["crm.collection.plan"]

        def ask(some):
            return lambda: plans._out_of_scope_sudo([(partner.id, vehicle) for partner in some])

        self.queryCount(ask(self.others))
        self.assertEqual(self.queryCount(ask(self.others[:1])), self.queryCount(ask(self.others)))


@tagged("post_install", "-at_install")
class TestCompleteness(ProfileCase):
    def test_what_to_ask_next(self):
        missing = self.partner._profile_missing()[self.partner.id]
        letter = next(entry for entry in missing if entry["use"].code == "letter")
        self.assertEqual((letter["needed"], letter["held"]), (4, 0))
        self.partner._profile_record({"salutation": "chi", "need": "Xe mới"}, "survey")
        self.assertIn("How do you like us to contact you?", self.partner.profile_next_html)
        self.assertNotIn("How may we address you?", self.partner.profile_next_html)
        self.assertGreater(self.partner.profile_completeness, 0)
        depths = [attribute.depth for entry in missing for attribute in entry["ask"]]
        self.assertLessEqual(set(depths), {"1", "2", "3"})

    def test_doubtful_is_not_held(self):
        self.partner._profile_record({"salutation": "chi"}, "third_party")
        self.assertEqual(self.partner.profile_completeness, 0)

    def test_restricted_is_not_told(self):
        use = self.env.ref("crm_profile.use_greeting")
        use.attribute_ids |= self.env.ref("crm_profile.attribute_marital_status")
        user = new_test_user(self.env, "nhan.vien", groups="crm_profile.group_user")
        asked = self.partner.with_user(user)._profile_missing()[self.partner.id]
        self.assertNotIn("marital_status", [a.code for entry in asked for a in entry["ask"]])

    def test_query_count(self):
        partners = self.env["res.partner"].create([{"name": f"Khách {number}"} for number in range(50)])
        partners._profile_record({"salutation": "anh"}, "survey")

        def show(some):
            return lambda: some.mapped("profile_next_html")

        self.queryCount(show(partners))
        self.assertEqual(self.queryCount(show(partners[:5])), self.queryCount(show(partners)))


@tagged("post_install", "-at_install")
class TestEffort(ProfileCase):
    def test_doctests(self):
        for module in (effort, values, profile_file):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    @settings(max_examples=examples(1000), deadline=None)
    @given(
        st.integers(0, 5000),
        st.integers(0, 5000),
        st.integers(0, 5000),
        st.sampled_from("123"),
        st.floats(0, 1),
        st.floats(0, 100),
        st.floats(0, 240),
        st.floats(0, 10_000),
        st.floats(0, 500),
    )
    def test_never_beyond_the_means(self, population, target, reach, difficulty, rate, cost, minutes, budget, hours):
        held = population // 3
        means = effort.Means(dict.fromkeys("123", rate), cost, minutes)
        found = effort.expect(population, held, reach, target, difficulty, means, budget, hours)
        self.assertGreaterEqual(found.asked, 0)
        self.assertLessEqual(found.asked, reach)
        self.assertLessEqual(found.answers, found.wanted)
        if budget and cost:
            self.assertLessEqual(found.cost, budget * (1 + 1e-6) + 1e-6)
        if hours and minutes:
            self.assertLessEqual(found.hours, hours * (1 + 1e-6) + 1e-6)
        if found.limit == "target":
            self.assertGreaterEqual(found.asked * rate + 1e-3, found.wanted)
