"""At the counter: customers found by phone however it is written, and sales to nobody."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import TODAY, LifecycleCase


@tagged("post_install", "-at_install")
class TestCounter(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.vn")
        cls.an = cls.env["res.partner"].create({"name": "Nguyễn Văn An", "phone": "+84 901-234-567"})
        cls.seller = new_test_user(
            cls.env, "counter.seller", "sales_team.group_sale_salesman", company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.manager = new_test_user(
            cls.env, "counter.manager", "sales_team.group_sale_manager", company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.Finder = cls.env["crm.customer.finder"].with_user(cls.seller)

    def test_however_it_is_written(self):
        partners = self.env["res.partner"].with_user(self.seller)
        for text in ("0901234567", "0901 234 567", "+84901234567", "(090) 123-4567", "0901.234.567"):
            with self.subTest(text=text):
                self.assertIn(self.an.id, [found[0] for found in partners.name_search(text)])
                self.assertIn(self.an, partners.search([("phone_mobile_search", "ilike", text)]))
                self.assertEqual(self.Finder.create({"phone": text}).found_ids, self.an)
        for text in ("0901234568", "09", "An 0901234567 x", "' OR 1=1 --"):
            with self.subTest(text=text):
                self.assertFalse(partners.search([("phone_key", "ilike", text)]))

    def test_the_stage_is_shown_while_typing(self):
        self.buy(self.an, self.company._lifecycle_today())
        self.run_all(self.company._lifecycle_today())
        typed = self.env["crm.customer.finder"].new({"phone": "0901234567"})
        self.assertEqual(typed.found_ids.mapped("lifecycle_stage_code"), ["new"])

    def test_several_and_a_part_of_a_number(self):
        wife = self.env["res.partner"].create({"name": "Chị Ba", "phone": "0901234567"})
        finder = self.Finder.create({"phone": "0901234567"})
        self.assertEqual((finder.found_ids, finder.is_exact), (self.an | wife, True))
        part = self.Finder.create({"phone": "1234567"})
        self.assertEqual((part.found_ids, part.is_exact), (self.an | wife, False))
        self.assertFalse(self.Finder.create({"phone": "0"}).found_ids)

    def test_create_by_name_and_phone(self):
        form = Form(self.Finder)
        form.phone = "0912 000 111"
        self.assertEqual((form.number, form.found_count), ("+84912000111", 0))
        form.name = "  Trần Thị Bé "
        action = form.save().action_create()
        partner = self.env["res.partner"].browse(action["res_id"])
        self.assertEqual((partner.name, partner.phone_sanitized), ("Trần Thị Bé", "+84912000111"))
        for values in (
            {"phone": "0912000111", "name": "Ai đó"},  # has it already
            {"phone": "abc", "name": "Ai đó"},
            {"phone": "0912000112", "name": " "},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.Finder.create(values).action_create()

    def test_other_companies_customers_stay_hidden(self):
        other = self.env["res.company"].create({"name": "Khác"})
        self.an.company_id = other
        self.assertFalse(self.Finder.create({"phone": "0901234567"}).found_ids)

    def test_a_colleagues_look_is_his_own(self):
        finder = self.env["crm.customer.finder"].create({"phone": "0901234567"})
        with self.assertRaises(AccessError):
            finder.with_user(self.seller).read(["phone"])

    def rows(self, user=None, **values):
        self.env.flush_all()
        domain = [("company_id", "=", self.company.id)]
        report = self.env["crm.sale.anonymous"].with_user(user or self.env.user)
        return report.with_context(allowed_company_ids=self.company.ids).search(domain)

    def test_sales_to_a_walk_in_contact_are_sales_to_nobody(self):
        walk_in = self.env["res.partner"].create({"name": "Khách lẻ"})
        contact = self.env["res.partner"].create({"name": "Quầy 2", "parent_id": walk_in.id, "type": "other"})
        self.buy(walk_in, 3, amount=100.0)
        self.buy(contact, 3, amount=50.0)
        self.buy(self.an, 2, 1, amount=300.0)
        self.buy(self.an, 1, amount=-20.0)  # a return is no sale
        self.assertEqual(set(self.rows().mapped("is_anonymous")), {False})
        self.company.lifecycle_walk_in_ids = walk_in
        self.env.invalidate_all()
        rows = self.rows()
        self.assertEqual(sorted(rows.mapped("anonymous_amount")), [0, 0, 50, 100])
        [(share, amount)] = self.env["crm.sale.anonymous"]._read_group(
            [("company_id", "=", self.company.id)], [], ["anonymous_share:avg", "amount:sum"]
        )
        self.assertEqual((share, amount), (0.5, 750.0))
        document = rows.filtered("is_anonymous")[:1].action_open_document()
        self.assertEqual(document["res_model"], "crm.external.transaction")

    def test_the_report_is_read_only_and_of_ones_own_companies(self):
        self.buy(self.an, 1)
        self.assertEqual(len(self.rows(self.manager)), 1)
        for call in (lambda rows: rows.write({"amount": 1}), lambda rows: rows.unlink()):
            with self.assertRaises(AccessError):
                call(self.rows(self.manager))
        other = self.env["res.company"].create({"name": "Khác"})
        self.buy(self.an, 1, company=other)
        self.env.flush_all()
        found = self.env["crm.sale.anonymous"].with_user(self.manager).search([])
        self.assertEqual(found.company_id, self.company)

    def test_engine_knows_nothing_of_it(self):
        """The sources that the stages are made from give known customers only."""
        self.buy(self.an, 1)
        self.env.flush_all()
        self.run_all(TODAY)
        self.assertFalse(self.env["crm.transaction"].search([("partner_id", "=", False)], limit=1))
