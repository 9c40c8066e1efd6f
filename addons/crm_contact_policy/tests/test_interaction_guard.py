from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import WORKDAY_MORNING, ContactPolicyCase


@tagged("post_install", "-at_install")
class TestInteractionGuard(ContactPolicyCase):
    """Nobody makes room under a cap, or lets something be sent, by rewriting the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        inside = {"company_id": cls.company.id, "company_ids": [cls.company.id]}
        cls.user = new_test_user(cls.env, "ban.hang", groups="crm_contact_policy.group_user", **inside)
        cls.manager = new_test_user(cls.env, "truong.phong", groups="crm_contact_policy.group_manager", **inside)

    def assertRefused(self, record, user, vals):
        with self.assertRaises(UserError), self.cr.savepoint():
            record.with_user(user).write(vals)

    def test_booked_stays_counted(self):
        booked = self.customer._contact_book("email", "survey", WORKDAY_MORNING)
        booked._set({"state": "done"})
        for vals in (
            {"state": "cancelled"},
            {"state": "planned"},
            {"date": "2020-01-01"},
            {"purpose": "service"},
            {"direction": "in"},
            {"partner_id": self.company.partner_id.id},
            {"booked_on": False},
        ):
            with self.subTest(vals=vals):
                self.assertRefused(booked, self.user, vals)
        booked.with_user(self.user).write({"note": "Đã gọi lại", "state": "done"})
        booked.with_user(self.manager).write({"purpose": "service"})
        self.assertRefused(booked, self.manager, {"state": "cancelled"})

    def test_refusal_keeps_its_moment(self):
        call = self.env["crm.interaction"].with_user(self.user).create({"partner_id": self.customer.id})
        call.action_refuse()
        self.assertTrue(call.refused_on)
        self.assertRefused(call, self.user, {"refused_on": False})
        self.assertRefused(call, self.user, {"state": "done"})

    def test_nothing_sent_by_forging(self):
        """A held contact about any record would be sent by the release job."""
        forged = {"partner_id": self.customer.id, "state": "held", "res_model": "res.partner", "res_id": 1}
        for user in (self.user, self.manager):
            with self.assertRaises(UserError), self.cr.savepoint():
                self.env["crm.interaction"].with_user(user).create(forged)
            planned = self.env["crm.interaction"].create({"partner_id": self.customer.id, "state": "planned"})
            self.assertRefused(planned, user, {"state": "held"})
            self.assertRefused(planned, user, {"res_model": "res.partner", "res_id": 1})

    def test_own_log_may_be_mended(self):
        call = self.env["crm.interaction"].with_user(self.user).create({"partner_id": self.customer.id})
        call.date = WORKDAY_MORNING
        planned = call.copy({"state": "planned"})
        planned.write({"date": WORKDAY_MORNING, "purpose": "care"})
        planned.action_done()
        self.assertEqual(planned.state, "done")

    def test_who_recorded_a_consent(self):
        consent = self.env["crm.contact.consent"].with_user(self.user)
        word = consent.create({"partner_id": self.customer.id, "status": "given", "user_id": self.manager.id})
        self.assertEqual(word.user_id, self.user)
