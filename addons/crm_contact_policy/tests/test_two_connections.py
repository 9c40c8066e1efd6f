import threading

import odoo
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from .common import WORKDAY_MORNING


@tagged("post_install", "-at_install", "database_breaking")
class TestTwoConnections(BaseCase):
    """Two real connections ask for the last place under a cap."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
            partner = env["res.partner"].create(
                {"name": "Khách hai cửa", "email": "haicua@example.com", "tz": "Asia/Ho_Chi_Minh"}
            )
            self.partner_id = partner.id
        self.addCleanup(self._remove)

    def _remove(self):
        with self.registry.cursor() as cr:
            env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
            env["res.partner"].browse(self.partner_id).unlink()

    def _book(self, cr):
        env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
        partner = env["res.partner"].browse(self.partner_id)
        return partner._contact_book("email", "survey", WORKDAY_MORNING).state

    @mute_logger("odoo.sql_db")
    def test_last_place_goes_once(self):
        """The second one waits, is refused by the database, and on a fresh snapshot finds the place taken."""
        first, second = self.registry.cursor(), self.registry.cursor()
        self.addCleanup(first.close)
        self.addCleanup(second.close)
        outcome = {}
        second.execute("SELECT count(*) FROM crm_interaction")  # its snapshot is older than the first booking

        def competitor():
            try:
                outcome["state"] = self._book(second)
            except SerializationFailure:
                outcome["state"] = "again"

        self.assertEqual(self._book(first), "planned")
        thread = threading.Thread(target=competitor)
        thread.start()
        thread.join(1)
        self.assertTrue(thread.is_alive(), "the second connection must wait for the first")
        first.commit()
        thread.join(20)
        self.assertEqual(outcome, {"state": "again"})
        second.rollback()
        self.assertEqual(self._book(second), "held")
        second.commit()

    @mute_logger("odoo.sql_db")
    def test_many_competitors(self):
        """Six connections that repeat when refused, as Odoo does for a request: one planned, five held."""
        states = []

        def competitor():
            with self.registry.cursor() as cr:
                for _attempt in range(20):
                    try:
                        state = self._book(cr)
                        cr.commit()  # pylint: disable=invalid-commit  # a real connection of its own
                    except SerializationFailure:
                        cr.rollback()
                        continue
                    states.append(state)
                    return

        threads = [threading.Thread(target=competitor) for _number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(states.count("planned"), 1, states)
        self.assertEqual(len(states), 6)
