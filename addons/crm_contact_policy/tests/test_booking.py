from datetime import timedelta

from odoo.tests import tagged

from .common import WORKDAY_MORNING, ContactPolicyCase


@tagged("post_install", "-at_install")
class TestBooking(ContactPolicyCase):
    def test_states(self):
        """Allowed is planned, waiting is held until its time, impossible is denied and kept with its reason."""
        booked = self.customer._contact_book("email", "survey", WORKDAY_MORNING, subject="Hỏi thăm")
        self.assertRecordValues(
            booked,
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "state": "planned",
                    "direction": "out",
                    "purpose": "survey",
                    "subject": "Hỏi thăm",
                    "date": WORKDAY_MORNING,
                    "booked_on": WORKDAY_MORNING,
                    "reason_code": False,
                }
            ],
        )
        held = self.customer._contact_book("email", "survey", WORKDAY_MORNING)
        self.assertRecordValues(held, [{"state": "held", "date": WORKDAY_MORNING + timedelta(days=30)}])
        self.assertIn("30", held.reason)
        denied = self.customer._contact_book("email", "marketing", WORKDAY_MORNING)
        self.assertRecordValues(
            denied, [{"state": "denied", "date": WORKDAY_MORNING, "reason_code": "consent_missing"}]
        )

    def test_target(self):
        """The record it is about is kept, and a reminder about it passes the cap of its purpose."""
        category = self.env["res.partner.category"].create({"name": "Lời mời"})
        targets = {self.customer.id: category}
        booked = self.customer._contact_book("email", "survey", WORKDAY_MORNING, targets=targets)
        self.assertEqual((booked.res_model, booked.res_id), ("res.partner.category", category.id))
        later = WORKDAY_MORNING + timedelta(days=3)
        self.assertEqual(self.customer._contact_book("email", "survey", later, targets=targets).state, "planned")
        self.assertEqual(self.customer._contact_book("email", "survey", later).state, "held")

    def test_order_and_number(self):
        partners = self.make_customers(5)[::-1]
        booked = partners._contact_book("email", "sale", WORKDAY_MORNING)
        self.assertEqual(booked.partner_id.ids, partners.ids)

    def test_query_count(self):
        few, many = self.make_customers(10), self.make_customers(100)
        self.assertSameQueryCount(
            lambda: few._contact_book("email", "survey", WORKDAY_MORNING),
            lambda: many._contact_book("email", "survey", WORKDAY_MORNING),
        )

    def test_written_for_those_without_access(self):
        """The ledger is kept whoever acts: a portal customer's request is booked, too."""
        portal = self.env["res.users"].create(
            {
                "name": "Khách cổng",
                "login": "khach.cong",
                "company_id": self.company.id,
                "company_ids": [self.company.id],
                "group_ids": [self.env.ref("base.group_portal").id],
            }
        )
        booked = self.customer.with_user(portal)._contact_book("email", "service", WORKDAY_MORNING)
        self.assertEqual(booked.sudo().state, "planned")
