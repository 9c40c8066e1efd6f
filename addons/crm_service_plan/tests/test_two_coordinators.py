import threading
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

MORNING = datetime(2031, 3, 3, 3, 0)


@tagged("post_install", "-at_install", "database_breaking")
class TestTwoCoordinators(BaseCase):
    """Two coordinators, two real connections, one person and one lift: one of them gets the time."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._env(cr)
            partner = env["res.partner"].create({"name": "Two at Once"})
            kind = env["crm.service.resource.type"].create({"name": "Two at Once"})
            company = env.ref("base.main_company")
            lift = env["resource.resource"].create(
                {
                    "name": "Two at Once",
                    "resource_type": "material",
                    "service_type_id": kind.id,
                    "company_id": company.id,
                }
            )
            values = {
                "partner_id": partner.id,
                "company_id": company.id,
                "due_date": MORNING.date(),
                "planned_start": MORNING,
                "is_exception": True,
            }
            admin = env.ref("base.user_admin").id
            person = [{**values, "name": name, "user_id": admin} for name in ("One", "Two")]
            tool = [
                {**values, "name": name, "user_id": False, "resource_ids": [(6, 0, lift.ids)]}
                for name in ("Three", "Four")
            ]
            booked = [
                {**values, "name": name, "user_id": admin, "planned_start": MORNING + timedelta(hours=hours)}
                for name, hours in (("Five", 2), ("Six", 4))
            ]
            visits = env["crm.service.visit"].create([*person, *tool, *booked])
            self.ids, self.partner_id, self.lift_id, self.kind_id = visits.ids, partner.id, lift.id, kind.id
            visits[4:].action_schedule()
            self.users = [
                new_test_user(env, f"coordinator_{name}", groups="crm_service_plan.group_user").id
                for name in ("one", "two")
            ]
        self.addCleanup(self._remove)

    def _env(self, cr, uid=SUPERUSER_ID):
        return api.Environment(cr, uid, {"tracking_disable": True, "mail_create_nolog": True})

    def _remove(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            env["crm.service.visit"].browse(self.ids).unlink()
            env["resource.resource"].browse(self.lift_id).unlink()
            env["crm.service.resource.type"].browse(self.kind_id).unlink()
            users = env["res.users"].browse(self.users)
            partners = env["res.partner"].browse(self.partner_id) | users.partner_id
            users.unlink()
            partners.unlink()

    def _race(self, ids, book=lambda visit: visit._book()):
        """Book both visits from two threads whose snapshots were taken before either commits.

        :param book: what each coordinator does, as the web client calls it: tried again when the other was in the way
        """
        results, ready = [], threading.Barrier(2, timeout=20)

        def run(visit):
            cr = visit.env.cr
            visit.read(["state"])
            ready.wait()
            try:
                retrying(lambda: book(visit), visit.env)  # commits, as a request does
                results.append("booked")
            except UserError:
                cr.rollback()
                results.append("refused")

        with self.registry.cursor() as first, self.registry.cursor() as second:
            # Odoo's runner holds the lock of registries, threads would wait for it: trying again forgets what was read,
            # but does not ask for the registry, which is the same. The environments are made here for the same reason.
            transaction = type(self._env(first).transaction)
            threads = []
            for cr, visit_id, uid in zip((first, second), ids, self.users, strict=True):
                cr.execute("SET LOCAL lock_timeout = '20s'")
                visit = self._env(cr, uid)["crm.service.visit"].browse(visit_id)
                threads.append(threading.Thread(target=run, args=(visit,)))
            with patch.object(transaction, "reset", transaction.clear):
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join(60)
        with self.registry.cursor() as cr:
            cr.execute("SELECT count(*) FROM crm_service_booking WHERE visit_id = ANY(%s)", (ids,))
            return sorted(results), cr.fetchone()[0]

    @mute_logger("odoo.sql_db")
    def test_one_person(self):
        self.assertEqual(self._race(self.ids[:2]), (["booked", "refused"], 1))

    @mute_logger("odoo.sql_db")
    def test_one_lift(self):
        self.assertEqual(self._race(self.ids[2:4]), (["booked", "refused"], 1))

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_both_schedule(self):
        """The button both of them press: the loser's visit is left as it was, to be planned."""
        self.assertEqual(self._race(self.ids[:2], lambda visit: visit.action_schedule()), (["booked", "refused"], 1))
        with self.registry.cursor() as cr:
            visits = self._env(cr)["crm.service.visit"].browse(self.ids[:2])
            self.assertEqual(sorted(visits.mapped("state")), ["due", "scheduled"])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_both_move(self):
        """Two agreed visits dragged onto the same hour: one lands there, the other keeps its hour and its booking."""
        target = MORNING + timedelta(hours=6)
        results = self._race(self.ids[4:], lambda visit: visit.write({"planned_start": target}))
        self.assertEqual(results, (["booked", "refused"], 2))
        with self.registry.cursor() as cr:
            visits = self._env(cr)["crm.service.visit"].browse(self.ids[4:])
            starts = visits.mapped("planned_start")
            self.assertEqual(starts.count(target), 1)
            self.assertEqual(sorted(visits.booking_ids.mapped("start")), sorted(starts))
            self.assertEqual(visits.mapped("state"), ["scheduled"] * 2)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_schedules_where_the_other_moves(self):
        """A visit that is scheduled and one that is moved to the same hour."""

        def book(visit):
            if visit.state == "scheduled":
                visit.write({"planned_start": MORNING})
            else:
                visit.action_schedule()

        results, __ = self._race([self.ids[0], self.ids[4]], book)
        self.assertEqual(results, ["booked", "refused"])
        with self.registry.cursor() as cr:
            bookings = self._env(cr)["crm.service.booking"].search([("visit_id", "in", self.ids)])
            self.assertEqual(len(bookings.filtered(lambda booking: booking.start == MORNING)), 1)

    @mute_logger("odoo.sql_db")
    def test_a_lift_for_two(self):
        """A lift with two places serves both, whoever comes first."""
        with self.registry.cursor() as cr:
            self._env(cr)["resource.resource"].browse(self.lift_id).service_capacity = 2
        self.assertEqual(self._race(self.ids[2:4]), (["booked", "booked"], 2))
