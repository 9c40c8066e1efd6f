import io
import json
import zipfile
from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from openpyxl import load_workbook

from .common import ProfileCase
from .test_attacks import INSIDERS

NOW = datetime(2026, 3, 3, 9, 0)


@tagged("post_install", "-at_install")
class TestPurge(ProfileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.attribute = cls.env["crm.profile.attribute"].create(
            {"name": "Short", "code": "purge_short", "value_type": "text", "retention_months": 12}
        )
        cls.company = cls.env["res.company"].search([], order="id", limit=1)
        cls.company.write({"privacy_fact_days": 30, "privacy_log_months": 12})
        cls.log = cls.env["crm.profile.purge.log"]

    def purge(self, as_of):
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["crm.privacy"]._cron_purge(as_of)
        self.env.invalidate_all()

    def counts(self, model="crm.profile.fact", how="purged"):
        return sum(self.log.search([("model", "=", model), ("how", "=", how)]).mapped("number"))

    def test_expired_then_erased(self):
        """Twelve months it counts, thirty days more it is kept, then it is gone and a count remains."""
        fact = self.partner._profile_record({"purge_short": "x"}, "survey", collected_on="2024-01-01")
        self.purge(date(2025, 1, 30))
        self.assertTrue(fact.exists())
        self.purge(date(2025, 1, 31))
        self.assertFalse(fact.exists())
        log = self.log.search([("model", "=", "crm.profile.fact")])
        self.assertEqual((log.attribute_id, log.number, log.day), (self.attribute, 1, date(2025, 1, 31)))
        self.purge(date(2025, 1, 31))
        self.assertEqual(self.counts(), 1)

    def test_no_retention_no_end(self):
        fact = self.partner._profile_record({"vehicle": "Honda"}, "survey", collected_on="1999-01-01")
        fact.attribute_id.retention_months = 0
        self.purge(date(2026, 1, 1))
        self.assertTrue(fact.exists())

    def test_history_goes_too(self):
        """What was superseded is no longer kept than what counts."""
        old = self.partner._profile_record({"purge_short": "x"}, "survey", collected_on="2024-01-01")
        new = self.partner._profile_record({"purge_short": "y"}, "survey", collected_on="2024-11-01")
        self.purge(date(2025, 2, 15))
        self.assertFalse(old.exists())
        self.assertTrue(new.exists())

    def test_mirror_goes_too(self):
        self.attribute.partner_field_id = self.env["ir.model.fields"]._get("res.partner", "function").id
        self.partner._profile_record({"purge_short": "Driver"}, "partner", collected_on="2024-01-01")
        self.assertEqual(self.partner.function, "Driver")
        self.purge(date(2025, 6, 1))
        self.assertFalse(self.partner.function)

    def test_old_read_log(self):
        self.env.cr.execute(
            "INSERT INTO crm_profile_access_log (user_id, day, moment, how, partner_id) "
            "VALUES (%s, %s, %s, 'read', %s)",
            [self.env.uid, date(2024, 1, 1), NOW, self.partner.id],
        )
        self.purge(date(2024, 12, 31))
        self.assertEqual(self.counts("crm.profile.access.log"), 0)
        self.purge(date(2025, 1, 1))
        self.assertEqual(self.counts("crm.profile.access.log"), 1)
        self.assertFalse(self.env["crm.profile.access.log"].search([("partner_id", "=", self.partner.id)]))

    def test_unreviewed_finds(self):
        """What was found and nobody looked at does not wait for ever."""
        find = self.env["crm.profile.intake"].create(
            {
                "partner_id": self.partner.id,
                "attribute_id": self.env.ref("crm_profile.attribute_vehicle").id,
                "value": "Honda",
                "source_ref": "a page",
                "found_on": "2026-01-01",
            }
        )
        self.company.privacy_intake_days = 60
        self.purge(date(2026, 3, 1))
        self.assertTrue(find.exists())
        self.purge(date(2026, 3, 2))
        self.assertFalse(find.exists())
        self.assertEqual(self.counts("crm.profile.intake"), 1)

    def test_in_batches(self):
        from ..models import crm_privacy_purge

        self.patch(crm_privacy_purge, "BATCH", 3)
        partners = self.env["res.partner"].create([{"name": str(number)} for number in range(8)])
        partners._profile_record({"purge_short": "x"}, "survey", collected_on="2020-01-01")
        self.purge(date(2026, 1, 1))
        self.assertEqual(self.counts(), 8)
        self.assertFalse(self.env["crm.profile.fact"].search([("partner_id", "in", partners.ids)]))

    def test_forecast(self):
        """The manager sees how much goes within a month, not whose; others do not."""
        self.partner._profile_record({"purge_short": "x"}, "survey", collected_on="2024-01-01")
        manager = new_test_user(self.env, "purge_manager", groups="crm_profile.group_manager")
        action = self.env["crm.profile.purge.forecast"].with_user(manager).action_open("2025-01-31")
        line = self.env["crm.profile.purge.forecast"].with_user(manager).search(action["domain"])
        self.assertIn((self.attribute, 1, "purged"), [(found.attribute_id, found.number, found.what) for found in line])
        user = new_test_user(self.env, "purge_user", groups="crm_profile.group_user")
        with self.assertRaises(AccessError):
            self.env["crm.profile.purge.forecast"].with_user(user).action_open()
        self.assertTrue(self.partner.profile_fact_ids)

    def test_log_stays(self):
        log = self.log._count_sudo("res.partner", 3, "erased") or self.log.search([], limit=1)
        for attempt in (lambda: log.write({"number": 1}), log.unlink):
            with self.assertRaises(UserError):
                attempt()

    def test_negative_retention_refused(self):
        with self.assertRaises(UserError):
            self.company.privacy_note_months = -1


@tagged("post_install", "-at_install")
class TestCustomerFile(ProfileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(cls.env, "file_officer", groups=f"crm_profile.group_privacy,{INSIDERS}")
        cls.manager = new_test_user(cls.env, "file_manager", groups=f"crm_profile.group_manager,{INSIDERS}")
        cls.partner.write({"email": "nam@example.com", "lang": "en_US"})
        cls.partner._profile_record({"income_band": "10m_20m"}, "survey")
        cls.belief = cls.partner._profile_record({"vehicle": "=Honda"}, "employee")
        cls.belief.write({"note": "my neighbour told me"})

    def unpack(self, data):
        archive = zipfile.ZipFile(io.BytesIO(data))
        return json.loads(archive.read("data.json")), load_workbook(io.BytesIO(archive.read("data.xlsx")))

    def test_everything_and_who_says_so(self):
        name, data = self.partner.with_user(self.officer)._profile_file(NOW)
        content, book = self.unpack(data)
        self.assertTrue(name.endswith(".zip"))
        facts = {row["Attribute"]: row for row in content["data"]["crm.profile.fact"]["rows"]}
        belief = facts[self.belief.attribute_id.name]
        self.assertEqual((belief["Value"], belief["Origin"]), ("=Honda", "Believed by a colleague"))
        self.assertIn(
            "10 to 20 million", json.dumps(content, ensure_ascii=False), "restricted facts are the customer's own"
        )
        shown = json.dumps(content, ensure_ascii=False)
        self.assertNotIn("neighbour", shown, "internal notes speak of others")
        self.assertNotIn(self.env.user.name, shown, "colleagues are not named")
        cells = [cell for page in book for row in page.iter_rows() for cell in row]
        self.assertFalse([cell for cell in cells if cell.data_type == "f"])
        self.assertIn("'=Honda", [cell.value for cell in cells])

    def test_only_this_customer(self):
        other = self.env["res.partner"].create({"name": "Người khác"})
        other._profile_record({"vehicle": "Ferrari"}, "partner")
        content, _book = self.unpack(self.partner.with_user(self.officer)._profile_file(NOW)[1])
        self.assertNotIn("Ferrari", json.dumps(content))

    def test_in_the_customer_s_language(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        self.env["ir.module.module"]._load_module_terms(["crm_profile"], ["vi_VN"])
        self.partner.lang = "vi_VN"
        content, _book = self.unpack(self.partner.with_user(self.officer)._profile_file(NOW)[1])
        self.assertIn("Đồng nghiệp", json.dumps(content, ensure_ascii=False))

    def test_noted(self):
        self.partner.with_user(self.officer)._profile_file(NOW)
        request = self.env["crm.privacy.request"].with_user(self.officer).search([("partner_id", "=", self.partner.id)])
        self.assertEqual((request.user_id, request.by_customer, request.moment), (self.officer, False, NOW))
        log = self.env["crm.profile.access.log"].with_user(self.officer).search([("user_id", "=", self.officer.id)])
        self.assertEqual((log.how, log.attribute_id.code), ("file", "income_band"))

    def test_officers_only(self):
        with self.assertRaises(AccessError):
            self.partner.with_user(self.manager)._profile_file(NOW)
        with self.assertRaises(AccessError):
            self.partner.with_user(self.manager).action_profile_file()
        with self.assertRaises(UserError):
            self.env["crm.privacy.request"].with_user(self.officer).create({"partner_id": self.partner.id})

    def test_other_company_s_customer(self):
        self.partner.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRaises(AccessError):
            self.partner.with_user(self.officer)._profile_file(NOW)

    def test_once_an_hour(self):
        requests = self.env["crm.privacy.request"]
        requests._hand_out_sudo(self.partner, NOW, by_customer=True)
        with self.assertRaises(UserError):
            requests._hand_out_sudo(self.partner, NOW + timedelta(minutes=59), by_customer=True)
        requests._hand_out_sudo(self.partner, NOW + timedelta(minutes=61), by_customer=True)


@tagged("post_install", "-at_install")
class TestErase(ProfileCase):
    def test_a_person_is_forgotten(self):
        other = self.env["res.partner"].create({"name": "Người khác"})
        for partner in (self.partner, other):
            partner._profile_record({"vehicle": "Honda", "income_band": "10m_20m"}, "survey")
        privacy = self.env["crm.privacy"]
        done = privacy._erase_person_sudo(self.partner)
        self.assertEqual(done["crm.profile.fact"], 2)
        self.assertFalse(self.partner.profile_fact_ids)
        self.assertEqual(len(other.profile_fact_ids), 1)
        privacy._anonymise_sudo(self.partner)
        self.assertNotIn("Bình", self.partner.name)
        self.assertFalse(self.partner.active)

    def test_register_covers_the_suite(self):
        """Each stored model of the suite that links to a contact is in the register, with fields that exist."""
        register = self.env["crm.privacy"]._privacy_models()
        for name in ("crm.profile.fact", "crm.competitor.assessment", "crm.profile.access.log", "crm.privacy.request"):
            self.assertIn(name, register)
        for name, settings in register.items():
            fields = self.env[name]._fields
            for key in ("partner", "report", "note_fields", "blank", "mask", "others"):
                wanted = {path.split(".")[0] for path in settings.get(key) or ()}
                self.assertLessEqual(wanted, fields.keys(), (name, key))


@tagged("post_install", "-at_install")
class TestDownload(HttpCase):
    def test_download(self):
        partner = self.env["res.partner"].create({"name": "Web"})
        new_test_user(self.env, "download_officer", groups="base.group_user,crm_profile.group_privacy")
        self.authenticate("download_officer", "download_officer")
        response = self.url_open(f"/crm_profile/file/{partner.id}")
        self.assertEqual(response.headers["Content-Type"], "application/zip")
        self.assertTrue(zipfile.is_zipfile(io.BytesIO(response.content)))
