from datetime import date, datetime, timedelta

from freezegun import freeze_time
from odoo.tests import new_test_user
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import EVE, SUNDAY, CareCase


class TestRun(CareCase):
    def test_on_the_day(self):
        """Nothing on the eve, nothing before the hour, one greeting at the hour, none afterwards."""
        occasion = self.occasion(year=1990)
        for moment in (EVE, SUNDAY - timedelta(minutes=20)):
            self.run_at(moment)
            self.assertFalse(self.mails())
        for minutes in (0, 15, 600):
            self.run_at(SUNDAY + timedelta(minutes=minutes))
            self.assertEqual(len(self.mails()), 1)
        self.assertEqual(self.mails().state, "outgoing")
        self.assertEqual(occasion.greeting_ids.state, "sent")
        self.assertEqual(occasion.last_sent, SUNDAY)
        interaction = occasion.greeting_ids.interaction_id
        self.assertEqual((interaction.state, interaction.purpose, interaction.res_id), ("done", "care", occasion.id))

    def test_once_a_year(self):
        occasion = self.occasion()
        for year in (2026, 2027, 2028):
            for day in (8, 9):
                self.run_at(datetime(year, 11, day, 1, 40))
        occasion.invalidate_recordset()
        self.assertEqual(occasion.greeting_ids.mapped("year"), [2028, 2027, 2026])
        self.assertEqual(set(occasion.greeting_ids.mapped("state")), {"sent"})
        self.assertEqual(len(self.mails()), 3)

    def test_corrected_date_is_not_greeted_again(self):
        occasion = self.occasion()
        self.run_at(SUNDAY)
        occasion.write({"day": 20, "month": 12})
        occasion._set_next_date(SUNDAY)
        self.run_at(datetime(2026, 12, 20, 1, 40))
        self.assertEqual(len(self.mails()), 1)
        self.run_at(datetime(2026, 12, 21, 1, 40))
        self.assertEqual(occasion.next_date, date(2027, 12, 20))
        self.assertEqual(occasion.greeting_ids.mapped("state"), ["sent"])

    def test_database_refuses_a_second_line(self):
        occasion = self.occasion()
        self.run_at(SUNDAY)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            occasion._log("greeting")

    def test_two_records_of_one_birthday(self):
        """Entered twice, greeted once; the second says why not."""
        self.occasion()
        second = self.occasion()
        self.run_at(SUNDAY)
        self.assertEqual(len(self.mails()), 1)
        self.assertEqual((second.greeting_ids.state, second.greeting_ids.reason_code), ("skipped", "duplicate"))
        self.assertIn("already", second.greeting_ids.reason)

    def test_two_children_one_day(self):
        """Twins are two birthdays: both greetings go to the mother."""
        self.child()
        self.child(relative_name="An")
        self.run_at(SUNDAY)
        self.assertEqual(
            sorted(self.mails().mapped("subject")), ["Happy birthday to An!", "Happy birthday to Minh!"]
        )

    def test_day_missed(self):
        """The server was down all day: no late greeting, a colleague is told."""
        user = self.colleague
        occasion = self.occasion(user_id=user.id)
        self.run_at(datetime(2026, 11, 9, 1, 40))
        self.assertFalse(self.mails())
        self.assertEqual((occasion.greeting_ids.state, occasion.greeting_ids.reason_code), ("missed", "down"))
        self.assertEqual(occasion.next_date, date(2027, 11, 8))
        self.assertEqual(occasion.activity_ids.user_id, user)
        self.assertIn("Not greeted", occasion.activity_ids.summary)
        self.run_at(datetime(2026, 11, 9, 1, 55))
        self.assertEqual(len(occasion.activity_ids), 1)

    def test_server_back_in_the_evening(self):
        """Up again at 18:00 of the day: better late than never; at 22:00: too late."""
        self.occasion()
        self.run_at(datetime(2026, 11, 8, 11, 0))
        self.assertEqual(len(self.mails()), 1)
        other = self.make_customers(1, email="late@example.com")
        occasion = self.occasion(other)
        self.run_at(datetime(2026, 11, 8, 15, 0))
        self.assertFalse(self.mails(other))
        self.assertEqual((occasion.greeting_ids.state, occasion.greeting_ids.reason_code), ("missed", "held"))
        self.assertEqual(occasion.greeting_ids.interaction_id.state, "denied")
        self.assertTrue(occasion.activity_ids)

    def test_each_on_their_own_clock(self):
        """The customer in Los Angeles is greeted at 8:30 there, 15 hours after Saigon."""
        abroad = self.make_customers(1, tz="America/Los_Angeles", email="la@example.com")
        self.occasion(abroad)
        self.run_at(SUNDAY)
        self.assertFalse(self.mails(abroad))
        self.run_at(datetime(2026, 11, 8, 16, 29))
        self.assertFalse(self.mails(abroad))
        self.run_at(datetime(2026, 11, 8, 16, 30))
        self.assertEqual(len(self.mails(abroad)), 1)

    def test_languages(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        self.env["ir.module.module"]._load_module_terms(["crm_care"], ["vi_VN"])
        vietnamese = self.make_customers(1, email="vi@example.com", lang="vi_VN", name="Trần Văn Ba")
        vietnamese._profile_record({"salutation": "anh"}, source="partner")
        english = self.make_customers(1, email="en@example.com", lang="en_US", name="John")
        self.occasion(vietnamese)
        self.occasion(english)
        self.run_at(SUNDAY)
        self.assertIn("sinh nhật", self.mails(vietnamese).subject)
        self.assertIn("anh Trần Văn Ba", self.mails(vietnamese).body_html)
        self.assertIn("Happy birthday", self.mails(english).subject)

    def test_kinds_have_their_words(self):
        for kind in ("wedding", "first_purchase", "name_day"):
            self.occasion(kind=kind)
            self.run_at(SUNDAY)
        subjects = self.mails().mapped("subject")
        self.assertEqual(len(set(subjects)), 3)

    def test_activity(self):
        user = self.colleague
        occasion = self.occasion(action="both", user_id=user.id, lead_days=3)
        self.run_at(datetime(2026, 11, 4, 1, 0))
        self.assertFalse(occasion.activity_ids)
        for day in (5, 6, 7):
            self.run_at(datetime(2026, 11, day, 1, 0))
        self.assertEqual(len(occasion.activity_ids), 1)
        self.assertEqual(occasion.activity_ids.user_id, user)
        self.assertEqual(occasion.activity_ids.date_deadline, date(2026, 11, 8))
        self.run_at(SUNDAY)
        self.assertEqual(len(self.mails()), 1)
        self.assertEqual(sorted(occasion.greeting_ids.mapped("state")), ["assigned", "sent"])

    def test_activity_in_the_colleague_s_language(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        self.env["ir.module.module"]._load_module_terms(["crm_care"], ["vi_VN"])
        self.colleague.lang = "vi_VN"
        occasion = self.child(user_id=self.colleague.id, action="both")
        self.run_at(datetime(2026, 11, 7, 1, 0))
        self.assertEqual(occasion.activity_ids.summary, "Sinh nhật của Minh (con)")
        self.run_at(datetime(2026, 11, 9, 1, 40))
        self.assertIn("Chưa chúc mừng", " ".join(occasion.activity_ids.mapped("summary")))

    def test_responsible_left(self):
        """The colleague is gone: a manager of the company gets the activity."""
        occasion = self.occasion(action="activity", user_id=self.colleague.id)
        self.colleague.active = False
        new_test_user(
            self.env, login="boss", groups="base.group_user,crm_care.group_manager",
            company_id=self.company.id, company_ids=self.company.ids,
        )
        self.run_at(datetime(2026, 11, 7, 1, 0))
        self.assertTrue(occasion.activity_ids.user_id.has_group("crm_care.group_manager"))

    def test_doubtful_birth_date(self):
        """A disputed date of birth enters no message."""
        self.customer._profile_record({"birth_date": "1990-11-08"}, source="partner")
        occasion = self.customer.occasion_ids
        occasion._set_next_date(EVE)
        self.customer.profile_fact_ids.filtered(lambda fact: fact.value_date).action_dispute()
        self.run_at(SUNDAY)
        self.assertFalse(self.mails())
        self.assertEqual(occasion.greeting_ids.reason_code, "disputed")

    def test_archived_and_remembered(self):
        self.occasion(action="none")
        self.occasion().active = False
        self.run_at(SUNDAY)
        self.run_at(SUNDAY + timedelta(days=1))
        self.assertFalse(self.mails())
        self.assertFalse(self.env["crm.occasion.greeting"].search([("partner_id", "=", self.customer.id)]))

    def test_a_bad_template_spoils_nothing_else(self):
        """One message cannot be made: the others go, the failure is kept, and a colleague learns of it."""
        template = self.env.ref("crm_care.mail_template_birthday").copy({"subject": "{{ 1 / 0 }}"})
        bad = self.occasion(template_id=template.id)
        other = self.make_customers(1, email="good@example.com")
        self.occasion(other)
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            self.run_at(SUNDAY)
            self.assertEqual(len(self.mails(other)), 1)
            self.assertEqual(bad.greeting_ids.state, "held")
            self.run_at(SUNDAY + timedelta(days=1))
        self.assertFalse(self.mails())
        self.assertEqual(bad.greeting_ids.state, "failed")
        self.assertTrue(bad.activity_ids)

    def test_killed_half_way(self):
        """Whatever step the process dies in, its transaction takes line, interaction and message with it."""

        class Killed(BaseException):
            pass

        occasion = self.occasion()
        original = type(occasion)._contact_deliver
        self.patch(type(occasion), "_contact_deliver", lambda records, inter: (original(records, inter), 1 / 0)[0])
        try:
            with self.env.cr.savepoint():
                self.env["crm.occasion"]._run(SUNDAY)
                raise Killed
        except Killed:
            self.env.invalidate_all()
        self.assertFalse(self.mails())
        self.assertFalse(occasion.greeting_ids)
        self.patch(type(occasion), "_contact_deliver", original)
        self.run_at(SUNDAY)
        self.assertEqual(len(self.mails()), 1)

    def test_cron(self):
        self.occasion()
        self.occasion(self.make_customers(1, email="second@example.com"))
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["crm.occasion"]._cron_run(at=SUNDAY, batch=1)
        self.assertEqual(len(self.mails()), 1)

    def run_slowly(self, *moments):
        """The scheduled action from Sunday morning on, one occasion a batch; a greeting takes until the next moment."""
        occasion = type(self.env["crm.occasion"])
        original, clock, later = occasion._do_greet, self.clock, iter(moments)

        def slow(records, at):
            original(records, at)
            clock.move_to(next(later, clock.time_to_freeze))

        self.patch(occasion, "_do_greet", slow)
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["crm.occasion"]._cron_run(batch=1)
        self.env.invalidate_all()

    def test_a_long_run_stops_at_the_quiet_hour(self):
        """A run that lasts into the night does not go on by the clock of the morning."""
        late = self.make_customers(1, email="second@example.com")
        self.occasion()
        second = self.occasion(late)
        with freeze_time(SUNDAY) as self.clock:
            self.run_slowly(datetime(2026, 11, 8, 15, 0))
        self.assertEqual((len(self.mails()), len(self.mails(late))), (1, 0))
        self.assertEqual(second.greeting_ids.interaction_id.state, "denied")

    def test_a_long_run_past_midnight(self):
        """It is the ninth meanwhile: no greeting for the eighth, and the next run says that it was missed."""
        late = self.make_customers(1, email="second@example.com")
        self.occasion()
        second = self.occasion(late)
        monday = datetime(2026, 11, 8, 17, 5)
        with freeze_time(SUNDAY) as self.clock:
            self.run_slowly(monday)
        self.assertEqual((len(self.mails()), len(self.mails(late))), (1, 0))
        self.assertFalse(second.greeting_ids)
        self.run_at(monday)
        self.assertEqual((second.greeting_ids.state, second.greeting_ids.reason_code), ("missed", "down"))

    def test_query_count(self):
        """Fifty take as many queries as ten: that many messages core makes at once; the other steps also a hundred."""
        occasions = self.env["crm.occasion"]
        for partner in self.make_customers(100):
            occasions |= self.occasion(partner, user_id=self.colleague.id)
        for step, at, number in (
            ("greet", SUNDAY, 50), ("advance", SUNDAY + timedelta(days=1), 100), ("assign", EVE, 100)
        ):
            few, many = occasions[:10], occasions[:number]
            with self.subTest(step):
                self.assertSameQueryCount(
                    lambda step=step, at=at, few=few: few._run_step(step, at),
                    lambda step=step, at=at, many=many: many._run_step(step, at),
                )
