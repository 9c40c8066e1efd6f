from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command, fields, models
from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import WORKDAY_MORNING, ContactPolicyCase

NIGHT = datetime(2026, 3, 3, 15, 0)
NEXT_MORNING = datetime(2026, 3, 4, 1, 0)


class Killed(BaseException):
    """Stands for a process that dies: nothing catches it."""


def _make_model(registry, cr):
    class Letter(models.Model):
        _module = "crm_contact_policy"
        _name = "crm.contact.test.letter"
        _description = "Letter (test)"
        _inherit = ["crm.contact.sender"]
        _auto = False
        _log_access = False

        name = fields.Char()
        partner_id = fields.Many2one("res.partner")
        rejected = fields.Char()

        def _contact_recipients(self):
            return {letter.id: letter.partner_id for letter in self}

        def _contact_deliver(self, interactions):
            for letter in self:
                if letter.name == "broken":
                    raise ValueError("The letter is torn")
                if letter.name == "deadly":
                    raise Killed
            self.env["mail.mail"].create(
                [{"subject": letter.name, "email_to": letter.partner_id.email} for letter in self]
            )

        def _contact_rejected(self, interactions):
            for interaction in interactions:
                self.browse(interaction.res_id).rejected = interaction.reason_code

    add_to_registry(registry, Letter)
    registry._setup_models__(cr, [Letter._name])
    cr.execute(
        "CREATE TABLE IF NOT EXISTS crm_contact_test_letter"
        " (id serial PRIMARY KEY, name varchar, partner_id int, rejected varchar)"
    )


class SenderCase(ContactPolicyCase):
    """Letters, a model that sends through the gate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        _make_model(cls.registry, cls.cr)
        cls.addClassCleanup(cls._drop_model)
        cls.env["crm.interaction"].search([("state", "=", "held")]).state = "cancelled"

    @classmethod
    def _drop_model(cls):
        for parent in ("crm.contact.sender", "base"):
            cls.registry[parent]._inherit_children.discard("crm.contact.test.letter")
        del cls.registry.models["crm.contact.test.letter"]
        cls.registry._setup_models__(cls.cr, [])

    def letters(self, names, partners=None):
        partners = partners or self.make_customers(len(names))
        return self.env["crm.contact.test.letter"].create(
            [{"name": name, "partner_id": partner.id} for name, partner in zip(names, partners, strict=True)]
        )

    def run_cron(self, at, batch=100):
        """The cron on a cursor of its own that may commit; what is not committed is lost, as when a process dies."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["crm.interaction"]._cron_release_held(at=at, batch=batch)

    def mails(self, name="thư"):
        return self.env["mail.mail"].search_count([("subject", "=", name)])


