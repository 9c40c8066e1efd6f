from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CustomerSurveyCase, LinkMixin

OURS = ("lifecycle", "qualification", "churn")


class AnswerAccessCase(CustomerSurveyCase):
    """Two companies that ask the same questionnaire, and people of each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.far_company = cls.env["res.company"].create({"name": "Far Away"})
        cls.far_program = cls.make_program("quiet", cls.quiet_survey, company_id=cls.far_company.id)
        cls.near = cls.user("answer_near", "sales_team.group_sale_manager", cls.company)
        cls.far = cls.user("answer_far", "sales_team.group_sale_manager", cls.far_company)
        cls.seller = cls.user("answer_seller", "sales_team.group_sale_salesman", cls.company)
        cls.leader = cls.user("answer_leader", "sales_team.group_sale_salesman_all_leads", cls.company)

    @classmethod
    def user(cls, login, groups, company):
        inside = {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        return new_test_user(cls.env, login, groups=groups, **inside)

    def as_user(self, records, user):
        return records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def answered(self, answers=None, **kwargs):
        invitation = self.invite(**kwargs)
        return self.answer(invitation, answers or {"reason": "natural", "liked": "Tay nghề"})


@tagged("post_install", "-at_install")
class TestAnswersOfCompanies(AnswerAccessCase):
    def _assert_hidden(self, user_input, user):
        """Nothing of these answers: neither read, nor found, nor counted, nor their lines."""
        answers, lines = self.as_user(user_input, user), self.as_user(user_input.user_input_line_ids, user)
        for records, names in ((answers, ["email", "state"]), (lines, ["value_text_box", "display_name"])):
            self.assertTrue(records)
            with self.assertRaises(AccessError, msg=records._name):
                records.read(names)
            self.assertFalse(records.search([("id", "in", records.ids)]))
            self.assertFalse(records.search_read([("id", "in", records.ids)], names))
            self.assertEqual(records.search_count([("id", "in", records.ids)]), 0)
        self.assertFalse(answers.formatted_read_group([("id", "in", answers.ids)], ["survey_id"], ["__count"]))
        self.assertFalse(lines.formatted_read_group([("id", "in", lines.ids)], ["question_id"], ["__count"]))
        self.assertFalse(lines.search([("value_text_box", "=", "Tay nghề"), ("user_input_id", "in", answers.ids)]))
        with self.assertRaises(AccessError):
            answers.write({"state": "in_progress"})

    def test_of_a_deleted_customer(self):
        """The invitation goes with its customer: the answers stay with the company that asked."""
        partner = self.make_customers(1)
        user_input = self.answered(partners=partner)
        self.assertEqual(user_input.crm_company_id, self.company)
        # PostgreSQL checks keys of rows made in this very transaction again while it empties them.
        user_input.crm_invitation_id.attempt_ids.unlink()
        user_input.partner_id = False
        self.env.flush_all()
        partner.unlink()
        self.env.invalidate_all()
        self.assertFalse(user_input.crm_invitation_id)
        self.assertEqual(user_input.crm_company_id, self.company)
        self._assert_hidden(user_input, self.far)
        self.assertEqual(self.as_user(user_input, self.near).read(["state"])[0]["state"], "done")
        self.assertIn("Tay nghề", self.as_user(user_input.user_input_line_ids, self.near).mapped("value_text_box"))

    def test_of_a_deleted_invitation(self):
        user_input = self.answered()
        user_input.crm_invitation_id.unlink()
        self.assertEqual(user_input.crm_company_id, self.company)
        self._assert_hidden(user_input, self.far)

    def test_with_an_invitation(self):
        self._assert_hidden(self.answered(), self.far)
        self.assertEqual(self.answered(program=self.far_program).crm_company_id, self.far_company)

    def test_without_an_invitation(self):
        """Who tries a questionnaire out is one company; unknown answers of a survey two companies use are nobody's."""
        create = self.env["survey.user_input"].with_user(self.near).with_company(self.company).sudo().create
        tried = create({"survey_id": self.quiet_survey.id, "test_entry": True})
        self.assertEqual(tried.crm_company_id, self.company)
        unknown = self.env["survey.user_input"].create({"survey_id": self.quiet_survey.id})
        self.assertFalse(unknown.crm_company_id)
        for user in (self.near, self.far):
            self.assertFalse(self.as_user(unknown, user).has_access("read"))
        alone = self.quiet_survey.copy()
        self.assertTrue(
            self.as_user(self.env["survey.user_input"].create({"survey_id": alone.id}), self.far).has_access("read"),
            "no program uses it: as everywhere in Odoo",
        )
        self.far_program.active = False
        self.far_program.survey_id = alone
        mine = self.env["survey.user_input"].create({"survey_id": alone.id})
        self.assertEqual(mine.crm_company_id, self.far_company, "an archived program counts")
        self.assertFalse(self.as_user(mine, self.near).has_access("read"))

    def test_other_surveys_have_none(self):
        survey = self.env["survey.survey"].create({"title": "Internal", "survey_type": "custom"})
        self.assertFalse(self.env["survey.user_input"].with_user(self.near).sudo().create(
            {"survey_id": survey.id}
        ).crm_company_id)


