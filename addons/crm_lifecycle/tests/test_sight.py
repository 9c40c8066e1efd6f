"""Whatever a user asks for, the answer does not depend on what he may not see."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common_sight import Asker
from .test_own_customers import OwnCustomersCase

ACCEPTED = {
    # Which segment a customer is in, and how many are, is told to everyone who talks to customers (docs/adr/0018).
    ("crm.segment", "member_count"), ("crm.segment", "joined_count"), ("crm.segment", "left_count"),
    ("crm.segment", "refreshed_on"),
    # When the job last looked, and that a playbook has been used at all.
    ("crm.lifecycle.playbook", "checked_until"), ("crm.lifecycle.playbook", "run_ids"),
}
NAMELESS = {"crm.sale.anonymous"}
"""Sales by branch without a customer's name: those of nobody are counted for everyone, as in Sales."""


@tagged("post_install", "-at_install", "sweep")
class TestSight(OwnCustomersCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.everyone["lifecycle manager"]
        cls.ours = [name for name in cls.env.registry._init_modules if name.startswith("crm_lifecycle")]
        cls._make_playbooks(cls.company)
        cls._make_profile(cls.company)

    @classmethod
    def _make_playbooks(cls, company):
        """Propose something to do in every stage, and to everyone by the care policy."""
        step = {
            "summary": "Gọi", "responsible_type": "on_demand",
            "activity_type_id": cls.env.ref("mail.mail_activity_data_call").id,
        }
        plan = cls.env["mail.activity.plan"].create(
            {"name": "Chăm sóc", "res_model": "res.partner", "template_ids": [Command.create(step)]}
        )
        cls.env["crm.lifecycle.playbook"].create(
            [
                {"name": stage.name, "company_id": company.id, "plan_id": plan.id, "stage_id": stage.id}
                for stage in cls.stages.values()
            ]
        )
        policies = cls.env["crm.care.policy"].search([("company_id", "=", company.id)])
        policies.plan_id = plan

    @classmethod
    def _make_profile(cls, company):
        """Judge the leads of the company by the stage of their customers."""
        cls.leads = cls.env["crm.lead"].create(
            [
                {"name": "Mua thêm", "partner_id": partner.id, "user_id": cls.lan.id, "company_id": company.id}
                for partner in cls.bought
            ]
        )
        profile = cls.env["crm.target.profile"].create(
            {"name": "Khách cần tìm", "company_id": company.id, "customer_kind": "person"}
        )
        cls.env["crm.target.criterion"].create(
            {"profile_id": profile.id, "about": "behaviour", "stage_ids": [Command.set(cls.stages["new"].ids)]}
        )
        profile.action_run()
        cls.leads.write({"fit_stale": False})

    def models(self):
        """Return the names of the models of this addon and of its bridges, and of those that they extend most."""
        first = {}
        for data in self.env["ir.model.data"].search([("model", "=", "ir.model")], order="id"):
            first.setdefault(data.res_id, data.module)
        ours = self.env["ir.model"].browse([number for number, module in first.items() if module in self.ours])
        return [name for name in sorted(ours.mapped("model")) if not self.env[name]._abstract] + [
            "res.partner", "crm.lead"
        ]

    def ask(self, user, company):
        self.env.flush_all()
        env = self.env(user=user.id, context={"allowed_company_ids": company.ids, "lang": "en_US"})
        return Asker(env, self.models(), self.ours).ask()

    def live(self, customer, company):
        """Let a customer do in a company what he may do: buy, move, be told of, come and go, be looked at."""
        env = self.env(context={**self.env.context, "allowed_company_ids": company.ids})
        customer = customer.with_env(env)
        customer._lifecycle_release_sudo()
        self.buy(customer, self.today - timedelta(days=1), amount=7919.0, company=company)
        self.Run._execute(company, self.today)
        env["crm.lull.cause"].create({"partner_id": customer.id, "company_id": company.id, "kind": "moved"})
        for playbook in env["crm.lifecycle.playbook"].search([("company_id", "=", company.id)]):
            playbook._step(fields.Datetime.now())
        for segment in env["crm.segment"].search([("company_id", "=", company.id)]):
            segment._refresh(self.today)
        env["crm.lead"].search([]).write({"fit_stale": False})
        self.env.flush_all()

    def told(self, before, after):
        """Return the questions whose answers differ, but for what is accepted."""
        self.assertGreater(len(before), 1000, "nothing asked, nothing proved")
        names = {name for _model, name in ACCEPTED}
        return {
            question: (before.get(question), after.get(question))
            for question in before.keys() | after.keys()
            if not self.same(question, before.get(question), after.get(question))
            and question[0] not in NAMELESS
            and not {(question[0], part) for part in question[2:]} & ACCEPTED
            and not (question[1] == "behind" and names & set(question[2:]))
            and question[:2] != ("crm.segment", "default order")
        }

    def same(self, question, before, after):
        """Tell whether two answers are the same; of methods, those of the rows that were there before."""
        if question[1] == "method" and isinstance(before, dict) and isinstance(after, dict):
            return all(after.get(row) == said for row, said in before.items() if row in after)
        return before == after

    def test_a_colleagues_customer(self):
        # Who is in a segment is told: only the one that all buyers are in stays.
        self.env["crm.segment"].search([("id", "!=", self.segment.id)]).active = False
        before = self.ask(self.lan, self.company)
        self.live(self.others, self.company)
        after = self.ask(self.lan, self.company)
        self.assertFalse(self.told(before, after))

    def test_another_company(self):
        """Also of the very same customers, to who may work in both and has chosen one."""
        other = self.env["res.company"].create({"name": "Công ty khác"})
        self.env.user.company_ids |= other
        self.boss.company_ids |= other
        self._make_playbooks(other)
        self.env["crm.segment"].create(
            {"name": "Khác", "company_id": other.id, "metric_domain": "[('order_count', '>', 0)]"}
        )
        self.live(self.mine, other)
        asked = ((self.boss, self.company), (self.lan, other))  # the second may not work there, but names it by RPC
        before = [self.ask(*one) for one in asked]
        self.live(self.mine, other)
        self.live(self.nobodys, other)
        for one, then in zip(asked, before, strict=True):
            self.assertFalse(self.told(then, self.ask(*one)))
