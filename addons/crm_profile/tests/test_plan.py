from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ProfileCase


@tagged("post_install", "-at_install")
class TestPlan(ProfileCase):
    def plan(self, **values):
        attributes = self.env.ref("crm_profile.attribute_vehicle") | self.env.ref("crm_profile.attribute_occupation")
        return self.env["crm.collection.plan"].create(
            {
                "name": "Khách chạy xe",
                "domain": f"[('id', 'in', {(self.partner | self.partner.copy()).ids})]",
                "line_ids": [Command.create({"attribute_id": attribute.id}) for attribute in attributes],
                **values,
            }
        )

    def test_what_is_held_is_the_baseline(self):
        plan = self.plan()
        self.assertEqual((plan.customer_count, plan.coverage), (2, 0.0))
        self.partner._profile_record({"vehicle": "Honda"}, "survey")
        plan.invalidate_recordset()
        plan.line_ids.invalidate_recordset()
        self.assertEqual(plan.line_ids.mapped("held_count"), [1, 0])
        self.assertEqual(plan.coverage, 0.25)

    def test_depth(self):
        """A plan holds no attribute that goes deeper than itself."""
        with self.assertRaises(ValidationError):
            self.plan(depth="1")

    def test_bad_domain(self):
        for domain in ("[('no_such_field', '=', 1)]", "[("):
            with self.assertRaises(ValidationError):
                self.plan(domain=domain)