@tagged("post_install", "-at_install")
class TestWords(AnswerAccessCase):
    """What customers wrote is for whoever looks after or asked them, and for managers."""

    def _words(self, user_input, user):
        Line = self.as_user(self.env["survey.user_input.line"], user)
        return Line.search([("user_input_id", "=", user_input.id), ("answer_type", "=", "text_box")])

    def test_whose_words(self):
        user_input = self.answered({"reason": "natural", "liked": "Tay nghề", "recommend": "9"})
        line = user_input.user_input_line_ids.filtered(lambda x: x.answer_type == "text_box")
        self.assertFalse(self._words(user_input, self.seller))
        with self.assertRaises(AccessError):
            self.as_user(line, self.seller).read(["value_text_box", "verbatim", "display_name"])
        for user in (self.near, self.leader):
            self.assertEqual(self._words(user_input, user), line)
        self.customer.user_id = self.seller
        self.assertEqual(self._words(user_input, self.seller), line)

    def test_whose_marks(self):
        """No list, grouped at will, counts the answers that the reports hide: neither marks nor ticks."""
        user_input = self.answered({"reason": "natural", "recommend": "9"})
        lines = user_input.user_input_line_ids
        mine = self.as_user(lines, self.seller)
        domain = [("user_input_id", "=", user_input.id)]
        for names in (["value_scale"], ["suggested_answer_id"], ["answer_text"]):
            with self.assertRaises(AccessError):
                mine.read(names)
        self.assertFalse(mine.search(domain + [("value_scale", ">", 8)]))
        self.assertFalse(mine.formatted_read_group(domain, ["question_id"], ["value_scale:avg", "__count"]))
        answers = self.as_user(user_input, self.seller)
        self.assertFalse(answers.search([("user_input_line_ids.value_scale", "=", 9), ("id", "=", user_input.id)]))
        with self.assertRaises(AccessError):
            answers.read(["access_token"])
        for user in (self.near, self.leader):
            self.assertTrue(self.as_user(lines, user).read(["value_scale"]))
        self.customer.user_id = self.seller
        self.assertEqual(sum(mine.search(domain).mapped("value_scale")), 9)

    def test_account_manager_of_the_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Contact", "email": "contact@example.com", "parent_id": self.make_customers(1).id}
        )
        user_input = self.answered(partners=contact)
        self.assertFalse(self._words(user_input, self.seller))
        contact.parent_id.user_id = self.seller
        self.assertTrue(self._words(user_input, self.seller))

    def test_interviewer(self):
        user_input = self.answered()
        invitation = self.as_user(user_input.crm_invitation_id, self.seller)
        invitation.user_id = self.seller
        self.assertFalse(self._words(user_input, self.seller), "taking a call over shows nothing of what was said")
        user_input.interviewer_id = self.seller
        self.assertTrue(self._words(user_input, self.seller))

    def test_printed(self):
        user_input = self.answered()
        question = self.question(self.quiet_survey, "liked")
        printed = user_input.with_user(self.seller).sudo()._get_print_questions()
        self.assertTrue(printed)
        self.assertNotIn(question, printed)
        self.assertIn(question, user_input.with_user(self.near).sudo()._get_print_questions())

    def test_codes_are_given_by_readers(self):
        tag = self.env["crm.survey.tag"].create({"name": "Thợ giỏi"})
        line = self.answered().user_input_line_ids.filtered(lambda x: x.answer_type == "text_box")
        with self.assertRaises(AccessError):
            self.as_user(line, self.seller).tag_ids = tag
        self.as_user(line, self.leader).tag_ids = tag
        self.assertEqual(line.tag_ids, tag)

    def test_complaints(self):
        invitation = self.invite()
        self.program.follow_up_user_id = self.near
        self.env["crm.survey.follow.up"]._note_complaints({invitation: "Giao trễ"})
        one = invitation.follow_up_ids
        with self.assertRaises(AccessError):
            self.as_user(one, self.seller).read(["complaint"])
        self.assertFalse(self.as_user(one, self.seller).search([("id", "=", one.id)]))
        for user in (self.near, self.leader):
            self.assertEqual(self.as_user(one, user).read(["complaint"])[0]["complaint"], "Giao trễ")
        one.user_id = self.seller
        self.assertTrue(self.as_user(one, self.seller).read(["complaint"]))


