from datetime import date

from odoo.addons.crm_contact_policy.tests.common import ContactPolicyCase
from odoo.tests import new_test_user


class ServicePlanCase(ContactPolicyCase):
    """A motorbike shop: a plan with an oil change and a large service, and customers with motorbikes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        cls.today = date(2026, 3, 2)
        cls.plan = cls.env["crm.service.plan"].create(
            {
                "name": "Motorbike care",
                "lead_days": 14,
                "task_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Oil change",
                            "interval": 3,
                            "timing": "floating",
                            "duration": 0.5,
                            "price": 120000,
                            "checklist_ids": [
                                (0, 0, {"name": "Drain plug tight"}),
                                (0, 0, {"name": "Chain", "required": False}),
                            ],
                        },
                    ),
                ],
            }
        )
        cls.task = cls.plan.task_ids
        cls.asset = cls.make_assets(cls.customer)

    @classmethod
    def make_assets(cls, partners, **values):
        return cls.env["crm.service.asset"].create(
            [
                {
                    "code": f"59-X1 {partner.id:05d}",
                    "name": "Honda Vision",
                    "partner_id": partner.id,
                    "meter_unit": "km",
                    "company_id": cls.company.id,
                    **values,
                }
                for partner in partners
            ]
        )

    @classmethod
    def subscribe(cls, assets, plan=None, start=None, **values):
        start = start or date(2026, 1, 10)
        return (
            cls.env["crm.service.subscription"]
            .with_context(service_as_of=start)
            .create(
                [
                    {
                        "asset_id": asset.id,
                        "plan_id": (plan or cls.plan).id,
                        "company_id": cls.company.id,
                        "start_date": start,
                        "plan_from": start,
                        **values,
                    }
                    for asset in assets
                ]
            )
            .with_env(cls.env)
        )

    def run_cron(self, model, method, **kwargs):
        """Run a cron method that commits, in a cursor of the test."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            getattr(self.env(cr=cr)[model], method)(**kwargs)
        self.env.invalidate_all()

    def run_planner(self, as_of):
        self.env["crm.service.planner"]._run(as_of, self.company)

    def dues(self, subscription, task=None):
        """:return: ``[(seq, due)]`` of what is planned or on a visit"""
        occurrences = subscription.occurrence_ids.filtered(
            lambda o: o.state in ("planned", "visit") and (not task or o.task_id == task)
        )
        return [(o.seq, o.due_date) for o in occurrences.sorted("seq")]

    @classmethod
    def make_user(cls, login, groups):
        return new_test_user(
            cls.env, f"plan_{login}", groups=groups, company_id=cls.company.id, company_ids=[(6, 0, cls.company.ids)]
        )

    def make_plan(self, *tasks, **values):
        return self.env["crm.service.plan"].create(
            {
                "name": "Plan",
                "task_ids": [(0, 0, {"name": "Task", "shift": "none", **task}) for task in tasks],
                **values,
            }
        )
