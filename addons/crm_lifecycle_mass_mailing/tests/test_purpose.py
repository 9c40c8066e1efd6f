from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import NEXT_MORNING, NIGHT, MailingCase


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

    def test_a_change_by_somebody_else_ends_the_release(self):
        """What a manager released is what goes out as service: another text, other recipients are marketing."""
        bodies = ("<p>Thu hồi lô 7</p>", "<p>Giảm giá 50%</p>")
        changes = (
            {"subject": "Giảm giá 50%"},
            {"body_html": bodies[1], "body_arch": bodies[1]},
            {"preview": "Giảm giá"},
            {"mailing_domain": []},
            {"mailing_model_id": self.env["ir.model"]._get_id("mailing.list")},
            {"attachment_ids": [(0, 0, {"name": "gia.txt", "raw": b"50%"})]},
        )
        for change in changes:
            mailing = self.by(self.manager, contact_purpose="service", body_html=bodies[0], body_arch=bodies[0])
            self.assertEqual(mailing.contact_released_by_id, self.manager)
            mailing.with_user(self.mailer).write(change)
            self.assertEqual(mailing.contact_purpose, "marketing", change)
            self.assertEqual(
                (mailing.contact_released_by_id.id, mailing.contact_unreleased_by_id), (False, self.mailer), change
            )
            self.assertIn("marketing again", self.notes(mailing))

    def test_what_keeps_the_release(self):
        """The manager's own changes, the same words again, and what is no substance."""
        mailing = self.by(self.manager, contact_purpose="service")
        mailing.subject = "Thu hồi lô 8"
        mailing.with_user(self.mailer).write({"subject": "Thu hồi lô 8", "schedule_date": "2031-01-01 08:00:00"})
        mailing.with_user(self.mailer).action_put_in_queue()
        self.assertEqual((mailing.contact_purpose, mailing.contact_released_by_id), ("service", self.manager))
        self.assertNotIn("marketing again", self.notes(mailing))

    def test_released_anew(self):
        mailing = self.by(self.manager, contact_purpose="service")
        mailing.with_user(self.mailer).subject = "Giảm giá"
        mailing.contact_purpose = "service"
        self.assertEqual((mailing.contact_released_by_id, mailing.contact_unreleased_by_id.id), (self.manager, False))

    def test_who_released_it_is_not_set_by_hand(self):
        mailing = self.by(self.mailer)
        with self.assertRaises(AccessError):
            mailing.contact_released_by_id = self.manager
        with self.assertRaises(AccessError):
            self.by(self.mailer, contact_released_by_id=self.manager.id)

    def test_those_who_wait_are_decided_anew(self):
        """Held over night as service; changed by the mailer meanwhile: in the morning those alone get it who agreed."""
        mailing = self.by(self.manager, contact_purpose="service", body_html="<p>Thu hồi</p>", user_id=self.manager.id)
        self.send(mailing.sudo(), NIGHT)
        self.assertEqual(self.ledger(mailing).sudo().mapped("state"), ["held"] * 6)
        mailing.with_user(self.mailer).body_html = "<p>Giảm giá</p>"
        self.queue(NEXT_MORNING + timedelta(minutes=1))
        self.assertEqual(self.ledger(mailing.sudo()).mapped("state"), ["done"] * 4 + ["denied"] * 2)
