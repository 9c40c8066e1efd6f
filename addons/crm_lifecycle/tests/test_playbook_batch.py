"""Playbooks over many customers: activities made together, one that cannot start holds up nobody."""

from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestPlaybookBatch(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._lifecycle_today()
        cls.seller = new_test_user(
            cls.env, "batch.seller", "sales_team.group_sale_salesman", company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        step = {
            "summary": "Gọi điện",
            "activity_type_id": cls.env.ref("mail.mail_activity_data_call").id,
            "responsible_type": "on_demand",
            "delay_from": "after_plan_date",
        }
        cls.plan = cls.env["mail.activity.plan"].create(
            {"name": "Chăm sóc", "res_model": "res.partner", "company_id": cls.company.id,
             "template_ids": [(0, 0, step), (0, 0, {**step, "summary": "Gửi quà", "delay_count": 7})]}
        )
        cls.Run._execute(cls.company, cls.today)

    def step_with(self, number, users, kind="person"):
        """Have ``number`` customers of ``users`` in turn become new; return the playbook that waits for them."""
        customers = self.make_customers(number, is_company=kind == "company")
        for index, customer in enumerate(customers):
            customer.user_id = users[index % len(users)]
        playbook = self.env["crm.lifecycle.playbook"].create(
            {"name": "P", "company_id": self.company.id, "stage_id": self.stages["new"].id, "plan_id": self.plan.id,
             "mode": "start", "customer_kind": kind}
        )
        for customer in customers:
            self.buy(customer, self.today - timedelta(days=1))
        self.env.cr.execute("DELETE FROM crm_lifecycle_dirty WHERE cause = 'import'")
        customers.lifecycle_refresh()
        self.env.flush_all()
        self.env.invalidate_all()
        return playbook

    def activities(self, playbook):
        return self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "in", playbook.run_ids.partner_id.ids)]
        )

    def test_queries_do_not_grow_with_the_customers(self):
        """The note Odoo writes to the person in charge about each activity is left out."""
        now = fields.Datetime.now()
        few, many = (
            self.step_with(number, self.seller, kind).with_context(mail_activity_quick_update=True)
            for number, kind in ((3, "person"), (30, "company"))
        )
        self.assertSameQueryCount(lambda: few._step(now), lambda: many._step(now))
        for playbook, number in ((few, 3), (many, 30)):
            self.assertEqual(playbook._step(now), number)
            self.assertEqual(len(self.activities(playbook)), 2 * number)

    def test_each_customer_gets_what_his_manager_is_to_do(self):
        other = self.seller.copy({"login": "batch.other"})
        playbook = self.step_with(4, self.seller | other)
        self.assertEqual(playbook._step(fields.Datetime.now()), 4)
        self.assertEqual(set(playbook.run_ids.mapped("state")), {"started"})
        for run in playbook.run_ids:
            found = self.activities(playbook).filtered(lambda activity, run=run: activity.res_id == run.partner_id.id)
            self.assertEqual(found.user_id, run.partner_id.user_id)
            self.assertEqual(run.user_id, run.partner_id.user_id)
            self.assertEqual(
                {activity.summary: activity.date_deadline for activity in found},
                {"Gọi điện": self.today, "Gửi quà": self.today + timedelta(days=7)},
            )