@tagged("post_install", "-at_install")
class TestChurnWords(AnswerAccessCase):
    """What customers said on leaving is for whoever looked after them, in single interviews as in sums."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.user("answer_other", "sales_team.group_sale_salesman", cls.company)
        customers = cls.make_customers(8)
        customers.user_id = cls.other
        cls.interviews = cls.env["crm.churn.interview"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "ended_on": "2026-03-15",
                    "state": "done",
                    "primary_reason_id": cls.env.ref("crm_survey.churn_reason_pricing").id,
                    "customer_note": "Gọi mãi không ai nghe",
                }
                for partner in customers
            ]
        )

    def test_whose(self):
        one = self.interviews[0]
        with self.assertRaises(AccessError):
            self.as_user(one, self.seller).read(["customer_note"])
        self.assertFalse(self.as_user(self.interviews, self.seller).search([("id", "in", self.interviews.ids)]))
        for user in (self.other, self.near, self.leader):
            self.assertTrue(self.as_user(one, user).read(["customer_note"])[0]["customer_note"])
        one.interviewer_id = self.seller
        self.assertTrue(self.as_user(one, self.seller).read(["customer_note"]))

    def test_value_of_another_companys_customer(self):
        """A form that is not saved yet tells nothing of what somebody bought from a company one does not work in."""
        self.env["crm.external.transaction"].create(
            {
                "external_ref": "churn-far",
                "partner_id": self.customer.id,
                "company_id": self.far_company.id,
                "date": "2026-03-01",
                "amount": 7000,
            }
        )
        Interview = self.env["crm.churn.interview"]
        real = Interview.create({"partner_id": self.customer.id, "company_id": self.far_company.id})
        self.assertEqual(real.value_lost, 7000)
        values = {"partner_id": self.customer.id, "company_id": self.far_company.id}
        spec = {"partner_id": {}, "value_lost": {}, "value_expected": {}}
        found = self.as_user(Interview, self.near).onchange(values, ["partner_id"], spec)["value"]
        self.assertFalse(found.get("value_lost") or found.get("value_expected"))
        both = [self.company.id, self.far_company.id]
        with self.assertRaises(AccessError):
            Interview.with_user(self.near).with_context(allowed_company_ids=both).onchange(
                values, ["partner_id"], spec
            )

    def test_value_of_a_colleagues_customer(self):
        """Neither a form that is not saved yet nor an interview in one's own name tells what somebody bought."""
        partner = self.make_customers(1)
        partner.user_id = self.other
        self.env["crm.external.transaction"].create(
            {
                "external_ref": "churn-colleague",
                "partner_id": partner.id,
                "company_id": self.company.id,
                "date": "2026-03-01",
                "amount": 7000,
            }
        )
        self.env["crm.lifecycle.status"].search([("partner_id", "=", partner.id)]).unlink()
        self.env["crm.lifecycle.status"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "stage_id": self.env.ref("crm_lifecycle.stage_established").id,
                "expected_amount": 900,
            }
        )
        values = {"partner_id": partner.id, "company_id": self.company.id}
        spec = {"partner_id": {}, "value_lost": {}, "value_expected": {}}
        Interview = self.env["crm.churn.interview"]
        for user, figures in ((self.other, {7000, 900}), (self.seller, {0})):
            found = self.as_user(Interview, user).onchange(values, ["partner_id"], spec)["value"]
            self.assertEqual({found.get("value_lost", 0), found.get("value_expected", 0)}, figures)
        mine = self.as_user(Interview, self.seller).create({**values, "salesperson_id": self.seller.id})
        self.assertFalse(mine.value_lost or mine.value_expected)
        # Whoever was given the interview keeps what it says.
        mine.sudo().write({"value_lost": 50})
        mine.ended_on = "2026-03-20"
        self.assertEqual(mine.value_lost, 50)

    def test_of_nobodys_customer(self):
        one = self.as_user(self.env["crm.churn.interview"], self.seller).create({"partner_id": self.customer.id})
        self.assertFalse(one.salesperson_id)
        one.primary_reason_id = self.env.ref("crm_survey.churn_reason_pricing")
        self.assertTrue(self.as_user(one, self.other).read(["primary_reason_id"]))

    def test_report_is_the_readers(self):
        vals = {"company_id": self.company.id, "date_from": "2026-01-01", "date_to": "2026-12-31"}
        for user in (self.near, self.leader, self.other):
            report = self.as_user(self.env["crm.churn.report"], user).create(vals)
            figures = report._get_figures()
            self.assertEqual((figures["ended"], figures["reasons"]), (8, 8))
            self.assertIn("Gọi mãi không ai nghe", report.body)
            self.assertEqual("Only of customers you look after" in report.body, user == self.other)
        # Days chosen so that a colleague's customer is the only one, or one more than before, tell nothing.
        pricing = self.env.ref("crm_survey.churn_reason_pricing")
        rival = self.env["crm.competitor"].create({"name": "Rival Motors"})
        self.interviews[0].write({"ended_on": "2026-03-16", "competitor_id": rival.id, "value_lost": 4200})
        for days in ({"date_from": "2026-03-16", "date_to": "2026-03-16"}, {"date_from": "2026-03-16"}, {}):
            report = self.as_user(self.env["crm.churn.report"], self.seller).create({**vals, **days})
            self.assertEqual(report._get_figures()["ended"], 0)
            for word in (pricing.name, rival.name, "4,200", "Gọi mãi"):
                self.assertNotIn(word, report.body)
        far = self.as_user(self.env["crm.churn.report"], self.far).create({**vals, "company_id": self.far_company.id})
        self.assertEqual(far._get_figures()["ended"], 0)
        with self.assertRaises(AccessError):
            self.as_user(self.env["crm.churn.report"], self.far).create(vals)._get_figures()


