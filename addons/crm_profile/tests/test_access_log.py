from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_attacks import INSIDERS, AttackCase


@tagged("post_install", "-at_install")
class TestAccessLog(AttackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.confidant = new_test_user(
            cls.env, "log_confidant", groups=f"crm_profile.group_restricted,crm_profile.group_export,{INSIDERS}"
        )
        cls.officer = new_test_user(cls.env, "log_officer", groups=f"crm_profile.group_privacy,{INSIDERS}")

    def lines(self, **values):
        """The log's lines of the confidant, as a privacy officer sees them."""
        domain = [("user_id", "=", self.confidant.id), *((name, "=", value) for name, value in values.items())]
        return self.env["crm.profile.access.log"].with_user(self.officer).search(domain)

    def as_confidant(self, record):
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_user(self.confidant)

    def test_each_way_leaves_a_line(self):
        fact = self.secret
        ways = {
            "read": lambda: self.as_confidant(fact).read(["value_text"]),
            "web_read": lambda: self.as_confidant(fact).web_read({"value_display": {}}),
            "search_read": lambda: self.as_confidant(fact).search_read([("id", "=", fact.id)], ["partner_id"]),
            "profile page": lambda: self.as_confidant(self.partner).web_read({"profile_html": {}}),
            "in python": lambda: self.as_confidant(fact).value_display,
        }
        for way, look in ways.items():
            with self.subTest(way):
                self.env.cr.execute("DELETE FROM crm_profile_access_log")
                look()
                line = self.lines()
                self.assertEqual((line.partner_id, line.attribute_id, line.how), (self.partner, self.attribute, "read"))
                look()
                self.assertEqual(len(self.lines()), 1, "one line a day")

    def test_export_report_and_counts(self):
        self.as_confidant(self.secret).export_data(["value_key"])
        self.assertEqual(self.lines(how="export").partner_id, self.partner)
        self.as_confidant(self.secret).formatted_read_group([], ["value_key"], ["__count"])
        self.assertIn(self.attribute, self.lines(how="group").attribute_id)
        report = self.env["ir.actions.report"].create(
            {
                "name": "R",
                "model": "res.partner",
                "report_name": "crm_profile.attack_report",
                "report_type": "qweb-html",
            }
        )
        self.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "key": "crm_profile.attack_report",
                "name": "R",
                "arch": "<t t-name='x'><t t-foreach='docs' t-as='doc'><t t-out='doc.profile_html'/></t></t>",
            }
        )
        html, _kind = self.as_confidant(report)._render_qweb_html(report.report_name, self.partner.ids)
        self.assertIn("Zyzzyva", html.decode())
        self.assertEqual(self.lines(how="report").partner_id, self.partner)

    def test_looking_for_a_value(self):
        """Who asks who has it learns it without reading; whatever number of facts is found."""
        facts = self.as_confidant(self.env["crm.profile.fact"])
        asked = [("partner_id", "=", self.partner.id), ("value_key", "ilike", "zyzzyva")]
        for look in (facts.search, facts.search_count, lambda domain: facts._read_group(domain, ["attribute_id"])):
            self.env.cr.execute("DELETE FROM crm_profile_access_log")
            self.assertTrue(look(asked))
            self.assertEqual((self.lines().partner_id, self.lines().how), (self.partner, "group"))
        many = self.env["res.partner"].create([{"name": f"N{number}"} for number in range(90)])
        many._profile_record({"attack_secret": "many"}, "survey")
        groups = self.as_confidant(facts)._read_group([("value_key", "=", "many")], ["attribute_id"], ["__count"])
        self.assertEqual(groups, [(self.attribute, 90)])
        self.assertEqual(self.lines(partner_id=False).attribute_id, self.attribute)

    def test_what_leaves_none(self):
        """Open facts, programs, titles."""
        self.as_confidant(self.open).read(["value_text"])
        self.as_confidant(self.secret).read(["display_name"])
        self.as_confidant(self.secret).sudo().read(["value_text"])
        self.as_confidant(self.secret).formatted_read_group([], ["attribute_id"], ["__count"])
        self.assertFalse(self.lines())

    def test_no_value_in_it(self):
        self.as_confidant(self.secret).read(["value_text"])
        self.env.cr.execute("SELECT l::text FROM crm_profile_access_log l")
        self.assertNotIn("zyzzyva", str(self.env.cr.fetchall()).casefold())

    def test_append_only_and_for_officers_only(self):
        self.as_confidant(self.secret).read(["value_text"])
        line = self.lines()
        for user in (self.confidant, self.officer, self.env.ref("base.user_admin"), self.env.ref("base.user_root")):
            logs = self.env["crm.profile.access.log"].with_user(user)
            for attempt in (
                lambda logs=logs: logs.browse(line.id).write({"how": "group"}),
                lambda logs=logs: logs.browse(line.id).unlink(),
                lambda logs=logs: logs.create({"user_id": self.env.uid, "day": "2026-01-01", "how": "read"}),
            ):
                with self.subTest(user=user.login), self.assertRaises(UserError):
                    attempt()
        with self.assertRaises(AccessError):
            self.env["crm.profile.access.log"].with_user(self.confidant).search([])

    def test_who_is_an_officer(self):
        """No other group makes one a privacy officer, or an exporter of everything."""
        for name in ("group_privacy", "group_export"):
            group = self.env.ref(f"crm_profile.{name}")
            self.assertFalse(group.all_implied_by_ids - group)

    def test_cheap(self):
        """A hundred facts need as many statements as ten, and a second look writes nothing."""
        partners = self.env["res.partner"].create([{"name": f"N{number}"} for number in range(100)])
        facts = partners._profile_record({"attack_secret": "x"}, "survey")

        def look(number):
            return self.queryCount(lambda: facts[:number].with_user(self.confidant).read(["value_text"]))

        look(1)  # groups and rules are remembered from now on
        self.assertEqual(look(10), look(100))
        facts.with_user(self.confidant).read(["value_text"])
        self.assertEqual(len(self.lines()), 100)
