import threading
from datetime import datetime

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
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
            visits = env["crm.service.visit"].create([*person, *tool])
            self.ids, self.partner_id, self.lift_id, self.kind_id = visits.ids, partner.id, lift.id, kind.id
        self.addCleanup(self._remove)

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "mail_create_nolog": True})

    def _remove(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            env["crm.service.visit"].browse(self.ids).unlink()
            env["resource.resource"].browse(self.lift_id).unlink()
            env["crm.service.resource.type"].browse(self.kind_id).unlink()
            env["res.partner"].browse(self.partner_id).unlink()

    def _race(self, ids):
        """Book both visits from two threads whose snapshots were taken before either commits."""
        results, ready = [], threading.Barrier(2, timeout=20)

        def book(visit):
            cr = visit.env.cr
            visit.read(["state"])
            ready.wait()
            try:
                visit._book()
                cr.commit()  # pylint: disable=invalid-commit  # a connection of its own, as a request has
                results.append("booked")
            except UserError:
                cr.rollback()
                results.append("refused")

        with self.registry.cursor() as first, self.registry.cursor() as second:
            # The environments are made here: Odoo's runner holds the lock of registries, threads would wait for it.
            threads = []
            for cr, visit_id in zip((first, second), ids, strict=True):
                cr.execute("SET LOCAL lock_timeout = '20s'")
                visit = self._env(cr)["crm.service.visit"].browse(visit_id)
                threads.append(threading.Thread(target=book, args=(visit,)))
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
        self.assertEqual(self._race(self.ids[2:]), (["booked", "refused"], 1))

    @mute_logger("odoo.sql_db")
    def test_a_lift_for_two(self):
        """A lift with two places serves both, whoever comes first."""
        with self.registry.cursor() as cr:
            self._env(cr)["resource.resource"].browse(self.lift_id).service_capacity = 2
        self.assertEqual(self._race(self.ids[2:]), (["booked", "booked"], 2))
