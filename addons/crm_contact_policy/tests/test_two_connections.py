import odoo
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger
from psycopg2.errors import LockNotAvailable, SerializationFailure

from ..tools import repeat_disturbed
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

    def _connect(self):
        """A connection whose snapshot is taken now, before anybody books."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        cr.execute("SELECT count(*) FROM crm_interaction")
        return cr

    @mute_logger("odoo.sql_db")
    def test_second_waits_for_the_first(self):
        """While the first has not committed, the second cannot go on."""
        first, second = self._connect(), self._connect()
        self.assertEqual(self._book(first), "planned")
        second.execute("SET LOCAL lock_timeout = '300ms'")
        with self.assertRaises(LockNotAvailable):
            self._book(second)
        second.rollback()
        first.rollback()
        self.assertEqual(self._book(second), "planned", "the first gave its place back")
        second.commit()

    @mute_logger("odoo.sql_db")
    def test_last_place_goes_once(self):
        """Who has not seen the first booking is refused by the database; on a fresh snapshot the place is taken."""
        first, second = self._connect(), self._connect()
        self.assertEqual(self._book(first), "planned")
        first.commit()
        with self.assertRaises(SerializationFailure):
            self._book(second)
        second.rollback()
        self.assertEqual(self._book(second), "held")
        second.commit()

    @mute_logger("odoo.sql_db")
    def test_scheduled_work_is_repeated(self):
        """A scheduled action that another booking disturbs goes on with what that one left."""
        first, second = self._connect(), self._connect()
        self.assertEqual(self._book(first), "planned")
        first.commit()
        env = odoo.api.Environment(second, odoo.api.SUPERUSER_ID, {})
        self.assertEqual(repeat_disturbed(env, lambda: self._book(second)), "held")
        second.commit()

    @mute_logger("odoo.sql_db")
    def test_many_competitors(self):
        """Six connections that repeat when refused, as Odoo does for a request: one planned, five held."""
        states = []
        for cr in [self._connect() for _number in range(6)]:
            while True:
                try:
                    states.append(self._book(cr))
                    cr.commit()  # pylint: disable=invalid-commit  # a real connection of its own
                    break
                except SerializationFailure:
                    cr.rollback()
        self.assertEqual(states.count("planned"), 1, states)
        self.assertEqual(states.count("held") + states.count("denied"), 5, states)
