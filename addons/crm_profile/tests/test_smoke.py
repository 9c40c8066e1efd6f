from odoo.tests import TransactionCase


class TestSmoke(TransactionCase):
    def test_record(self):
        """A recorded value can be used."""
        partner = self.env["res.partner"].create({"name": "Trần Thị Bình"})
        partner._profile_record({"vehicle": "Honda Vision", "preferred_channel": "chat"}, "survey")
        self.assertEqual(partner._profile_value("vehicle"), "Honda Vision")
        self.assertEqual(partner._profile_value("preferred_channel"), "chat")
        partner._profile_record({"vehicle": "Yamaha"}, "employee")
        self.assertEqual(partner._profile_value("vehicle"), "Honda Vision")
