"""Wherever a customer is behind the row of a report, the rows can be grouped by the customer's province."""

import re

from odoo.tests import TransactionCase, tagged

from suite_setup.databases import suite_addons

REPORTS = {"pivot", "graph"}
CUSTOMER = {"partner_id", "commercial_partner_id"}
CARRIERS = {"visit_id"}  # rows that stand for something of a customer without naming him


@tagged("standard", "post_install", "-at_install")
class TestProvince(TransactionCase):
    def reports(self):
        """Return the actions of the suite that show rows of customers in a pivot or a graph."""
        found = self.env["ir.actions.act_window"].sudo().search([])
        names = found.get_external_id()
        addons = set(suite_addons())
        return found.filtered(
            lambda action: names[action.id].split(".")[0] in addons
            and REPORTS & set(action.view_mode.split(","))
            and action.res_model in self.env
            and (CUSTOMER | CARRIERS) & set(self.env[action.res_model]._fields)
        )

    def test_every_report_groups_by_province(self):
        reports = self.reports()
        self.assertGreater(len(reports), 20)
        for action in reports:
            with self.subTest(model=action.res_model, action=action.name):
                model = self.env[action.res_model]
                arch = model.get_view(action.search_view_id.id or None, "search")["arch"]
                groups = set(re.findall(r"group_by'\s*:\s*'(\w+)", arch))
                self.assertIn("state_id", groups)
                self.assertTrue(model._fields["state_id"]._description_groupable(self.env))
                model._read_group([], ["state_id"], ["__count"])
