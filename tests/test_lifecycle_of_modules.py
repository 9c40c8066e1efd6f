"""Install, upgrade, uninstall: the suite comes and goes without damage."""

import subprocess

from odoo.tests import TransactionCase, tagged

from suite_setup.databases import suite_addons

from .scratch import odoo_command, run_shell, scratch_database


@tagged("standard", "post_install", "-at_install")
class TestComeAndGo(TransactionCase):
    def test_upgrade_then_uninstall(self):
        addons = suite_addons()
        with scratch_database() as name:
            update = subprocess.run(odoo_command(name, "-u", ",".join(addons), "--stop-after-init"),
                                    capture_output=True, text=True)
            self.assertEqual(update.returncode, 0, update.stderr[-3000:])
            ours = [line for line in update.stderr.splitlines() if " ERROR " in line or " CRITICAL " in line]
            self.assertFalse(ours)
            output = run_shell(name, UNINSTALL.format(addons=addons))
            self.assertIn("LEFT: []", output)
            self.assertIn("PARTNERS OK", output)


UNINSTALL = """
addons = {addons!r}
partners = env["res.partner"].search_count([])
env["ir.module.module"].search([("name", "in", addons), ("state", "=", "installed")]).button_immediate_uninstall()
env.cr.execute("SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'm') "
               "AND relname ~ '^crm_(lifecycle|survey|service|contact|profile|interaction|churn|external|segment)'")
print("LEFT:", [row[0] for row in env.cr.fetchall()])
env.cr.execute("SELECT count(*) FROM res_partner")
print("PARTNERS OK" if env.cr.fetchone()[0] >= partners else "PARTNERS LOST")
"""