@tagged("post_install", "-at_install")
class TestAddresses(AnswerAccessCase):
    """How to reach somebody is read by their readers, by no other way."""

    def _addresses(self, record, user, values):
        """What a form shows of the address once somebody was put into it."""
        names = [name for name in ("phone", "email") if name in record._fields]
        found = self.as_user(record, user).onchange(values, list(values), {name: {} for name in (*values, *names)})
        return {found["value"][name] for name in names if found["value"].get(name)}

    def test_onchange_with_anothers_contact(self):
        foreign = self.env["res.partner"].create(
            {"name": "Foreign", "phone": "0912000111", "email": "far@example.com", "company_id": self.far_company.id}
        )
        own = self.env["res.partner"].create({"name": "Own", "phone": "0912000222", "email": "own@example.com"})
        saved = self.invite()
        self.env["crm.survey.follow.up"]._note_complaints({saved: "Giao trễ"})
        saved.follow_up_ids.user_id = self.seller
        new, new_follow_up = saved.browse(), saved.follow_up_ids.browse()
        for user, record, field in (
            (self.near, new, "recipient_id"),
            (self.near, new, "partner_id"),
            (self.near, new_follow_up, "partner_id"),
            (self.seller, saved, "recipient_id"),
            (self.seller, saved, "partner_id"),
            (self.seller, saved.follow_up_ids, "partner_id"),
        ):
            with self.subTest(user=user.login, record=record, field=field):
                shown = self._addresses(record, user, {field: foreign.id})
                self.assertFalse(shown & {"0912000111", "far@example.com"})
        for record, user in ((new, self.near), (saved, self.seller)):
            shown = self._addresses(record, user, {"recipient_id": own.id})
            self.assertEqual(shown, {"0912000222", "own@example.com"})

    def test_saved_records(self):
        """A contact that moved to another company takes its number along; the list still opens."""
        self.customer.phone = "0912000333"
        invitations = self.invite() + self.invite(self.make_customers(1))
        self.assertIn("0912000333", self.as_user(invitations, self.seller).mapped("phone"))
        self.customer.company_id = self.far_company
        self.env.invalidate_all()
        rows = self.as_user(invitations, self.seller).read(["phone", "email", "state"])
        self.assertNotIn("0912000333", [row["phone"] for row in rows])
        self.assertEqual(len(rows), 2)


@tagged("post_install", "-at_install")
class TestLinkOfDeletedCustomer(LinkMixin, AnswerAccessCase, HttpCase):
    def test_token_shows_nothing(self):
        """The token of answers whose invitation is gone prints nothing and starts no second participation."""
        invitation = self.invite()
        user_input = self.answer(invitation, {"reason": "natural", "liked": "Tay nghề"})
        survey_token, answer_token = self.tokens(invitation)
        invitation.unlink()
        before = self.env["survey.user_input"].search_count([])
        page = self.url_open(f"/survey/print/{survey_token}?answer_token={answer_token}")
        self.assertNotIn("Tay nghề", page.text)
        self.url_open(f"/survey/retry/{survey_token}/{answer_token}")
        self.assertEqual(self.env["survey.user_input"].search_count([]), before)
        self.assertTrue(user_input.exists())
