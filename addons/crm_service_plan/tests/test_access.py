from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from .common import ServicePlanCase

# role → groups
ROLES = {
    "salesperson": "sales_team.group_sale_salesman",
    "sales manager": "sales_team.group_sale_manager",
    "service user": "crm_service_plan.group_user",
    "service manager": "crm_service_plan.group_manager",
    "employee": "base.group_user",
    "portal": "base.group_portal",
    "public": "base.group_public",
}
# model → role → letters of what is allowed (create, read, write, unlink); a role that is not named may do nothing
CONFIG = {"salesperson": "r", "sales manager": "r", "service user": "r", "service manager": "crwu"}
WORK = {"salesperson": "r", "sales manager": "r", "service user": "crw", "service manager": "crwu"}
MACHINE = {"salesperson": "r", "sales manager": "r", "service user": "rw", "service manager": "rwu"}
MATRIX = {
    "crm.service.plan": CONFIG,
    "crm.service.plan.task": CONFIG,
    "crm.service.checklist.item": CONFIG,
    "crm.service.reminder": CONFIG,
    "crm.service.plan.step": CONFIG,
    "crm.service.proposal": {"service user": "rw", "service manager": "rwu"},
    "crm.service.occurrence.postpone": {"service user": "crwu", "service manager": "crwu"},
    "crm.service.subscription.change": {"service user": "crwu", "service manager": "crwu"},
    "crm.service.plan.change": {"service manager": "crwu"},
    "crm.service.plan.change.line": {"service manager": "crwu"},
    "crm.service.asset": {**WORK, "portal": "r"},
    "crm.service.meter.reading": WORK,
    "crm.service.subscription": WORK,
    "crm.service.series": MACHINE,
    "crm.service.occurrence": MACHINE,
    "crm.service.visit": {**WORK, "portal": "r"},
    "crm.service.visit.line": {**WORK, "service user": "crwu"},
    "crm.service.visit.reminder": WORK,
    "crm.service.case": {**WORK, "portal": "r"},
    "crm.service.case.category": CONFIG,
    "crm.service.case.span": {"salesperson": "r", "sales manager": "r", "service user": "r", "service manager": "r"},
    "crm.service.team": CONFIG,
    "crm.service.sla": CONFIG,
    "crm.service.answer": WORK,
    "crm.service.contract": {
        "salesperson": "crw",
        "sales manager": "crw",
        "service user": "r",
        "service manager": "crwu",
        "portal": "r",
    },
    "crm.service.form.hit": {},
    "crm.service.staff": {"service user": "r", "service manager": "crwu"},
    "crm.service.resource.type": {"service user": "r", "service manager": "crwu"},
    "crm.service.booking": {"service user": "r", "service manager": "r"},
    "crm.service.capacity": {"service user": "r", "service manager": "r"},
    "crm.service.workload": {"service user": "r", "service manager": "r"},
    "crm.service.visit.message": {"service user": "r", "service manager": "r"},
    "crm.service.history": {"salesperson": "r", "sales manager": "r", "service user": "r", "service manager": "r"},
    "crm.service.asset.owner": {"salesperson": "r", "sales manager": "r", "service user": "r", "service manager": "r"},
    "crm.service.visit.part": {
        "salesperson": "r",
        "sales manager": "r",
        "service user": "crwu",
        "service manager": "crwu",
    },
}
OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestAccess(ServicePlanCase):
    """Role × model × operation, refusals included; branches; other customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(
                cls.env,
                f"service_{role.replace(' ', '_')}",
                groups=group,
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for role, group in ROLES.items()
        }
        cls.env["crm.service.reminder"].search([("plan_id", "=", cls.plan.id)])
        cls.subscription = cls.subscribe(cls.asset)
        cls.env["crm.service.planner"]._run(date(2026, 4, 1), cls.company)
        cls.visit = cls.subscription.occurrence_ids.visit_id
        cls.env["crm.service.meter.reading"].create({"asset_id": cls.asset.id, "date": date(2026, 1, 10), "value": 10})
        step = cls.plan.reminder_ids
        cls.env["crm.service.visit.reminder"].create(
            {"visit_id": cls.visit.id, "reminder_id": step.id, "channel_id": step.channel_id.id}
        )

    def test_matrix(self):
        for model, roles in MATRIX.items():
            for role, user in self.users.items():
                allowed = roles.get(role, "")
                for letter, operation in OPERATIONS.items():
                    records = self.env[model].with_user(user)
                    self.assertEqual(
                        records.has_access(operation), letter in allowed, f"{role} may {operation} {model}"
                    )

    def test_refused_in_fact(self):
        portal = self.users["portal"]
        self.asset.partner_id = portal.partner_id
        self.visit.partner_id = portal.partner_id
        visit = self.visit.with_user(portal)
        self.assertTrue(visit.name)
        for attempt in (
            lambda: visit.write({"state": "done"}),
            lambda: visit.action_confirm(),
            lambda: visit.read(["cost"]),
            lambda: visit.read(["internal_note"]),
            lambda: self.subscription.with_user(portal).read(["next_due"]),
            lambda: self.visit.with_user(self.users["public"]).read(["name"]),
            lambda: self.visit.with_user(self.users["employee"]).read(["name"]),
            lambda: self.visit.with_user(self.users["salesperson"]).action_start(),
            lambda: self.plan.with_user(self.users["service user"]).write({"name": "x"}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_finished_visit_stays(self):
        """What was signed is not rewritten; states change by their transitions alone."""
        user, manager = self.users["service user"], self.users["service manager"]
        visit = self.visit.with_user(user)
        for vals in ({"state": "done"}, {"done_date": date(2026, 1, 1)}):
            with self.assertRaises(UserError):
                visit.write(vals)
        with self.assertRaises(UserError):
            visit.create({"name": "Repair", "partner_id": self.customer.id, "state": "done"})
        line = self.env["crm.service.visit.line"].create({"visit_id": visit.id, "name": "Brakes"})
        visit.line_ids.is_done = True
        visit._finish(date(2026, 4, 10), hours=1, note="Brakes are worn")
        for vals in ({"note": "All fine"}, {"hours": 9}, {"signed_by": "Me"}, {"state": "due"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                visit.write(vals)
        for attempt in (line.with_user(user).unlink, lambda: line.with_user(user).write({"is_done": True})):
            with self.assertRaises(UserError):
                attempt()
        visit.write({"internal_note": "<p>Call them</p>"})
        visit.with_user(manager).hours = 2
        with self.assertRaises(UserError):
            visit.with_user(manager).write({"state": "due"})

    def test_our_notes_stay_ours(self):
        portal = self.users["portal"]
        self.asset.write({"partner_id": portal.partner_id.id, "note": "<p>Pays late</p>"})
        with self.assertRaises(AccessError):
            self.asset.with_user(portal).read(["note"])

    def test_wish_is_text(self):
        """What a customer types reaches a colleague as text, not as markup."""
        self.visit._customer_ask_move("<a href='https://example.com'>click</a>")
        self.assertNotIn("<a", self.visit.activity_ids.note)

    def test_portal_sees_only_its_own(self):
        portal = self.users["portal"]
        Visit, Asset = (self.env[m].with_user(portal) for m in ("crm.service.visit", "crm.service.asset"))
        self.assertFalse(Visit.search([("id", "=", self.visit.id)]))
        self.assertFalse(Asset.search([("id", "=", self.asset.id)]))
        with self.assertRaises(AccessError):
            self.visit.with_user(portal).read(["name"])
        self.asset.partner_id = portal.partner_id
        self.assertEqual(Asset.search([]), self.asset)

    def test_service_user_does_a_visit(self):
        visit = self.visit.with_user(self.users["service user"])
        visit.action_confirm()
        visit.action_start()
        visit.line_ids.is_done = True
        self.assertTrue(visit._finish(date(2026, 4, 10), hours=1, meter=4000))
        self.assertEqual(visit.action_create_lead()["tag"], "display_notification")
        subscription = self.subscription.with_user(self.users["service user"])
        subscription.action_pause()
        subscription.action_resume(date(2026, 5, 1))

    def test_branches(self):
        """A branch serves every asset of its root company, sees its own visits only; a stranger sees nothing."""
        branches = self.env["res.company"].create(
            [{"name": f"Branch {n}", "parent_id": self.company.id} for n in (1, 2)]
        )
        stranger = self.env["res.company"].create({"name": "Another"})
        users = [
            new_test_user(
                self.env,
                f"branch_{c.id}",
                groups="crm_service_plan.group_user",
                company_id=c.id,
                company_ids=[(6, 0, c.ids)],
            )
            for c in (*branches, stranger)
        ]

        def env(model, user):
            return self.env[model].with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

        found = [env("crm.service.asset", user).search([("id", "=", self.asset.id)]) for user in users]
        self.assertEqual([len(assets) for assets in found], [1, 1, 0])
        plans = [env("crm.service.plan", user).search([("id", "=", self.plan.id)]) for user in users]
        self.assertEqual([len(p) for p in plans], [1, 1, 1], "the plan is for all companies")
        visit = env("crm.service.visit", users[0]).create(
            {"name": "Repair", "asset_id": self.asset.id, "due_date": date(2026, 4, 1), "company_id": branches[0].id}
        )
        self.assertEqual(visit.partner_id, self.customer)
        self.assertFalse(env("crm.service.visit", users[1]).search([("id", "=", visit.id)]))
        self.assertTrue(found[0].write({"note": "seen"}))
        with self.assertRaises(AccessError):
            env("crm.service.asset", users[2]).browse(self.asset.id).read(["code"])
