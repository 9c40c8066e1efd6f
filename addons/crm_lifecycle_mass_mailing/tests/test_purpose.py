from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import MailingCase


@tagged("post_install", "-at_install")
class TestPurpose(MailingCase):
    """Who says that customers asked for a mailing passes their consent: a manager of the contact policy, on record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        inside = {"company_id": cls.company.id, "company_ids": [cls.company.id]}
        groups = "mass_mailing.group_mass_mailing_user,base.group_partner_manager,crm_lifecycle.group_user"
        cls.mailer = new_test_user(cls.env, "gui.thu", groups=groups, **inside)
        cls.manager = new_test_user(
            cls.env, "quan.ly.thu", groups=f"{groups},crm_contact_policy.group_manager", **inside
        )

    def by(self, user, **values):
        return self.env["mailing.mailing"].with_user(user).create(
            {
                "subject": "Thu hồi",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "mailing_domain": [("id", "in", self.partners.ids)],
                **values,
            }
        )

    def notes(self, mailing):
        return " ".join(str(body) for body in mailing.message_ids.mapped("body"))

    def test_only_a_manager(self):
        mailing = self.by(self.mailer)
        for purpose in ("service", "support"):
            with self.assertRaises(AccessError):
                mailing.contact_purpose = purpose
            with self.assertRaises(AccessError):
                self.by(self.mailer, contact_purpose=purpose)
            with self.assertRaises(AccessError):
                self.env["mailing.mailing"].with_user(self.mailer).with_context(default_contact_purpose=purpose).create(
                    {"subject": "x", "mailing_model_id": self.env["ir.model"]._get_id("res.partner")}
                )
        mailing.contact_purpose = "sale"
        self.assertEqual(self.by(self.manager, contact_purpose="service").contact_purpose, "service")

    def test_the_choice_is_logged(self):
        created = self.by(self.manager, contact_purpose="service")
        self.assertIn("Service", self.notes(created))
        self.assertEqual(created.message_ids[:1].author_id, self.manager.partner_id)
        mailing = self.by(self.manager, contact_purpose="marketing")
        self.assertNotIn("Purpose", self.notes(mailing))
        mailing.contact_purpose = "support"
        self.assertIn("Support", self.notes(mailing))
        mailing.contact_purpose = "marketing"
        self.assertIn("Marketing", self.notes(mailing))

    def test_a_copy_is_marketing_again(self):
        mailing = self.by(self.manager, contact_purpose="service")
        self.assertEqual(mailing.copy().contact_purpose, "service")
        self.assertEqual(mailing.with_user(self.mailer).copy().contact_purpose, "marketing")