@tagged("post_install", "-at_install")
class TestSender(SenderCase):
    def test_allowed_goes_at_once(self):
        letters = self.letters(["thư"] * 3)
        interactions = letters._contact_request("email", "service", WORKDAY_MORNING, subject="Thư")
        self.assertEqual(interactions.mapped("state"), ["done"] * 3)
        self.assertEqual(interactions.mapped("res_id"), letters.ids)
        self.assertEqual(self.mails(), 3)

    def test_held_goes_by_cron_once(self):
        letters = self.letters(["thư"] * 3)
        interactions = letters._contact_request("email", "service", NIGHT)
        self.assertEqual(interactions.mapped("state"), ["held"] * 3)
        self.assertEqual(self.mails(), 0)
        for at in (NIGHT + timedelta(hours=1), NEXT_MORNING, NEXT_MORNING + timedelta(hours=1)):
            self.run_cron(at)
        self.assertEqual(interactions.mapped("state"), ["done"] * 3)
        self.assertEqual(interactions.mapped("date"), [NEXT_MORNING] * 3)
        self.assertEqual(self.mails(), 3)

    def test_long_run_meets_the_quiet_hours(self):
        """A run that began in time sends nothing any more once the quiet hours have begun."""
        interactions = self.letters(["thư"] * 2)._contact_request("email", "service", NIGHT)
        clock, release = [NEXT_MORNING + timedelta(hours=11, minutes=58)], type(interactions)._release_batch

        def slowly(batch, at):
            release(batch, at)
            clock[0] += timedelta(minutes=5)

        with (
            patch.object(fields.Datetime, "now", staticmethod(lambda *_args: clock[0])),
            patch.object(type(interactions), "_release_batch", slowly),
        ):
            self.run_cron(None, batch=1)
        self.assertEqual(interactions.mapped("state"), ["done", "held"])
        self.assertEqual(interactions[1].date, NEXT_MORNING + timedelta(days=1))

    def test_denied_is_told(self):
        letters = self.letters(["thư"])
        interactions = letters._contact_request("email", "marketing", WORKDAY_MORNING)
        self.assertEqual(interactions.state, "denied")
        self.assertEqual(letters.rejected, "consent_missing")
        self.assertEqual(self.mails(), 0)

    def test_decided_again_when_it_goes(self):
        """Consent withdrawn, or the rules changed, while it waited."""
        letters = self.letters(["thư"] * 2)
        interactions = letters._contact_request("email", "service", NIGHT)
        self.env["crm.contact.consent"].create(
            {"partner_id": letters[0].partner_id.id, "status": "withdrawn", "date": NIGHT}
        )
        self.policy.hours_ids.hour_from = 9.0
        interactions._release_held(NEXT_MORNING)
        self.assertEqual(interactions.mapped("state"), ["denied", "held"])
        self.assertEqual(letters.mapped("rejected"), ["consent_withdrawn", False])
        self.assertEqual(interactions[1].date, NEXT_MORNING + timedelta(hours=1))

    def test_hold_ends_within_60_days(self):
        """However often it is put off: 60 days after it was asked for it is denied."""
        interactions = self.letters(["thư"])._contact_request("email", "service", NIGHT)
        self.policy.off_sunday = True
        for day in range(70):
            at = NEXT_MORNING + timedelta(days=day)
            if interactions.state != "held":
                break
            # every morning somebody moves the opening hour away again
            self.policy.hours_ids.write({"hour_from": 9.0 if day % 2 == 0 else 10.0})
            interactions._release_held(max(at, interactions.date) - timedelta(minutes=1))
        self.assertIn(interactions.state, ("held", "done", "denied"))
        interactions.write({"state": "held", "date": NIGHT + timedelta(days=60)})
        interactions._release_held(NIGHT + timedelta(days=60, minutes=5))
        self.assertEqual((interactions.state, interactions.reason_code), ("denied", "no_moment"))

    def test_two_letters_to_one_partner(self):
        """Each is booked after the other: the second finds the place taken."""
        letters = self.letters(["thư"] * 2, [self.customer, self.customer])
        interactions = letters._contact_request("email", "survey", WORKDAY_MORNING)
        self.assertEqual(sorted(interactions.mapped("state")), ["done", "held"])

    @mute_logger("odoo.addons.crm_contact_policy.models.crm_interaction")
    def test_one_broken_letter(self):
        """A failing one keeps its error and is tried again; the others go."""
        letters = self.letters(["thư", "broken", "thư"])
        interactions = letters._contact_request("email", "service", WORKDAY_MORNING)
        self.assertEqual(interactions.mapped("state"), ["done", "held", "done"])
        self.assertEqual(interactions[1].error, "The letter is torn")
        self.assertEqual(interactions[1].reason_code, "failed")
        self.assertEqual(self.mails(), 2)
        letters[1].name = "thư"
        interactions[1]._release_held(WORKDAY_MORNING + timedelta(hours=1))
        self.assertEqual(interactions[1].state, "done")
        self.assertFalse(interactions[1].error)

    def test_gives_up_after_five_failures(self):
        interactions = self.letters(["broken"])._contact_request("email", "service", WORKDAY_MORNING)
        for _attempt in range(6):
            if interactions.state == "held":
                interactions._release_held(interactions.date)
        self.assertEqual((interactions.state, interactions.attempts), ("cancelled", 5))

    def test_target_gone(self):
        letters = self.letters(["thư"] * 2)
        interactions = letters._contact_request("email", "service", NIGHT)
        letters[0].unlink()
        interactions._release_held(NEXT_MORNING)
        self.assertEqual(interactions.mapped("state"), ["cancelled", "done"])

    def test_killed_between_batches(self):
        """A process that dies while it releases loses nothing and sends nothing twice."""
        names = ["thư"] * 7
        letters = self.letters(names)
        interactions = letters._contact_request("email", "service", NIGHT)
        letters[4].name = "deadly"
        self.env.flush_all()
        killed = False
        try:
            self.run_cron(NEXT_MORNING, batch=2)
        except Killed:
            killed = True
        self.assertTrue(killed)
        done = interactions.filtered(lambda i: i.state == "done")
        self.assertEqual(len(done), self.mails())
        self.assertEqual(len(done), 4)
        letters[4].name = "thư"
        self.run_cron(NEXT_MORNING, batch=2)
        self.assertEqual(set(interactions.mapped("state")), {"done"})
        self.assertEqual(self.mails(), 7)

    def test_importance(self):
        """What the customer asked for goes before what we want."""
        self.policy.cap_ids = [Command.clear()]
        first = self.letters(["thư"])._contact_request("email", "survey", NIGHT)
        second = self.letters(["thư"])._contact_request("email", "support", NIGHT)
        due = self.env["crm.interaction"]._get_due(NEXT_MORNING)
        self.assertEqual(due, second | first)

    def test_held_without_sender_becomes_a_plan(self):
        """A held call is a person's work: when its time comes it is planned."""
        call = self.customer._contact_book("phone", "sale", NIGHT)
        call._release_held(NEXT_MORNING)
        self.assertEqual((call.state, call.date), ("planned", NEXT_MORNING))

    def test_query_count(self):
        few, many = self.letters(["thư"] * 10), self.letters(["thư"] * 90)
        self.assertSameQueryCount(
            lambda: few._contact_request("email", "service", NIGHT),
            lambda: many._contact_request("email", "service", NIGHT),
        )
