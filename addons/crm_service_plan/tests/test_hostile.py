from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tests.common import new_test_user
from odoo.tools import mute_logger

from .common import ServicePlanCase
from .test_booking import MONDAY, StaffCase, utc


class HostileCase(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager, cls.seller, cls.client = [
            new_test_user(
                cls.env,
                f"hostile_{group.rpartition('.')[2]}",
                groups=group,
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for group in ("crm_service_plan.group_manager", "sales_team.group_sale_salesman", "base.group_portal")
        ]


@tagged("post_install", "-at_install")
class TestForged(HostileCase):
    """By RPC nobody writes what the engine keeps, nor figures that cannot be."""

    def test_engine_fields_of_a_visit(self):
        visit = self.make_visit(8).with_user(self.an)
        forged = {
            "access_token": "known",
            "confirm_date": "2020-01-01 00:00:00",
            "coverage_code": "unlimited",
            "covered": "yes",
            "done_date": "2020-01-01",
            "is_sensitive": True,
            "planned_date": "2020-01-01",
            "timer_hours": 55,
            "total_cost": 5,
            "upsell_won": 9,
        }
        for name, value in forged.items():
            with self.subTest(name=name):
                with self.assertRaises(UserError):
                    visit.write({name: value})
                with self.assertRaises(UserError):
                    visit.create({"name": "x", "partner_id": self.customer.id, name: value})
        with self.assertRaises(UserError):
            visit.write({"booking_ids": [(5,)]})

    def test_covered_visit_out_of_nothing(self):
        contract = self.env["crm.service.contract"].create(
            {"name": "Two", "partner_id": self.customer.id, "kind": "visits", "included": 2, "start_date": MONDAY}
        )
        contract.action_start()
        with self.assertRaises(UserError):
            self.env["crm.service.visit"].with_user(self.an).create(
                {"name": "x", "partner_id": self.customer.id, "contract_id": contract.id, "covered": "yes", "hours": 99}
            )
        contract._recount_sudo()
        self.assertEqual((contract.used_visits, contract.used_hours), (0, 0))

    def test_figures_that_cannot_be(self):
        visit = self.make_visit(8).with_user(self.an)
        for vals in (
            {"hours": -5},
            {"hours": 1e6},
            {"hours": float("nan")},
            {"hours": float("inf")},
            {"duration": -1},
            {"price": -5},
            {"cost": -7},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError), self.env.cr.savepoint():
                visit.write(vals)
        today = self.company._service_today()
        for vals in (
            {"hours": 1e6},
            {"cost": -5},
            {"done_date": today + timedelta(days=1)},
            {"done_date": date(1999, 1, 1)},
            {"meter": -4},
            {"meter": 1e15},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError), self.env.cr.savepoint():
                self.env["crm.service.visit.finish"].with_user(self.an).create(
                    {"visit_id": visit.id, **vals}
                ).action_done()
        self.assertEqual(visit.state, "due")

    def test_two_tabs(self):
        visit = self.make_visit(8)
        one, two = (
            self.env["crm.service.visit.finish"]
            .with_user(self.an)
            .create([{"visit_id": visit.id, "hours": hours} for hours in (1, 2)])
        )
        one.action_done()
        with self.assertRaises(UserError):
            two.action_done()
        self.assertEqual(visit.hours, 1)
        self.assertEqual(len(self.env["crm.interaction"].search([("res_id", "=", visit.id)])), 1)
        with self.assertRaises(AccessError):
            one.with_user(self.binh).action_done()

    def test_line_onto_a_finished_visit(self):
        done, coming = self.make_visit(8), self.make_visit(9)
        done._finish(MONDAY)
        line = self.env["crm.service.visit.line"].with_user(self.an).create({"visit_id": coming.id, "name": "Brakes"})
        with self.assertRaises(UserError):
            line.visit_id = done

    def test_meter_judges_itself(self):
        """Whoever enters a reading does not judge it; a changed one is judged anew; the asset only follows."""
        Reading = self.env["crm.service.meter.reading"].with_user(self.an)
        first = Reading.create({"asset_id": self.asset.id, "value": 1000, "date": date(2026, 1, 1)})
        forged = Reading.create(
            {"asset_id": self.asset.id, "value": 5, "date": date(2026, 2, 1), "state": "accepted", "doubt": False}
        )
        self.assertEqual((first.state, forged.state, forged.doubt), ("accepted", "questioned", "backwards"))
        for vals in ({"state": "accepted"}, {"doubt": False}):
            with self.assertRaises(UserError):
                forged.write(vals)
        forged.action_accept()
        self.assertEqual(forged.state, "accepted")
        later = Reading.create({"asset_id": self.asset.id, "value": 2000, "date": date(2026, 3, 1)})
        later.value = 1
        self.assertEqual((later.state, self.asset.meter_value), ("questioned", 5))
        for vals in ({"value": 1e30}, {"date": date(2099, 1, 1)}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError), self.env.cr.savepoint():
                Reading.create({"asset_id": self.asset.id, "value": 2000, "date": date(2026, 3, 1), **vals})
        for vals in ({"meter_value": 9}, {"meter_rate": 9e9}):
            with self.assertRaises(UserError):
                self.asset.with_user(self.an).write(vals)

    def test_slots_of_another_company(self):
        stranger = self.env["res.company"].create({"name": "Another"})
        with self.assertRaises(UserError):
            self.env["crm.service.slot.search"].with_user(self.an).create(
                {"company_id": stranger.id, "task_ids": [(6, 0, self.task.ids)], "partner_id": self.customer.id}
            ).action_search()

    def test_no_opportunity_by_a_customer(self):
        visit = self.make_visit(8, asset_id=False, partner_id=self.client.partner_id.id)
        with self.assertRaises(AccessError):
            visit.with_user(self.client).action_create_lead()
        self.assertFalse(visit.lead_ids)
        visit.with_user(self.an).action_create_lead()
        self.assertEqual(len(visit.lead_ids), 1)

    def test_portal_reads_nothing_of_ours(self):
        contract = self.env["crm.service.contract"].create(
            {"name": "Two", "partner_id": self.client.partner_id.id, "start_date": MONDAY}
        )
        contract.action_start()
        for name in ("renewal_lead_id", "is_lost", "reason_id", "error", "renew_days"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                contract.with_user(self.client).read([name])


@tagged("post_install", "-at_install")
class TestHealthLeaks(HostileCase):
    """A visit of a health plan stays with those who may: in no list, report, case, activity or ledger of others."""

    def test_nowhere(self):
        plan = self.env["crm.service.plan"].create(
            {"name": "SECRETPLAN", "is_sensitive": True, "task_ids": [(0, 0, {"name": "SECRETTASK", "interval": 3})]}
        )
        self.an.group_ids |= self.env.ref("crm_service_plan.group_health")
        patient = self.make_customers(1, name="Patient")
        case = self.env["crm.service.case"].create({"name": "Question", "partner_id": patient.id})
        visit = self.make_visit(
            8,
            name="SECRETTASK",
            asset_id=False,
            partner_id=patient.id,
            case_id=case.id,
            plan_ids=[(6, 0, plan.ids)],
            task_ids=[(6, 0, plan.task_ids.ids)],
        )
        product = self.env["product.product"].create({"name": "Vaccine"})
        self.env["crm.service.visit.part"].create({"visit_id": visit.id, "product_id": product.id})
        self.subscribe(self.env["crm.service.asset"], plan=plan)
        self.env["crm.service.subscription"].create(
            {"partner_id": patient.id, "plan_id": plan.id, "company_id": self.company.id, "start_date": MONDAY}
        )
        visit.action_schedule()
        visit.action_send_invite()
        self.assertTrue(visit.booking_ids)
        visit._finish(MONDAY, hours=1, note="SECRETNOTE")
        visit._create_lead_sudo()
        self.env.flush_all()
        self.env.invalidate_all()
        for user in (self.binh, self.manager, self.seller):
            found = self._what_is_told(user, visit)
            self.assertFalse(found, user.login)
        self.assertTrue(self._what_is_told(self.an, visit), "those with the right see it: the search is no dummy")

    def _what_is_told(self, user, visit):
        found = []
        extra = {"crm.interaction", "mail.message", "mail.activity", "crm.lead", "rating.rating", "ir.attachment"}
        for name in sorted(self.env.registry):
            Model = self.env[name].with_user(user)
            if not (name.startswith("crm.service.") or name in extra) or Model._abstract or Model._transient:
                continue
            if not Model.has_access("read"):
                continue
            names = [n for n, f in Model._fields.items() if f.type in ("char", "text", "html")]
            names = [n for n in names if Model._has_field_access(Model._fields[n], "read")]
            links = {"visit_id", "task_id", "plan_id"} & Model._fields.keys()
            for record in Model.search([]):
                for word in [str(record[n] or "") for n in names]:
                    if "SECRET" in word:
                        found.append((name, record.id, word[:40]))
                if any(record[link].sudo().is_sensitive for link in links - {"task_id"}):
                    found.append((name, record.id, "link"))
        return found


@tagged("post_install", "-at_install")
class TestOpenVisits(HostileCase):
    """What becomes of open visits when something around them ends."""

    def test_contract_ended(self):
        terms = {"partner_id": self.customer.id, "kind": "visits", "included": 5, "start_date": MONDAY}
        first, second = self.env["crm.service.contract"].create([{"name": n, **terms} for n in ("First", "Second")])
        first.action_start()
        today = self.company._service_today()
        day = today + timedelta(days=5)
        visit = self.make_visit(due_date=day, planned_start=self.company._service_moment(day, 9))
        self.assertEqual((visit.contract_id, visit.is_covered), (first, True))
        second.action_start()
        first._end(today, keep=True)
        self.assertEqual((visit.contract_id, visit.is_covered), (second, True), "the other contract takes over")
        second._end(today, keep=True)
        self.assertFalse(visit.contract_id)
        self.assertFalse(visit.is_covered)

    def test_contract_started_after_the_visit_was_made(self):
        day = self.company._service_today() + timedelta(days=5)
        visit = self.make_visit(due_date=day, planned_start=self.company._service_moment(day, 9), price=100)
        self.env.flush_all()
        self.assertEqual((visit.contract_id.id, visit.charge), (False, 100))
        contract = self.env["crm.service.contract"].create(
            {"name": "Late", "partner_id": self.customer.id, "start_date": MONDAY, "included": 1}
        )
        contract.action_start()
        self.assertEqual((visit.contract_id, visit.charge), (contract, 0))

    def _due_visit(self, **plan):
        self.plan.write({"missed_policy": "skip", **plan})
        subscription = self.subscribe(self.asset)
        self.env["crm.service.planner"]._run(date(2026, 4, 1), self.company)
        return subscription, subscription.occurrence_ids.visit_id

    def test_agreed_day_beyond_the_window_is_kept(self):
        subscription, visit = self._due_visit()
        day = visit.window_end + timedelta(days=10)
        visit.write({"planned_start": utc(9, day), "user_id": self.an.id, "is_exception": True})
        visit.action_schedule()
        self.env["crm.service.planner"]._run(visit.window_end + timedelta(days=2), self.company)
        self.assertEqual((visit.state, len(visit.booking_ids)), ("scheduled", 1), "no machine gives up a person's word")
        self.env["crm.service.planner"]._run(day + timedelta(days=1), self.company)
        self.assertEqual(visit.state, "missed", "nobody came on the agreed day")

    def test_deleted_visit_leaves_its_service(self):
        subscription, visit = self._due_visit(missed_policy="keep")
        first = visit.occurrence_ids
        with self.assertRaises(AccessError):
            visit.with_user(self.an).unlink()
        self.assertEqual(first.state, "visit")
        visit.with_user(self.manager).unlink()
        self.assertEqual((first.state, first.visit_id.id), ("planned", False))
        self.env["crm.service.planner"]._run(date(2026, 4, 2), self.company)
        self.assertTrue(first.visit_id, "nothing is lost: another visit is made")

    def test_deleted_subscription_takes_untouched_visits_along(self):
        subscription, visit = self._due_visit()
        subscription.with_user(self.manager).unlink()
        self.assertEqual(visit.state, "cancelled", "nobody is reminded of it")

    def test_open_visits_are_not_hidden(self):
        visit = self.make_visit(8)
        visit.action_schedule()
        with self.assertRaises(UserError):
            visit.with_user(self.an).action_archive()
        visit.action_cancel()
        visit.with_user(self.an).action_archive()
        self.assertFalse(visit.active)

    def test_transfer_reaches_every_branch(self):
        """Whoever hands the asset over, at whatever branch: the former owner keeps no visit and no link."""
        branches = self.env["res.company"].create([{"name": n, "parent_id": self.company.id} for n in ("A", "B")])
        user = new_test_user(
            self.env,
            "hostile_branch",
            groups="crm_service_plan.group_user",
            company_id=branches[0].id,
            company_ids=[(6, 0, branches[0].ids)],
        )
        visit = self.make_visit(8, company_id=branches[1].id)
        token, buyer = visit.access_token, self.make_customers(1, name="Buyer")
        self.asset.with_user(user).with_context(allowed_company_ids=branches[0].ids).partner_id = buyer
        self.assertEqual(visit.partner_id, buyer)
        self.assertNotEqual(visit.access_token, token)

    def test_together_at_daylight_saving(self):
        self.company.partner_id.tz = "Europe/Berlin"
        moment, day = self.company._service_moment, date(2026, 3, 30)
        visit = self.make_visit(due_date=date(2026, 3, 27), planned_start=moment(date(2026, 3, 27), 9.5))
        self.env["crm.service.proposal"].new({"day": day})._move_to(visit, visit.planned_start)
        self.assertEqual(visit.planned_start, moment(day, 9.5), "the same hour on the wall")

    def test_moved_by_hand_is_checked(self):
        """Dragged while not yet scheduled: the same checks as scheduled; an agreed exception passes, never twice."""
        today = self.company._service_today()
        day = today + timedelta(days=7 - today.weekday())
        moment = self.company._service_moment
        window = {"due_date": day, "window_start": day, "window_end": day + timedelta(days=2)}
        visit = self.make_visit(planned_start=moment(day, 9), **window).with_user(self.an)
        for bad in (moment(day, 3), moment(day + timedelta(days=3), 9), moment(day + timedelta(days=5), 9)):
            with self.subTest(bad=bad), self.assertRaises(UserError), self.env.cr.savepoint():
                visit.planned_start = bad
        visit.planned_start = moment(day + timedelta(days=1), 9)
        visit.write({"planned_start": moment(day + timedelta(days=3), 9), "is_exception": True})
        visit.is_exception = False
        with self.assertRaises(UserError):
            visit.action_schedule()
        visit.is_exception = True
        visit.action_schedule()
        other = self.make_visit(planned_start=moment(day, 9), **window).with_user(self.an)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            other.write({"planned_start": visit.planned_start, "is_exception": True})

    def test_overdue_is_planned_as_soon_as_can_be(self):
        today = self.company._service_today()
        day = today + timedelta(days=7 - today.weekday())
        visit = self.make_visit(window_end=today - timedelta(days=9), due_date=today - timedelta(days=10))
        visit.with_user(self.an).planned_start = self.company._service_moment(day, 9)
        visit.action_schedule()
        self.assertEqual(visit.state, "scheduled")

    def test_29_february(self):
        self.task.with_context(service_apply_now=True).write({"interval": 12, "timing": "fixed"})
        subscription = self.subscribe(self.asset, start=date(2024, 2, 29))
        days = [o.due_date for o in subscription.occurrence_ids.sorted("due_date")]
        self.assertTrue(days)
        for day in days:
            self.assertEqual(day, date(day.year, 3, 1) - timedelta(days=1), "the last day of February")


@tagged("post_install", "-at_install")
class TestStrangeInput(ServicePlanCase, HttpCase):
    """Bytes no text has, markup, foreign words: refused or shown as they are, never an error page."""

    def post(self, path, **data):
        return self.url_open(path, {"csrf_token": Request.csrf_token(self), **data})

    def test_nul(self):
        self.company.service_form = True
        self.env["website"].search([]).write({"company_id": self.company.id}) if "website" in self.env else None
        self.authenticate(None, None)
        answer = self.post("/service/report", issue="Engine\x00 stops", text="\x00", email="a@example.com")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(self.env["crm.service.case"].search([("name", "=", "Engine stops")]))
        self.assertEqual(self.url_open("/service/answers?search=%00x").status_code, 200)
        user = new_test_user(self.env, "nul_portal", groups="base.group_portal")
        self.asset.partner_id = user.partner_id
        visit = self.env["crm.service.visit"].create(
            {"name": "Oil", "asset_id": self.asset.id, "company_id": self.company.id, "due_date": fields.Date.today()}
        )
        self.authenticate("nul_portal", "nul_portal")
        for path, key in (("move", "wish"), ("slot", "start"), ("rate", "feedback")):
            reply = self.post(f"/my/visits/{visit.id}/{path}", **{key: "a\x00b", "rate": "5"})
            self.assertEqual(reply.status_code, 200, path)

    def test_markup_is_text(self):
        """Typed markup stands as text in the case, its messages, and what colleagues are told."""
        case = self.env["crm.service.case"]._report_public_sudo(
            self.company,
            {"issue": "<script>alert(1)</script>", "text": "<img src=x onerror=alert(1)>", "email": "a@example.com"},
        )
        case._customer_reply("<script>alert(2)</script>")
        case.partner_id = self.customer
        self.customer.user_id = self.env.user
        case._tell_salesperson_sudo()
        bodies = " ".join(str(m.body) for m in case.message_ids)
        self.assertNotIn("<script", bodies)
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            mail = self.env.ref("crm_service_plan.mail_template_case_alarm")._render_field("body_html", case.ids)
        self.assertNotIn("<script>alert", mail[case.id])
        self.assertIn("<script>", case.name, "kept as typed")
