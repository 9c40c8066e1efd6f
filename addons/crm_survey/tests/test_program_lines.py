from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestProgramLines(CustomerSurveyCase):
    """Which questionnaire a customer gets, and when enough customers like this one have answered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gold = cls.env["crm.value.class"].create(
            {"name": "Vàng", "min_amount": 1000, "company_id": cls.company.id}
        )
        cls.segment = cls.env["crm.segment"].create({"name": "S", "company_id": cls.company.id})
        cls.new_survey = cls.env.ref("crm_survey.survey_new")
        cls.established_survey = cls.env.ref("crm_survey.survey_established")

    def be_gold(self, partners):
        self.env["crm.lifecycle.status"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "stage_id": self.stage["established"].id,
                    "engine_stage_id": self.stage["established"].id,
                    "since": self.at.date(),
                    "reason_code": "orders",
                    "customer_kind": "person",
                    "value_class_id": self.gold.id,
                }
                for partner in partners
            ]
        )

    def join(self, partner):
        self.env["crm.segment.member"].create(
            {
                "segment_id": self.segment.id,
                "company_id": self.company.id,
                "partner_id": partner.id,
                "origin": "rule",
                "entered_on": self.at.date(),
            }
        )

    def plan(self, partners, program=None):
        return (program or self.program)._invite({partner.id: (self.at, False) for partner in partners}, self.at)

    def finish(self, invitations):
        """They answered; the questionnaire itself is tested elsewhere."""
        invitations.write({"state": "done", "final_disposition": "1.1", "due": False})

    # -- questionnaires ----------------------------------------------------------------------------

    def test_first_line_that_fits(self):
        gold, member, english, firm, rest = self.make_customers(5, lang="vi_VN")
        self.be_gold(gold)
        self.join(member)
        self.join(gold)
        english.lang = "en_US"
        firm.is_company = True
        self.program.variant_ids = [
            Command.create({"survey_id": self.new_survey.id, "value_class_ids": [Command.set(self.gold.ids)]}),
            Command.create(
                {"survey_id": self.established_survey.id, "segment_ids": [Command.set(self.segment.ids)]}
            ),
            Command.create({"survey_id": self.churn_survey.id, "customer_kind": "company"}),
            Command.create({"survey_id": self.new_survey.id, "lang": "en_US"}),
        ]
        invitations = self.plan(gold | member | english | firm | rest)
        surveys = {i.partner_id: i.survey_id for i in invitations}
        self.assertEqual(
            surveys,
            {
                gold: self.new_survey,
                member: self.established_survey,
                firm: self.churn_survey,
                english: self.new_survey,
                rest: self.quiet_survey,
            },
        )
        invitations._contact_next(self.at)
        for invitation in invitations:
            self.assertEqual(invitation.user_input_id.survey_id, surveys[invitation.partner_id])
            self.assertEqual(
                self.mails(invitation).subject, invitation.survey_id.with_context(lang=invitation.lang).title
            )

    def test_only_customer_surveys(self):
        plain = self.env["survey.survey"].create({"title": "Party"})
        with self.assertRaises(ValidationError):
            self.program.variant_ids = [Command.create({"survey_id": plain.id})]

    # -- quotas --------------------------------------------------------------------------------------

    def quotas(self, *targets, **values):
        self.program.quota_ids = [
            Command.create({"name": "Gold", "target": targets[0], "value_class_ids": [Command.set(self.gold.ids)]}),
            *[Command.create({"name": "Rest", "target": target}) for target in targets[1:]],
        ]
        self.program.write(values)
        return self.program.quota_ids.sorted("id")

    def test_filled_quota_closes_who_waits(self):
        gold, rest = self.make_customers(4), self.make_customers(2)
        self.be_gold(gold)
        first = self.quotas(1, 10)[:1]
        invitations = self.plan(gold | rest)
        mine = invitations.filtered(lambda i: i.quota_id == first)
        self.assertEqual(mine.partner_id, gold)
        done, sent, planned, to_call = mine
        (done | sent)._contact_next(self.at)
        to_call._queue_call(self.at)
        url = to_call._get_url_sudo()
        self.finish(done)
        self.program._activate(self.at)
        self.program._run(self.later(minutes=5))
        for waiting in (planned, to_call):
            self.assertEqual(
                (waiting.state, waiting.final_disposition, waiting.cancel_reason), ("cancelled", "4.8", "quota")
            )
        self.assertTrue(url)
        self.assertLessEqual(to_call.user_input_id.deadline, fields.Datetime.now())
        self.assertEqual((sent.state, sent.due), ("sent", False), "a link given stays, but nobody is reminded")
        self.assertEqual(set((invitations - mine).mapped("state")), {"sent"}, "other quotas go on")
        more = self.make_customers(1)
        self.be_gold(more)
        self.assertFalse(self.plan(more), "no more are made")

    def test_nobody_outside_the_quotas(self):
        gold, rest = self.make_customers(1), self.make_customers(1)
        self.be_gold(gold)
        self.quotas(5, quota_only=True)
        self.assertEqual(self.plan(gold | rest).partner_id, gold)

    def test_quota_by_filter(self):
        here, there = self.make_customers(1, city="Huế"), self.make_customers(1, city="Hà Nội")
        self.program.quota_ids = [
            Command.create({"name": "Huế", "target": 1, "partner_domain": "[('city', '=', 'Huế')]"})
        ]
        invitations = self.plan(here | there)
        self.assertEqual(
            {i.partner_id: bool(i.quota_id) for i in invitations}, {here: True, there: False}
        )
        with self.assertRaises(ValidationError):
            self.program.quota_ids.partner_domain = "[('no_such_field', '=', 1)]"

    def test_program_ends_when_all_quotas_are_filled(self):
        gold = self.make_customers(2)
        self.be_gold(gold)
        self.quotas(1, quota_only=True)
        self.program._activate(self.at)
        done, waiting = self.plan(gold)
        self.finish(done)
        self.program._run(self.at)
        self.assertEqual((self.program.state, self.program.stop_reason), ("done", "quotas"))
        self.assertEqual(waiting.final_disposition, "4.8")

    def test_answering_wakes_the_job(self):
        self.be_gold(self.customer)
        self.quotas(1)
        invitation = self.invite()
        cron = self.env.ref("crm_survey.ir_cron_run")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.answer(invitation, {"reason": "natural"})
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), before + 1)

    # -- scale ---------------------------------------------------------------------------------------

    def test_queries_do_not_grow(self):
        """Ten customers and a hundred, of all kinds, are sorted into questionnaires and quotas by as many queries."""
        self.program.variant_ids = [
            Command.create({"survey_id": self.new_survey.id, "value_class_ids": [Command.set(self.gold.ids)]}),
            Command.create(
                {"survey_id": self.established_survey.id, "segment_ids": [Command.set(self.segment.ids)]}
            ),
            Command.create({"survey_id": self.churn_survey.id, "customer_kind": "company"}),
            Command.create({"survey_id": self.new_survey.id, "lang": "en_US"}),
        ]
        self.quotas(1000, 1000)
        self.program.quota_ids = [
            Command.create({"name": "Huế", "target": 1000, "sequence": 1, "partner_domain": "[('city', '=', 'Huế')]"}),
            Command.create({"name": "S", "target": 1000, "segment_ids": [Command.set(self.segment.ids)]}),
        ]
        groups = []
        for number in (2, 20):  # of each kind
            gold, member, english, firm, there = (
                self.make_customers(number, **values)
                for values in ({}, {}, {"lang": "en_US"}, {"is_company": True}, {"city": "Huế", "lang": "vi_VN"})
            )
            self.be_gold(gold)
            for partner in member:
                self.join(partner)
            groups.append(gold | member | english | firm | there)
        few, many = groups
        self.assertEqual((len(few), len(many)), (10, 100))
        self.assertSameQueryCount(lambda: self.plan(few), lambda: self.plan(many))
        invitations = self.plan(many)
        self.assertEqual(
            {survey: len(mine) for survey, mine in invitations.grouped("survey_id").items()},
            {self.new_survey: 40, self.established_survey: 20, self.churn_survey: 20, self.quiet_survey: 20},
        )
        self.assertEqual(len(invitations.quota_id), 3, "in whichever quota comes first")
