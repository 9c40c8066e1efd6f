"""Who may do what with which model: ``docs/access-matrix.csv`` is the promise, this test keeps it.

The letters are c(reate), r(ead), w(rite), u(nlink); ``-`` is nothing at all. What a role may do with *which records* is
asserted beside each addon.
"""

import csv

from odoo.tests import TransactionCase, new_test_user, tagged

from suite_setup.databases import suite_addons
from suite_setup.places import PROJECT

MATRIX = PROJECT / "docs" / "access-matrix.csv"
ROLES = {
    "salesperson": "base.group_user,sales_team.group_sale_salesman",
    "sales manager": "base.group_user,sales_team.group_sale_manager",
    "interviewer": "base.group_user,crm_survey.group_interviewer",
    "service user": "base.group_user,crm_service_plan.group_user",
    "service manager": "base.group_user,crm_service_plan.group_manager",
    "employee": "base.group_user",
    "portal": "base.group_portal",
    "public": "base.group_public",
}
OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}


@tagged("standard", "post_install", "-at_install")
class TestAccessMatrix(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, login=f"matrix_{number}", groups=groups)
            for number, (role, groups) in enumerate(ROLES.items())
        }

    def suite_models(self):
        """Return the names of the stored and transient models that the suite's addons define."""
        first = {}
        for data in self.env["ir.model.data"].search([("model", "=", "ir.model")], order="id"):
            first.setdefault(data.res_id, data.module)
        ours = set(suite_addons())
        models = self.env["ir.model"].browse([model for model, module in first.items() if module in ours])
        return sorted(name for name in models.mapped("model") if not self.env[name]._abstract)

    def actual(self):
        """Return {model: {role: letters}} as the access rules stand."""
        return {
            model: {
                role: "".join(
                    letter for letter, operation in OPERATIONS.items()
                    if self.env[model].with_user(user).has_access(operation)
                ) or "-"
                for role, user in self.users.items()
            }
            for model in self.suite_models()
        }

    def test_matrix(self):
        with open(MATRIX, newline="", encoding="utf-8") as handle:
            promised = {row.pop("model"): row for row in csv.DictReader(handle)}
        self.assertEqual(self.actual(), promised)

    def test_public_and_portal_write_nothing(self):
        for model, roles in self.actual().items():
            with self.subTest(model):
                self.assertEqual(roles["public"], "-")
                self.assertIn(roles["portal"], ("-", "r"))
