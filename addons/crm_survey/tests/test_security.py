import io
import json
import re
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CustomerSurveyCase, LinkMixin

SECRET = "Chỉ mình tôi biết"
SCRIPT = "<script>alert(1)</script>"
FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "＝1+1")


class SecurityCase(LinkMixin, CustomerSurveyCase, HttpCase):
    """A customer with an open link, and browsers that know nothing yet."""

    def setUp(self):
        super().setUp()
        self.invitation = self.invite()
        self.user_input = self.invitation.user_input_id
        self.invitation.expires_on = self.user_input.deadline = fields.Datetime.now() + timedelta(days=9)
        self.survey_token, self.answer_token = self.tokens(self.invitation)
        self.new_browser()

    def new_browser(self):
        self.opener.cookies.clear()

    def begin(self):
        return self.rpc(f"/survey/begin/{self.survey_token}/{self.answer_token}", {})

    def submit(self, code, value, **params):
        question = self.question(self.quiet_survey, code)
        return self.rpc(
            f"/survey/submit/{self.survey_token}/{self.answer_token}",
            {"question_id": question.id, str(question.id): value, **params},
        )

    def said(self):
        self.user_input.invalidate_recordset()
        return {line.question_id.code: line for line in self.user_input.user_input_line_ids}


@tagged("post_install", "-at_install")
class TestScanner(SecurityCase):
    """What programs do that open every link of a message."""

    def test_scanner_opens_every_link(self):
        body = self.mails(self.invitation).body_html
        links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', body)]
        paths = {re.sub(r"^https?://[^/]+", "", link) or "/" for link in links}
        self.assertTrue([path for path in paths if self.answer_token in path])
        page = self.url_open(self.start_url(self.invitation))
        # A thorough one follows what it finds on the page, too, the targets of forms included.
        paths |= set(re.findall(r'(?:href|action)="(/survey[^"]+)"', page.text))
        self.assertTrue([path for path in paths if path.startswith("/survey/decline/")])
        before = self._everything()
        for path in sorted(paths):
            self.opener.head(self.base_url() + path, timeout=30, allow_redirects=True)
            self.new_browser()
            self.url_open(path)
        self.assertEqual(self._everything(), before)

    def _everything(self):
        self.env.invalidate_all()
        user_input = self.user_input
        return (
            self.invitation.read(["state", "final_disposition", "due", "step", "writeback_state"]),
            user_input.read(["state", "start_datetime", "lang_id", "last_displayed_page_id", "user_input_line_ids"]),
            self.env["survey.user_input"].search_count([]),
            self.env["crm.interaction"].search_count([]),
            self.env["crm.contact.consent"].search_count([]),
        )

    def test_scanner_in_the_middle(self):
        """Half-way, too, opening the link leaves everything as it is."""
        self.begin()
        self.submit("reason", str(self.label(self.quiet_survey, "reason", "moved").id))
        before = self._everything()
        for path in (self.start_url(self.invitation), f"/survey/{self.survey_token}/{self.answer_token}"):
            self.new_browser()
            self.opener.head(self.base_url() + path, timeout=30, allow_redirects=True)
            self.url_open(path)
        self.assertEqual(self._everything(), before)


@tagged("post_install", "-at_install")
class TestForwarded(SecurityCase):
    """A link that was forwarded half-way."""

    def setUp(self):
        super().setUp()
        self.begin()
        self.submit("reason", str(self.label(self.quiet_survey, "reason", "moved").id))
        self.submit("liked", SECRET)
        self.liked = self.question(self.quiet_survey, "liked")

    def _ways_back(self):
        return (
            self.url_open(f"/survey/{self.survey_token}/{self.answer_token}?previous_page_id={self.liked.id}").text,
            str(
                self.rpc(
                    f"/survey/next_question/{self.survey_token}/{self.answer_token}",
                    {"previous_page_id": self.liked.id},
                )
            ),
            str(self.submit("disliked", "", previous_page_id=self.liked.id)),
        )

    def test_the_customer_goes_back(self):
        self.assertTrue(all(SECRET in page for page in self._ways_back()))

    def test_nobody_else_does(self):
        self.new_browser()
        self.assertNotIn(SECRET, self.url_open(self.start_url(self.invitation)).text)
        self.assertFalse([page for page in self._ways_back() if SECRET in page])
        # The last way back made that question the current one: it is shown, without what was said.
        page = self.url_open(self.start_url(self.invitation)).text
        self.assertNotIn(SECRET, page)

    def test_the_interview_is_finished_by_link(self):
        """What an employee began on the phone, the customer ends on the own device."""
        self.new_browser()
        page = self.url_open(self.start_url(self.invitation)).text
        self.assertIn(f'name="question_id" value="{self.question(self.quiet_survey, "disliked").id}"', page)
        for code in ("disliked", "satisfaction", "elsewhere", "recommend", "refer", "channel"):
            if self.question(self.quiet_survey, code):
                self.submit(code, "")
        self.assertEqual(self.said()["liked"].value_text_box, SECRET)
        self.assertEqual(self.user_input.state, "done")

    def test_not_for_search_engines(self):
        """Should a link stand somewhere in public, its page is not indexed."""
        self.assertIn('content="noindex, nofollow"', self.url_open(self.start_url(self.invitation)).text)

    def test_decline_half_way(self):
        page = self.url_open(self.start_url(self.invitation)).text
        response = self.url_open(
            f"/survey/decline/{self.survey_token}/{self.answer_token}",
            data={"csrf_token": self.csrf(page), "never_again": "1"},
        )
        self.assertIn("o_crm_survey_message", response.text)
        self.invitation.invalidate_recordset()
        self.assertEqual((self.invitation.state, self.invitation.final_disposition), ("refused", "2.12"))
        self.assertEqual(self.said()["liked"].value_text_box, SECRET)


