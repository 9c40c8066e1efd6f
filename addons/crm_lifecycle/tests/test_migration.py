"""Databases of the first version: stages set by hand become declarations."""

import importlib.util
import json
from pathlib import Path

from odoo.tests import tagged

from .common import LifecycleCase


def migrate(cr, version, name, before):
    """Run a migration script twice: it may be interrupted and run again."""
    path = Path(__file__).parents[1] / "migrations" / version / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for _twice in range(2):
        module.migrate(cr, before)


@tagged("post_install", "-at_install")
class TestMigration(LifecycleCase):
    def test_figures_of_a_change_become_columns(self):
        partner = self.make_customers(1)
        self.buy(partner, 40, 20, amount=30)
        self.run_all()
        line = self.env["crm.lifecycle.transition"].search([("partner_id", "=", partner.id)])
        words, figures = line.reason, line.metrics
        self.assertIn("2", words)
        self.assertEqual((figures["orders"], figures["amount"]), (2, 60))
        names = "first_date, last_date, order_count, amount_total, mean_gap_days, p_buy, quiet_on, recency_score"
        self.env.cr.execute(f"SELECT {names} FROM crm_lifecycle_transition WHERE id = %s", [line.id])
        [before] = self.env.cr.fetchall()
        self.env.cr.execute("ALTER TABLE crm_lifecycle_transition ADD COLUMN metrics jsonb")
        self.env.cr.execute(
            """UPDATE crm_lifecycle_transition SET metrics = %s,
                      reason_params = jsonb_build_object('orders', order_count, 'usual', mean_gap_days,
                          'first', first_date, 'last', last_date, 'since', effective_on, 'gap', NULL),
                      first_date = NULL, last_date = NULL, order_count = NULL, amount_total = NULL,
                      mean_gap_days = NULL, p_buy = NULL, quiet_on = NULL, recency_score = NULL
                WHERE id = %s""",
            [json.dumps({**figures, "p_buy": None}), line.id],
        )
        migrate(self.env.cr, "19.0.1.2.0", "post-figures", "19.0.1.1.0")
        self.env.invalidate_all()
        self.env.cr.execute(f"SELECT {names} FROM crm_lifecycle_transition WHERE id = %s", [line.id])
        self.assertEqual(self.env.cr.fetchall(), [before])
        self.assertEqual((line.reason, line.metrics), (words, figures))

    def test_stages_set_by_hand_become_declarations(self):
        today = self.company._lifecycle_today()
        partner = self.make_customers(1)
        partner._lifecycle_declare("ended", "Bán xe", until=today)
        status = self.status(partner)
        status.sudo().declaration_id = False
        self.env["crm.lifecycle.declaration"].search([("partner_id", "=", partner.id)]).unlink()
        self.env.flush_all()
        migrate(self.env.cr, "19.0.1.1.0", "post-declarations", "19.0.1.0.0")
        self.env.invalidate_all()
        made = self.env["crm.lifecycle.declaration"].search([("partner_id", "=", partner.id)])
        self.assertEqual(len(made), 1)
        found = (made.stage_id.code, made.reason, made.until, made.trigger)
        self.assertEqual(found, ("ended", "Bán xe", today, "user"))
        self.assertEqual(self.status(partner).declaration_id, made)
        self.Run._execute(self.company, today)
        self.assertEqual(self.stage(partner), "ended")
