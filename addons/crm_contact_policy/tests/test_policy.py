from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import ContactPolicyCase


@tagged("post_install", "-at_install")
class TestPolicy(ContactPolicyCase):
    def test_plain_words(self):
        """The form says in sentences what the rules mean, while they are edited."""
        with Form(self.policy) as form:
            self.assertIn("08:00–20:00", form.summary)
            self.assertIn("Sunday", form.summary)
            form.off_saturday = True
            self.assertIn("Saturday", form.summary)
            with form.cap_ids.new() as cap:
                cap.limit = 5
                cap.days = 90
            self.assertIn("at most 5 in any 90 days", form.summary)
        self.assertIn("E-mail: at most 3 a day", self.policy.summary)
        self.assertIn("Marketing 7 days", self.policy.summary)
        empty = self.env["crm.contact.policy"].create({"name": "Trống", "off_sunday": False})
        self.assertIn("between 08:00 and 20:00", empty.summary)

    def test_bad_domain(self):
        for domain in ("[('no_such_field', '=', 1)]", "[(", "open('x')"):
            with self.assertRaises(ValidationError):
                self.policy.domain = domain

    def test_bad_hours(self):
        for hours in ((9, 8), (-1, 5), (8, 25)):
            with self.assertRaises(ValidationError):
                self.policy.hours_ids = [Command.create({"hour_from": hours[0], "hour_to": hours[1]})]

    @mute_logger("odoo.sql_db")
    def test_constraints(self):
        for values in (
            {"purpose_ids": [Command.create({"purpose": "survey"})]},
            {"cap_ids": [Command.create({"limit": -1})]},
            {"cap_ids": [Command.create({"days": 0})]},
        ):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                self.policy.write(values)
                self.env.flush_all()

    def test_copy_keeps_rules(self):
        copy = self.policy.copy()
        self.assertEqual(len(copy.purpose_ids), 6)
        self.assertEqual(len(copy.cap_ids), 2)

    def test_customers(self):
        self.policy.domain = f"[('id', '=', {self.customer.id})]"
        self.assertEqual(self.policy.customer_count, 1)
        action = self.policy.action_view_customers()
        self.assertEqual(self.env["res.partner"].search(action["domain"]), self.customer)
