from datetime import datetime

from freezegun import freeze_time
from odoo.addons.crm_contact_policy.tests.common import ContactPolicyCase

MORNING = datetime(2026, 3, 3, 3, 0)  # a Tuesday, 10:00 in Ho Chi Minh City
NIGHT = datetime(2026, 3, 3, 15, 0)
NEXT_MORNING = datetime(2026, 3, 4, 1, 0)


class MailingCase(ContactPolicyCase):
    """Customers of whom some agreed to marketing, and a mailing to them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.make_customers(6)
        cls.agree(cls.partners[:4])

    @classmethod
    def agree(cls, partners):
        cls.env["crm.contact.consent"].create(
            [{"partner_id": partner.id, "purpose": "marketing", "date": "2026-01-01"} for partner in partners]
        )

    def mailing(self, model="res.partner", records=None, **values):
        records = self.partners if records is None else records
        return self.env["mailing.mailing"].create(
            {
                "subject": "Tháng ba",
                "body_html": "<p>Chào</p>",
                "mailing_model_id": self.env["ir.model"]._get_id(model),
                "mailing_domain": [("id", "in", records.ids)],
                "user_id": self.env.user.id,
                **values,
            }
        )

    def queue(self, at):
        """The mailing's own cron."""
        with freeze_time(at), self.enter_registry_test_mode():
            self.env.ref("mass_mailing.ir_cron_mass_mailing_queue").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def send(self, mailing, at):
        with freeze_time(at):
            mailing.action_put_in_queue()
        self.queue(at)

    def traces(self, mailing):
        """{recipient id: (status, failure)}"""
        found = self.env["mailing.trace"].search([("mass_mailing_id", "=", mailing.id)])
        return {trace.res_id: (trace.trace_status, trace.failure_type) for trace in found}

    def ledger(self, mailing):
        return self.env["crm.interaction"].search(
            [("res_model", "=", "mailing.mailing"), ("res_id", "=", mailing.id)], order="partner_id"
        )