@tagged("post_install", "-at_install")
class TestForgedAnswers(SecurityCase):
    """Answers no page would send."""

    def setUp(self):
        super().setUp()
        self.begin()

    def _assert_refused(self, code, value):
        with self.subTest(code=code, value=str(value)[:40]):
            result = self.submit(code, value)
            self.assertEqual(result[1].get("error"), "validation")
            self.assertNotIn(code, self.said())

    def test_refused(self):
        foreign = self.label(self.churn_survey, "primary_reason", "pricing").id
        other_question = self.label(self.quiet_survey, "channel", "phone").id
        for code, value in (
            ("recommend", "11"),
            ("recommend", "-1"),
            ("recommend", "ten"),
            ("satisfaction", "0"),
            ("reason", str(foreign)),
            ("reason", str(other_question)),
            ("reason", "x"),
            ("reason", {"1": ["2"]}),
            ("liked", "x" * 10_001),
            ("liked", {"a": "b"}),
        ):
            self._assert_refused(code, value)

    def test_questions_of_another_survey_are_not_saved(self):
        question = self.question(self.churn_survey, "words")
        self.rpc(
            f"/survey/submit/{self.survey_token}/{self.answer_token}",
            {"question_id": self.question(self.quiet_survey, "liked").id, str(question.id): SECRET},
        )
        self.assertFalse(self.user_input.user_input_line_ids.filtered(lambda line: line.question_id == question))

    def test_numbers_and_tables(self):
        survey = self.env.ref("crm_survey.survey_volume")
        share, parts = self.question(survey, "share"), self.question(survey, "parts")
        row, column = parts.matrix_row_ids[0].id, parts.suggested_answer_ids[0].id
        for value in ("nan", "inf", "1e999", "many"):
            self.assertTrue(share.validate_question(value), value)
        self.assertFalse(share.validate_question("40"))
        self.assertFalse(parts.validate_question({str(row): [str(column)]}))
        for value in ({"0": [str(column)]}, {str(row): ["0"]}, {str(row): str(column)}, [str(column)]):
            self.assertTrue(parts.validate_question(value), value)


