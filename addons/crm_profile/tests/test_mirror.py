from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import DAY, ProfileCase


@tagged("post_install", "-at_install")
class TestMirror(ProfileCase):
    """A contact's field and the facts about it, both ways and without end."""

    def test_writing_the_field_records_a_fact(self):
        self.partner.function = "Giáo viên"
        fact = self.facts("occupation")
        self.assertEqual((fact.value_text, fact.source, fact.origin), ("Giáo viên", "employee", "colleague"))
        self.partner.function = "Giáo viên"
        self.partner.write({"function": False})
        self.assertEqual(len(self.facts("occupation")), 1)
        created = self.env["res.partner"].create([{"name": "A", "function": "Kế toán"}, {"name": "B"}])
        self.assertEqual(created._profile_values(["occupation"])[created[0].id], {"occupation": "Kế toán"})
        firm = self.env["res.partner"].create({"name": "C", "is_company": True, "function": "x"})
        self.assertFalse(self.facts("occupation", firm))

    def test_what_the_customer_said_is_not_overruled(self):
        """A colleague who types something else into the field is in conflict with the customer."""
        self.partner._profile_record({"occupation": "Giáo viên"}, "survey")
        self.partner.function = "Kế toán"
        self.assertEqual(self.facts("occupation").mapped("status"), ["stated", "disputed"])
        self.facts("occupation")[0].action_choose()
        self.assertEqual(self.partner.function, "Giáo viên")

    def test_accepting_a_fact_writes_the_field_once(self):
        self.partner._profile_record({"occupation": "Giáo viên"}, "survey")
        self.assertEqual(self.partner.function, "Giáo viên")
        self.assertEqual(len(self.facts("occupation")), 1, "no loop")

    def test_doubtful_facts_are_not_written(self):
        self.partner._profile_record({"occupation": "Giáo viên"}, "third_party", source_ref="web")
        self.assertFalse(self.partner.function)
        self.facts("occupation").action_verify()
        self.assertEqual(self.partner.function, "Giáo viên")

    def test_disputed_facts_leave_the_field(self):
        """What is in doubt enters no message by way of the contact's field; the decision brings it back."""
        self.partner._profile_record({"occupation": "Giáo viên"}, "employee", collected_on=DAY)
        fact = self.facts("occupation")
        fact.action_choose()
        self.assertEqual(self.partner.function, "Giáo viên")
        fact.action_dispute()
        self.assertFalse(self.partner.function)
        fact.action_choose()
        self.assertEqual(self.partner.function, "Giáo viên")
        colleague = new_test_user(self.env, "dong.nghiep", groups="base.group_user,crm_profile.group_user")
        as_colleague = self.partner.with_user(colleague).sudo()
        as_colleague._profile_record({"occupation": "Kế toán"}, "employee", collected_on=DAY)
        self.assertEqual(set(self.facts("occupation").mapped("status")), {"disputed"})
        self.assertFalse(self.partner.function)
        self.partner.function = "Thợ may"
        self.facts("occupation").filtered(lambda other: other.value_text == "Kế toán").action_dispute()
        self.assertEqual(self.partner.function, "Thợ may", "what somebody typed there stays")

    def test_restricted_ones_never_mirror(self):
        attribute = self.env.ref("crm_profile.attribute_health_note")
        attribute.partner_field_id = self.env.ref("base.field_res_partner__function")
        self.partner._profile_record({"health_note": "tiểu đường"}, "partner")
        self.assertFalse(self.partner.function)
        self.partner.function = "Giáo viên"
        self.assertEqual(self.facts("health_note").mapped("value_text"), ["tiểu đường"])

    def test_who_sees_no_facts_records_them_too(self):
        clerk = new_test_user(self.env, "thu.ky", groups="base.group_user,base.group_partner_manager")
        self.partner.with_user(clerk).write({"function": "Giáo viên"})
        self.assertEqual(self.facts("occupation").user_id, clerk)

    def test_a_portal_customer_speaks_for_himself(self):
        portal = new_test_user(self.env, "khach.portal", groups="base.group_portal")
        portal.partner_id.with_user(portal).sudo().write({"function": "Kỹ sư"})
        self.assertEqual(self.facts("occupation", portal.partner_id).origin, "customer")


@tagged("post_install", "-at_install")
class TestSure(ProfileCase):
    """What comes out of the one method for messages, scripts and prefilled answers."""

    def test_doubtful_facts_never_come_out(self):
        for number, (source, confidence, used) in enumerate(
            (
                ("survey", None, True),
                ("partner", 0.9, True),
                ("employee", None, True),
                ("employee", 0.3, False),
                ("survey", 0.2, False),
                ("import", None, True),
                ("third_party", None, False),
                ("third_party", 0.99, False),
            )
        ):
            with self.subTest(source=source, confidence=confidence):
                partner = self.env["res.partner"].create({"name": f"Khách {number}"})
                fact = partner._profile_record({"vehicle": "Honda"}, source, confidence=confidence, collected_on=DAY)
                self.assertEqual(partner._profile_value("vehicle", as_of=DAY), "Honda" if used else None)
                self.assertEqual(fact.is_sure, used)
                self.assertEqual(fact in fact.search([("is_sure", "=", True)]), used)
                fact.action_verify()
                self.assertEqual(partner._profile_value("vehicle", as_of=DAY), "Honda")
                fact.action_dispute()
                self.assertIsNone(partner._profile_value("vehicle", as_of=DAY))

    def test_wrong_ones_neither(self):
        fact = self.partner._profile_record({"vehicle": "Honda"}, "survey")
        fact.action_wrong()
        self.assertIsNone(self.partner._profile_value("vehicle"))
        with self.assertRaises(UserError):
            fact.action_wrong()
