"""Databases of the first version: stages set by hand become declarations."""

import importlib.util
from pathlib import Path

from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestMigration(LifecycleCase):
    def test_stages_set_by_hand_become_declarations(self):
        today = self.company._lifecycle_today()
        partner = self.make_customers(1)
        partner._lifecycle_declare("ended", "Bán xe", until=today)
        status = self.status(partner)
        status.sudo().declaration_id = False
        self.env["crm.lifecycle.declaration"].search([("partner_id", "=", partner.id)]).unlink()
        self.env.flush_all()
        path = Path(__file__).parents[1] / "migrations" / "19.0.1.1.0" / "post-declarations.py"
        spec = importlib.util.spec_from_file_location("post_declarations", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for _twice in range(2):
            module.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        made = self.env["crm.lifecycle.declaration"].search([("partner_id", "=", partner.id)])
        self.assertEqual(len(made), 1)
        found = (made.stage_id.code, made.reason, made.until, made.trigger)
        self.assertEqual(found, ("ended", "Bán xe", today, "user"))
        self.assertEqual(self.status(partner).declaration_id, made)
        self.Run._execute(self.company, today)
        self.assertEqual(self.stage(partner), "ended")