@tagged("post_install", "-at_install")
class TestReaders(SecurityCase):
    """Who reads answers, and what they look like when they are attacks."""

    def _reader(self, *groups):
        return new_test_user(
            self.env,
            f"reader_{len(groups)}",
            groups=",".join(groups) or "base.group_portal",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def _call_kw(self, model, method, args):
        return self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps({"params": {"model": model, "method": method, "args": args, "kwargs": {}}}),
            headers={"Content-Type": "application/json"},
        ).json()

    def _calls(self):
        user_input, lines = self.user_input, self.user_input.user_input_line_ids
        return (
            ("survey.user_input", "read", [user_input.ids, ["access_token"]]),
            ("survey.user_input", "search_read", [[], ["access_token"]]),
            ("survey.user_input", "write", [user_input.ids, {"quality_state": "set_aside"}]),
            ("survey.user_input", "export_data", [user_input.ids, ["access_token"]]),
            ("survey.user_input.line", "read", [lines.ids, ["value_text_box"]]),
            ("survey.user_input.line", "export_data", [lines.ids, ["value_text_box"]]),
            ("survey.survey", "read", [self.quiet_survey.ids, ["access_token"]]),
            ("survey.question", "read", [self.quiet_survey.question_ids.ids, ["title"]]),
            ("crm.survey.invitation", "read", [self.invitation.ids, ["state"]]),
            ("crm.survey.invitation", "action_cancel", [self.invitation.ids]),
            ("crm.survey.invitation", "action_open_survey", [self.invitation.ids]),
            ("crm.survey.invitation", "_get_url_sudo", [self.invitation.ids]),
            ("crm.survey.review", "create", [[{"decision": "set_aside", "reason": "x"}]]),
            ("survey.survey", "_create_answer", [self.quiet_survey.ids]),
        )

    @mute_logger("odoo.http")
    def test_portal_and_public_call_nothing(self):
        self.answer(self.invitation, {"liked": SECRET})
        self._reader()
        for login in (None, "reader_0"):
            self.authenticate(login, login)
            for model, method, args in self._calls():
                with self.subTest(login=login, model=model, method=method):
                    response = self._call_kw(model, method, args)
                    self.assertIn("error", response)
                    self.assertNotIn(SECRET, str(response))
                    self.assertNotIn(self.answer_token, str(response))
        self.user_input.invalidate_recordset()
        self.assertEqual(self.user_input.quality_state, "none")

    def test_portal_customer_and_another_ones_link(self):
        """A signed-in customer sees nothing by the link of another."""
        self.answer(self.invitation, {"liked": SECRET})
        self._reader()
        self.authenticate("reader_0", "reader_0")
        for url in (
            self.start_url(self.invitation),
            f"/survey/print/{self.survey_token}?answer_token={self.answer_token}",
            f"/survey/retry/{self.survey_token}/{self.answer_token}",
            f"/survey/results/{self.quiet_survey.id}",
            f"/survey/{self.survey_token}/{self.answer_token}",
        ):
            self.assertNotIn(SECRET, self.url_open(url).text, url)

    def test_scripts_reach_no_lead(self):
        """Beside survey_crm: it makes no lead of a customer's answers, and ours escape what they write."""
        survey = self.env.ref("crm_survey.survey_lead_person").copy()
        if "generate_lead" in self.env["survey.question.answer"]._fields:
            self.label(survey, "when", "now").generate_lead = True
        restricted = self.env["crm.profile.attribute"].search(
            [("sensitivity", "=", "restricted"), ("value_type", "=", "text"), ("for_person", "=", True)], limit=1
        )
        secret = self.env["survey.question"].create(
            {
                "survey_id": survey.id,
                "title": "Secret",
                "question_type": "text_box",
                "target_kind": "attribute",
                "target_attribute_id": restricted.id,
                "code": "secret",
            }
        )
        self.assertTrue(secret.is_restricted)
        customer = self.make_customers(1)
        lead = self.env["crm.lead"].create({"name": "Lead", "partner_id": customer.id, "company_id": self.company.id})
        leads = self.env["crm.lead"].search_count([])
        invitation = self.invite(customer, program=self.make_program("prospect", survey))
        self.answer(invitation, {"when": "now", "questions": SCRIPT, "secret": SECRET})
        invitation._write_back()
        self.assertEqual(invitation.writeback_state, "done", invitation.writeback_error)
        self.assertEqual(self.env["crm.lead"].search_count([]), leads)
        self.assertNotIn("<script", lead.description)
        self.assertIn("alert(1)", lead.description)
        for everything in self.env["crm.lead"].search([("partner_id", "=", customer.id)]):
            self.assertNotIn(SECRET, str(everything.read()))

    def _export(self, kind, model, records):
        data = {
            "model": model,
            "fields": [{"name": "display_name", "label": "Answer", "type": "char"}],
            "ids": records.ids,
            "domain": [],
            "groupby": [],
            "import_compat": False,
            "context": {},
        }
        page = self.url_open(f"/web/export/{kind}", data={"data": json.dumps(data), "csrf_token": self._csrf()})
        self.assertEqual(page.status_code, 200)
        return page.content

    def _csrf(self):
        return re.search(r'csrf_token: "([^"]+)"', self.url_open("/odoo").text).group(1)

    def test_formulas_are_exported_as_text(self):
        from openpyxl import load_workbook  # noqa: PLC0415  # only this test reads a workbook

        invitations = self.invite(self.make_customers(len(FORMULAS)))
        for invitation, formula in zip(invitations, FORMULAS, strict=True):
            self.answer(invitation, {"liked": formula})
        lines = invitations.user_input_id.user_input_line_ids
        self.assertEqual(len(lines), len(FORMULAS))
        self._reader("crm_survey.group_manager", "base.group_allow_export", "crm_profile.group_export")
        self.authenticate("reader_3", "reader_3")
        text = self._export("csv", "survey.user_input.line", lines).decode("utf-8-sig")
        cells = [row.strip('"') for row in text.splitlines()[1:]]
        self.assertEqual(len(cells), len(FORMULAS))
        self.assertTrue(all(cell.startswith("'") for cell in cells), cells)
        sheet = load_workbook(io.BytesIO(self._export("xlsx", "survey.user_input.line", lines))).active
        exported = [cell for (cell,) in sheet.iter_rows(min_row=2)]
        self.assertEqual(len(exported), len(FORMULAS))
        self.assertFalse([cell.value for cell in exported if cell.data_type == "f"])
        self.assertTrue(all(str(cell.value).startswith("'") for cell in exported), [c.value for c in exported])
