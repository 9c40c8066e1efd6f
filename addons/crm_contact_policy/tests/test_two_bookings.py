from datetime import timedelta

import odoo
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger
from psycopg2.errors import LockNotAvailable, SerializationFailure

from .common import WORKDAY_MORNING

START = WORKDAY_MORNING + timedelta(days=3650)


@tagged("post_install", "-at_install", "database_breaking")
class TestTwoBookings(BaseCase):
    """Two colleagues book the same customer for the same time, over two real connections."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
            partners = env["res.partner"].create([{"name": "Khách bận rộn"}, {"name": "Nhân viên"}])
            self.customer_id, self.colleague_id = partners.ids
            group = env.ref("crm_contact_policy.group_user")
            self.user_id = (
                env["res.users"]
                .create(
                    {
                        "name": "Nhân viên",
                        "login": "nhan.vien.hai",
                        "partner_id": self.colleague_id,
                        "group_ids": [(4, group.id)],
                    }
                )
                .id
            )
        self.addCleanup(self._remove)

    def _remove(self):
        with self.registry.cursor() as cr:
            env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
            env["calendar.event"].search([("partner_ids", "in", self.customer_id)]).unlink()
            env["res.partner"].browse(self.customer_id).unlink()
            env["res.users"].browse(self.user_id).unlink()
            env["res.partner"].browse(self.colleague_id).unlink()

    def _connect(self):
        """A connection whose snapshot is taken now, before anybody books."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        cr.execute("SELECT count(*) FROM crm_interaction")
        return cr

    def _book(self, cr, uid):
        """As the dialog does: log a call, plan a meeting."""
        env = odoo.api.Environment(cr, uid, {})
        env["crm.interaction.log"].create(
            {
                "partner_id": self.customer_id,
                "next_kind": "meeting",
                "next_date": START,
                "next_duration": 1,
            }
        ).action_save()
        env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_second_is_told_it_is_taken(self):
        first, second = self._connect(), self._connect()
        self._book(first, odoo.api.SUPERUSER_ID)
        second.execute("SET LOCAL lock_timeout = '300ms'")
        with self.assertRaises(LockNotAvailable):
            self._book(second, self.user_id)
        second.rollback()
        second.execute("SELECT count(*) FROM crm_interaction")
        first.commit()
        with self.assertRaises(SerializationFailure):
            self._book(second, self.user_id)
        second.rollback()
        with self.assertRaises(UserError):
            self._book(second, self.user_id)
        second.rollback()
        second.execute(
            "SELECT count(*) FROM calendar_event_res_partner_rel WHERE res_partner_id = %s", [self.customer_id]
        )
        self.assertEqual(second.fetchone()[0], 1)
