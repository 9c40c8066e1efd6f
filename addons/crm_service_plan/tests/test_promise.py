from datetime import date, datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_sla import SlaCase

RECEIVED = datetime(2026, 3, 2, 1, 0)  # Monday 08:00 in Ho Chi Minh City
LATER = datetime(2026, 3, 4, 1, 0)  # Wednesday 08:00: two working days on


@tagged("post_install", "-at_install")
class TestPromise(SlaCase):
    """A case that was there before its contract."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sla.for_contracts = True

    def contract(self, **vals):
        return self.env["crm.service.contract"].create(
            {
                "name": "Gold",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "sla_ids": [(6, 0, self.sla.ids)],
                "start_date": date(2026, 3, 1),
                "kind": "unlimited",
                **vals,
            }
        )

    def notes(self, case):
        return " ".join(str(body) for body in case.message_ids.mapped("body"))

    def test_the_contract_begins_while_the_case_is_open(self):
        """The promise counts from that moment, not from a time when nothing was promised; the case says why."""
        case = self.make_case(RECEIVED)
        self.assertEqual((case.sla_id, case.solve_state), (self.env["crm.service.sla"], "none"))
        self.assertIn("no contract", case.promise_reason)
        contract = self.contract().with_context(service_at=LATER)
        contract.action_start()
        self.assertEqual((case.contract_id, case.sla_id, case.promised_from), (contract, self.sla, LATER))
        self.assertEqual((case.solve_state, case.solve_used), ("running", 0.0), "the two days before do not count")
        self.assertEqual(case.response_deadline, LATER + timedelta(hours=2))
        self.assertIn(contract.number, case.promise_reason)
        self.assertIn("3/4/26", case.promise_reason.replace("03/04/2026", "3/4/26"))
        self.assertIn("from this moment", self.notes(case))
        case.with_context(service_at=LATER + timedelta(hours=3)).action_wait()
        self.assertEqual(case.solve_used, 3.0)

    def test_a_contract_that_begins_later(self):
        """Confirmed today, first day in three days: the form says so, and the daily run keeps it, once."""
        today = self.company._service_today()
        case = self.make_case(datetime.combine(today, datetime.min.time()) - timedelta(days=3))
        contract = self.contract(start_date=today + timedelta(days=3))
        contract.action_start()
        self.assertFalse(case.contract_id)
        self.assertIn(contract.number, case.promise_reason)
        self.run_cron("crm.service.contract", "_cron_daily", as_of=today + timedelta(days=2))
        self.assertFalse(case.contract_id)
        self.run_cron("crm.service.contract", "_cron_daily", as_of=today + timedelta(days=3))
        self.assertEqual((case.contract_id, case.sla_id), (contract, self.sla))
        self.assertTrue(case.promised_from)
        case.contract_id = False  # a person decides otherwise
        self.assertFalse(case.sla_id or case.promised_from)
        self.run_cron("crm.service.contract", "_cron_daily", as_of=today + timedelta(days=4))
        self.assertFalse(case.contract_id, "not given back")

    def test_a_promise_given_before_stays(self):
        general = self.sla.copy({"name": "For all", "for_contracts": False, "solve_hours": 30})
        case = self.make_case(RECEIVED)
        self.assertEqual(case.sla_id, general)
        contract = self.contract().with_context(service_at=LATER)
        contract.action_start()
        self.assertEqual((case.contract_id, case.sla_id), (contract, general))
        self.assertFalse(case.promised_from)
        self.assertIn("stays", self.notes(case))

    def test_only_what_the_contract_is_about(self):
        """Other assets, other customers, closed cases, another company's: untouched."""
        named = self.make_case(RECEIVED, asset_id=self.asset.id)
        bare = self.make_case(RECEIVED)
        stranger = self.make_case(RECEIVED, partner_id=self.make_customers(1, name="Other").id)
        closed = self.make_case(RECEIVED)
        closed.action_cancel()
        elsewhere = self.make_case(
            RECEIVED, company_id=self.env["res.company"].create({"name": "Else"}).id, team_id=False
        )
        contract = self.contract(asset_ids=[(6, 0, self.asset.ids)])
        contract.action_start()
        self.assertEqual(named.contract_id, contract)
        self.assertFalse((bare | stranger | closed | elsewhere).contract_id)

    def test_the_customer_becomes_known_later(self):
        """A report from the public form: whose it is turns out afterwards, and so does the promise."""
        self.contract().action_start()
        case = self.make_case(RECEIVED, partner_id=False)
        self.assertIn("which customer", case.promise_reason)
        case.with_context(service_at=RECEIVED + timedelta(hours=1)).partner_id = self.customer
        self.assertEqual(case.sla_id, self.sla)
        self.assertEqual(case.solve_used, 1.0, "it was promised when the case came in")

    def test_the_customer_becomes_known_with_the_team(self):
        """Both are written at once, as by a coordinator who sorts what came in: the promise comes along."""
        self.contract().action_start()
        case = self.make_case(RECEIVED, partner_id=False)
        team = case.team_id.copy()
        case.with_context(service_at=LATER).write({"partner_id": self.customer.id, "team_id": team.id})
        self.assertEqual(case.sla_id, self.sla)

    def test_not_by_hand(self):
        case = self.make_case(RECEIVED)
        with self.assertRaises(UserError):
            case.with_user(self.worker).promised_from = LATER
        with self.assertRaises(UserError):
            self.contract().with_user(self.env.ref("base.user_admin")).began_on = date(2026, 1, 1)

    def test_queries(self):
        """As many queries to say why for thirty cases as for three."""
        cases = self.env["crm.service.case"].concat(*(self.make_case(RECEIVED) for _ in range(30)))
        contract = self.contract(start_date=self.company._service_today() + timedelta(days=9))
        contract.action_start()
        self.assertSameQueryCount(lambda: cases[:3].mapped("promise_reason"), lambda: cases.mapped("promise_reason"))
