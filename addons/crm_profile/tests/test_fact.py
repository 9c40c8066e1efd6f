from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import DAY, ProfileCase


@tagged("post_install", "-at_install")
class TestFact(ProfileCase):
    def test_every_value_type(self):
        values = {
            "vehicle": "Honda Vision",
            "household_size": 4,
            "budget": 25.5,
            "would_refer": False,
            "birth_date": date(1990, 3, 8),
            "quiet_reason": "moved",
            "buying_criteria": ["service", "price"],
        }
        facts = self.partner._profile_record(values, "survey", source_ref="survey.user_input,7", collected_on=DAY)
        self.assertEqual(len(facts), 7)
        self.assertEqual(set(facts.mapped("source_ref")), {"survey.user_input,7"})
        known = self.partner._profile_values(values, as_of=DAY)[self.partner.id]
        self.assertEqual(known, dict(values, buying_criteria=["price", "service"]))
        self.assertEqual(self.facts("quiet_reason").value_display, "Moved house or premises")
        self.assertEqual(self.facts("buying_criteria").value_display, "Price, Service")
        self.assertEqual(self.facts("would_refer").value_display, "No")
        self.assertIsNone(self.partner._profile_value("occupation"))

    def test_amounts_are_readable(self):
        self.env["res.lang"]._activate_lang("en_US")
        for value, shown in ((25.5, "25.50"), (50_000_000.0, "50,000,000"), (1_234_567.25, "1,234,567.25")):
            fact = self.partner._profile_record({"budget": value}, "survey").with_context(lang="en_US")
            self.assertEqual(fact.value_display, shown)

    def test_bad_values(self):
        for values in (
            {"household_size": "four"},
            {"household_size": 1.5},
            {"quiet_reason": "bored"},
            {"birth_date": "soon"},
            {"vehicle": "  "},
            {"would_refer": "yes"},
            {"buying_criteria": []},
            {"no_such_code": 1},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.partner._profile_record(values, "survey")

    def test_attribute_of_another_audience(self):
        with self.assertRaises(UserError):
            self.partner._profile_record({"employee_count": 5}, "employee")
        firm = self.env["res.partner"].create({"name": "Công ty", "is_company": True})
        with self.assertRaises(UserError):
            firm._profile_record({"vehicle": "Honda"}, "employee")
        firm._profile_record({"employee_count": 5}, "employee")

    def test_confirmation_refreshes(self):
        first = self.partner._profile_record({"vehicle": "Honda"}, "survey", collected_on=DAY)
        again = self.partner._profile_record({"vehicle": " HONDA "}, "survey", collected_on=DAY + timedelta(days=90))
        self.assertEqual(again, first)
        self.assertEqual(first.collected_on, DAY + timedelta(days=90))

    def test_customer_supersedes_itself(self):
        old = self.partner._profile_record({"vehicle": "Honda"}, "survey", collected_on=DAY)
        new = self.partner._profile_record({"vehicle": "Yamaha"}, "partner", collected_on=DAY + timedelta(days=1))
        self.assertEqual((old.status, old.superseded_by_id, new.status), ("superseded", new, "stated"))
        self.assertEqual(self.partner._profile_value("vehicle"), "Yamaha")

    def test_two_colleagues_dispute(self):
        """Two colleagues say different things: neither is used until somebody decides."""
        mai = new_test_user(self.env, "mai", groups="crm_profile.group_user,base.group_partner_manager")
        nam = new_test_user(self.env, "nam", groups="crm_profile.group_user,base.group_partner_manager")
        one = self.partner.with_user(mai)._profile_record({"occupation": "Giáo viên"}, "employee")
        two = self.partner.with_user(nam)._profile_record({"occupation": "Kế toán"}, "employee")
        self.assertEqual((one.status, two.status), ("disputed", "disputed"))
        self.assertIsNone(self.partner._profile_value("occupation"))
        two.with_user(mai).action_choose()
        self.assertEqual((one.status, one.superseded_by_id, two.status), ("superseded", two, "stated"))
        self.assertEqual(self.partner._profile_value("occupation"), "Kế toán")

    def test_both_sides_are_shown(self):
        """What waits for a decision is shown with the statement it contradicts."""
        self.partner._profile_record({"vehicle": "Honda", "occupation": "Giáo viên"}, "survey")
        self.partner._profile_record({"vehicle": "Yamaha"}, "employee")
        contested = self.env["crm.profile.fact"].search(
            [("is_contested", "=", True), ("partner_id", "=", self.partner.id)]
        )
        self.assertEqual(contested, self.facts("vehicle").sorted("id", reverse=True))
        self.assertEqual(self.facts("vehicle").mapped("is_contested"), [True, True])
        self.assertFalse(self.facts("occupation").is_contested)

    def test_verified_is_not_overwritten(self):
        fact = self.partner._profile_record({"vehicle": "Honda"}, "employee")
        fact.action_verify()
        self.assertEqual((fact.status, fact.verified_by_id, fact.confidence), ("verified", self.env.user, 1.0))
        other = self.partner._profile_record({"vehicle": "Yamaha"}, "survey")
        self.assertEqual((fact.status, other.status), ("verified", "disputed"))
        self.assertEqual(self.partner._profile_value("vehicle"), "Honda")
        with self.assertRaises(UserError):
            other.action_choose()
        fact.action_dispute()
        other.action_choose()
        self.assertEqual(self.partner._profile_value("vehicle"), "Yamaha")
        with self.assertRaises(UserError):
            fact.action_verify()

    def test_verified_by_nothing(self):
        """No way around the proof: not the method, not a new fact, not emptying it afterwards."""
        manager = new_test_user(self.env, "ky.luong", groups="crm_profile.group_manager")
        user = new_test_user(self.env, "voi.va", groups="crm_profile.group_user")
        vals = {
            "partner_id": self.partner.id,
            "attribute_id": self.env.ref("crm_profile.attribute_vehicle").id,
            "value_text": "Honda",
        }
        facts = self.env["crm.profile.fact"].with_user(user)
        with self.assertRaises(UserError), self.cr.savepoint():
            facts.create({**vals, "status": "verified"})
        fact = facts.with_context(default_user_id=manager.id, default_is_wrong=True).create(vals)
        self.assertEqual((fact.user_id, fact.is_wrong, fact.status), (user, False, "stated"))
        with self.assertRaises(UserError), self.cr.savepoint():
            fact.action_verify()
        fact.evidence = "Cà vẹt xe"
        fact.action_verify()
        self.assertEqual(fact.verified_by_id, user)
        for who in (user, manager):
            with self.assertRaises(UserError), self.cr.savepoint():
                fact.with_user(who).write({"evidence": " "})

    def test_notes_of_colleagues(self):
        user, other = (new_test_user(self.env, name, groups="crm_profile.group_user") for name in ("mot", "hai"))
        fact = self.partner.with_user(user)._profile_record({"vehicle": "Honda"}, "employee")
        fact.with_user(other).note = "Xe màu đỏ"
        with self.assertRaises(UserError), self.cr.savepoint():
            fact.with_user(other).note = "Xe màu xanh"
        fact.note = "Xe màu xanh"
        fact.evidence = "Cà vẹt xe"
        fact.action_verify()
        with self.assertRaises(UserError), self.cr.savepoint():
            fact.with_user(other).evidence = "Nghe nói"

    def test_confidence_is_a_share(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.partner._profile_record({"vehicle": "Honda"}, "employee", confidence=7.5)

    def test_never_overwritten(self):
        fact = self.partner._profile_record({"vehicle": "Honda"}, "employee")
        for values in ({"value_text": "Yamaha"}, {"status": "verified"}, {"source": "partner"}, {"partner_id": 1}):
            with self.assertRaises(UserError):
                fact.write(values)
        fact.note = "Thấy xe trước nhà"

    def test_form_entry(self):
        """The dialog a colleague fills in; a plain create settles just so."""
        view = "crm_profile.crm_profile_fact_view_form_entry"
        with Form(self.env["crm.profile.fact"].with_context(default_partner_id=self.partner.id), view=view) as form:
            form.attribute_id = self.env.ref("crm_profile.attribute_quiet_reason")
            form.option_id = self.env.ref("crm_profile.option_quiet_reason_moved")
        self.assertEqual(form.record.value_key, "moved")
        self.assertEqual(form.record.origin, "colleague")
        values = {
            "partner_id": self.partner.id,
            "attribute_id": self.env.ref("crm_profile.attribute_vehicle").id,
            "value_text": "Honda",
            "source": "partner",
        }
        facts = self.env["crm.profile.fact"].create(
            [values, dict(values, value_text="Yamaha", source="employee"), values]
        )
        self.assertEqual(facts.mapped("status"), ["stated", "disputed", "stated"])
        self.assertEqual(facts[0], facts[2])

    def test_origin(self):
        for source, origin in (
            ("survey", "customer"),
            ("partner", "customer"),
            ("employee", "colleague"),
            ("import", "elsewhere"),
            ("third_party", "elsewhere"),
        ):
            partner = self.partner.copy()
            self.assertEqual(partner._profile_record({"vehicle": "x"}, source).origin, origin)

    def test_profile_page(self):
        """Sections with badges; what is stated and what is believed never look the same."""
        self.partner._profile_record({"vehicle": "<b>Honda</b>"}, "survey")
        self.partner._profile_record({"occupation": "Giáo viên"}, "employee")
        html = self.partner.profile_html
        self.assertIn("&lt;b&gt;Honda", html)
        self.assertIn("Stated by the customer", html)
        self.assertIn("o_crm_badge_believed", html)
        self.assertEqual((self.partner.profile_fact_count, self.partner.profile_disputed_count), (2, 0))

    def test_retention(self):
        fact = self.partner._profile_record({"need_when": "now"}, "survey", collected_on=DAY)
        self.assertEqual(fact.expires_on, date(2026, 9, 3))
        self.assertEqual(self.partner._profile_value("need_when", as_of=date(2026, 9, 2)), "now")
        self.assertIsNone(self.partner._profile_value("need_when", as_of=date(2026, 9, 3)))
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["crm.profile.fact"]._cron_expire(as_of=date(2026, 9, 3))
        self.assertEqual(fact.status, "expired")

    def test_mirror(self):
        """A usable fact is written to the contact's own field; a doubtful one is not."""
        self.env.ref("crm_profile.attribute_occupation").partner_field_id = self.env.ref(
            "base.field_res_partner__function"
        )
        self.partner._profile_record({"occupation": "Giáo viên"}, "survey")
        self.assertEqual(self.partner.function, "Giáo viên")
        self.partner._profile_record({"occupation": "Kế toán"}, "employee")
        self.assertEqual(self.partner.function, "Giáo viên")

    def test_attribute_guards(self):
        self.partner._profile_record({"vehicle": "Honda"}, "survey")
        attribute = self.env.ref("crm_profile.attribute_vehicle")
        with self.assertRaises(UserError):
            attribute.value_type = "integer"
        with self.assertRaises(UserError):
            attribute.unlink()
        self.partner._profile_record({"quiet_reason": "moved"}, "survey")
        with self.assertRaises(UserError):
            self.env.ref("crm_profile.option_quiet_reason_moved").unlink()
        attribute.active = False
        with self.assertRaises(UserError):
            self.partner._profile_record({"vehicle": "Honda"}, "survey")

    def test_record_many(self):
        other = self.partner.copy()
        entries = [
            (self.partner.id, {"vehicle": "Honda", "occupation": None}, "a", DAY),
            (other.id, {"vehicle": "Yamaha"}, "b", DAY),
        ]
        facts = self.env["res.partner"]._profile_record_many(entries, "survey")
        self.assertEqual(facts.mapped("value_text"), ["Honda", "Yamaha"])

    def test_query_count(self):
        partners = self.env["res.partner"].create([{"name": f"Khách {number}"} for number in range(100)])
        partners._profile_record({"vehicle": "Honda", "quiet_reason": "moved"}, "employee")

        def record(some):
            return lambda: some._profile_record({"quiet_reason": "natural"}, "survey")

        self.queryCount(record(partners[:10]))
        self.assertEqual(self.queryCount(record(partners[:10])), self.queryCount(record(partners)))

        def read(some):
            return lambda: some._profile_values(["vehicle", "quiet_reason"])

        self.assertEqual(self.queryCount(read(partners[:10])), self.queryCount(read(partners)))

        def show(some):
            return lambda: some.mapped("profile_html")

        self.queryCount(show(partners))
        self.assertEqual(self.queryCount(show(partners[:10])), self.queryCount(show(partners)))
