"""Imported purchases: matching, idempotence, access."""

from datetime import date

from odoo.addons.crm_contact_policy.tests.common import QueryCountMixin
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError


@tagged("post_install", "-at_install")
class TestExternalTransaction(QueryCountMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True, "mail_create_nolog": True})
        vietnam = cls.env.ref("base.vn")
        cls.company = cls.env["res.company"].create({"name": "Cửa hàng Sao Mai", "country_id": vietnam.id})
        cls.other = cls.env["res.company"].create({"name": "Other", "country_id": vietnam.id})
        cls.manager = new_test_user(
            cls.env,
            "ledger_manager",
            "sales_team.group_sale_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, [cls.company.id])],
        )
        cls.lan = cls.env["res.partner"].create(
            {
                "name": "Lan",
                "ref": "K1",
                "email": "Lan@Example.com",
                "phone": "0903112233",
                "country_id": vietnam.id,
                "company_id": cls.company.id,
            }
        )
        cls.product = cls.env["product.product"].create({"name": "Dầu nhớt", "default_code": "DN01", "barcode": "893"})
        cls.transactions = cls.env["crm.external.transaction"].with_user(cls.manager)

    def load(self, *rows, **options):
        return self.transactions._import_rows(self.company, rows, **options)

    def row(self, reference="A1", **values):
        return {"external_ref": reference, "customer": "K1", "date": "2025-05-01", "amount": "100", **values}

    def imported(self):
        return self.env["crm.external.transaction"].search([("company_id", "=", self.company.id)], order="external_ref")

    def test_values_are_stored(self):
        result = self.load(self.row(quantity=2, product="DN01", channel="Phone", note="first"))
        self.assertEqual((result.created, result.rejected, result.partners), (1, 0, 1))
        record = self.imported()
        self.assertRecordValues(
            record,
            [
                {
                    "external_ref": "A1",
                    "partner_id": self.lan.id,
                    "date": date(2025, 5, 1),
                    "amount": 100,
                    "quantity": 2,
                    "product_id": self.product.id,
                    "channel_id": self.env.ref("crm_contact_policy.channel_phone").id,
                    "note": "first",
                    "currency_id": self.company.currency_id.id,
                }
            ],
        )

    def test_the_same_again_changes_nothing(self):
        rows = [self.row("A1", note="x"), self.row("A2", customer="K2", email="new@example.com", quantity=3)]
        self.load(*rows)
        before = self.imported().read()
        result = self.load(*rows)
        self.assertEqual((result.created, result.updated, result.unchanged, result.partners_created), (0, 0, 2, 0))
        self.assertEqual(self.imported().read(), before)

    def test_a_changed_line_is_updated(self):
        self.load(self.row())
        result = self.load(self.row(amount="250", note="corrected"))
        self.assertEqual((result.created, result.updated, result.unchanged), (0, 1, 0))
        self.assertRecordValues(self.imported(), [{"amount": 250, "note": "corrected"}])

    def test_references_are_per_company(self):
        self.load(self.row())
        self.env["crm.external.transaction"]._import_rows(self.other, [self.row()])
        both = self.env["crm.external.transaction"].search([("external_ref", "=", "A1")])
        self.assertEqual(both.company_id, self.company | self.other)
        self.assertEqual(len(both.partner_id), 2, "K1 of one company is out of the other's reach")

    def test_reference_is_unique(self):
        self.load(self.row())
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.imported().copy()

    def test_matching_in_order(self):
        code = self.env["res.partner"].create({"name": "By id"})
        self.env["ir.model.data"].create(
            {"module": "__import__", "name": "K7", "model": "res.partner", "res_id": code.id}
        )
        mail = self.env["res.partner"].create({"name": "By mail", "email": "mail@example.com"})
        self.load(
            self.row("1", customer="__import__.K7"),
            self.row("2", customer="K7"),
            self.row("3", customer="K1", email="mail@example.com"),
            self.row("4", customer=None, email="LAN@example.com "),
            self.row("5", customer=None, phone="+84 903 112 233"),
            self.row("6", customer=None, phone=903112233.0),
            self.row("7", customer="K9", email="mail@example.com"),
            self.row("8", customer="mail@example.com"),
        )
        self.assertEqual(self.imported().mapped("partner_id.id"), list(dict.fromkeys([code.id, self.lan.id, mail.id])))
        self.assertEqual(
            [record.partner_id for record in self.imported()],
            [code, code, self.lan, self.lan, self.lan, self.lan, mail, mail],
        )

    def test_another_code_is_another_customer(self):
        result = self.load(self.row(customer="K2", email="lan@example.com", name="Lan's sister"))
        self.assertEqual(result.partners_created, 1)
        self.assertEqual(self.imported().partner_id.mapped("ref"), ["K2"])

    def test_ambiguous_is_rejected(self):
        self.env["res.partner"].create(
            {"name": "Lan's shop", "phone": "0903 112 233", "country_id": self.company.country_id.id}
        )
        result = self.load(self.row(customer=None, phone="0903112233"))
        self.assertEqual((result.created, result.rejected), (0, 1))
        message = self.transactions._import_message(result.errors[0])
        self.assertIn("fits 2 contacts", message)
        self.assertIn("Lan's shop", message)

    def test_contacts_of_one_customer_are_not_ambiguous(self):
        company = self.env["res.partner"].create({"name": "Garage", "is_company": True, "email": "office@garage.com"})
        self.env["res.partner"].create({"name": "Desk", "parent_id": company.id, "email": "office@garage.com"})
        self.load(self.row(customer=None, email="office@garage.com"))
        self.assertEqual(self.imported().partner_id, company)

    def test_missing_customers(self):
        refused = self.load(self.row(customer="K2"), create_partners=False)
        self.assertEqual([error.code for error in refused.errors], ["customer_unknown"])
        rows = [
            self.row("1", customer="K2", name="Hùng", email="hung@example.com", phone="0912 345 678"),
            self.row("2", customer="K2"),
            self.row("3", customer=None, phone="+84912345678"),
            self.row("4", customer=None, email="nobody@example.com"),
        ]
        preview = self.load(*rows, dry_run=True)
        self.assertEqual((preview.created, preview.partners_created, preview.partners), (4, 2, 2))
        self.assertFalse(self.imported())
        result = self.load(*rows)
        self.assertEqual(result, preview)
        hung, nobody = self.imported().partner_id
        self.assertRecordValues(
            hung | nobody,
            [
                {"name": "Hùng", "ref": "K2", "email": "hung@example.com", "company_id": self.company.id},
                {
                    "name": "nobody@example.com",
                    "ref": False,
                    "email": "nobody@example.com",
                    "company_id": self.company.id,
                },
            ],
        )

    def test_wrong_lines_do_not_hold_up_the_good_ones(self):
        result = self.load(
            self.row("1"),
            self.row("2", date="2099-01-01"),
            self.row("3", amount="ten"),
            self.row("4", product="unknown thing"),
            self.row("5", channel="smoke signal"),
            self.row("6", customer=None, phone="12"),
            self.row("7", customer=None, email="not an address"),
            self.row("1"),
        )
        self.assertEqual((result.created, result.rejected), (1, 7))
        self.assertEqual(
            [(error.line, error.field, error.code) for error in result.errors],
            [
                (2, "date", "date_future"),
                (3, "amount", "number_unreadable"),
                (4, "product", "product_unknown"),
                (5, "channel", "channel_unknown"),
                (6, "phone", "phone_invalid"),
                (7, "email", "email_invalid"),
                (8, "external_ref", "duplicate"),
            ],
        )
        for error in result.errors:
            self.assertNotIn("%", self.transactions._import_message(error))

    def test_customers_are_queued_as_an_import(self):
        dirty = self.env["crm.lifecycle.dirty"]
        dirty.search([]).unlink()
        self.load(self.row())
        self.assertRecordValues(
            dirty.search([("partner_id", "=", self.lan.id)]), [{"company_id": self.company.id, "cause": "import"}]
        )
        dirty.search([]).unlink()
        self.load(self.row())
        self.assertFalse(dirty.search([]), "nothing changed")
        self.imported().amount = 5
        self.assertEqual(dirty.search([]).partner_id, self.lan)
        dirty.search([]).unlink()
        self.imported().unlink()
        self.assertEqual(dirty.search([]).partner_id, self.lan)

    def test_queries_do_not_grow(self):
        def rows(count):
            return [self.row(f"Q{number}", customer=f"N{number % 2}") for number in range(count)]

        self.assertSameQueryCount(
            lambda: self.load(*rows(10), dry_run=True), lambda: self.load(*rows(100), dry_run=True)
        )
        self.assertSameQueryCount(lambda: self.load(*rows(10)), lambda: self.load(*rows(100)))

    def test_only_managers_of_the_company_import(self):
        salesperson = new_test_user(
            self.env,
            "ledger_seller",
            "sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[(6, 0, [self.company.id])],
        )
        with self.assertRaises(AccessError):
            self.transactions.with_user(salesperson)._import_rows(self.company, [self.row()])
        with self.assertRaises(AccessError):
            self.transactions._import_rows(self.other, [self.row()])
        self.env["crm.external.transaction"]._import_rows(self.other, [self.row()])
        self.assertFalse(self.transactions.search([]), "another company's purchases are not to be seen")
        with self.assertRaises(AccessError):
            self.env["crm.external.transaction.import"].with_user(salesperson).create({})

    def test_customer_of_another_company_is_refused(self):
        stranger = self.env["res.partner"].create({"name": "Stranger", "company_id": self.other.id, "ref": "S1"})
        result = self.load(self.row(customer="S1"), create_partners=False)
        self.assertEqual([error.code for error in result.errors], ["customer_unknown"])
        with self.assertRaises(UserError):
            self.env["crm.external.transaction"].create(
                {"external_ref": "x", "partner_id": stranger.id, "company_id": self.company.id, "amount": 1}
            )

    def test_merging_customers_keeps_their_purchases(self):
        twin = self.env["res.partner"].create({"name": "Lan twin", "ref": "K3", "company_id": self.company.id})
        self.load(self.row("1"), self.row("2", customer="K3"))
        self.env["base.partner.merge.automatic.wizard"]._merge([self.lan.id, twin.id], self.lan)
        self.assertEqual(len(self.imported()), 2)
        self.assertEqual(self.imported().partner_id, self.lan)
