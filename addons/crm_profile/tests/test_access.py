from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ProfileCase

# role → model → allowed operations (c, r, w, u)
USER = {
    "crm.profile.attribute": "r",
    "crm.profile.option": "r",
    "crm.profile.fact": "crw",
    "crm.competitor": "crw",
    "crm.competitor.assessment": "crw",
    "crm.collection.plan": "r",
    "crm.collection.plan.line": "r",
    "crm.collection.method": "r",
    "crm.profile.use": "r",
    "crm.profile.intake": "crw",
    "crm.competitor.offer": "crw",
    "crm.market.figure": "r",
}
# what nobody writes by hand, the manager neither
READ_ONLY = (
    "crm.profile.tally",
    "crm.profile.conflict",
    "crm.profile.quality",
    "crm.market.report",
    "crm.competitor.report",
)
MATRIX = {
    "crm_profile.group_user": USER,
    "crm_profile.group_restricted": USER,
    "crm_profile.group_manager": dict.fromkeys(USER, "crwu"),
    "base.group_user": dict.fromkeys(USER, ""),
    "base.group_portal": dict.fromkeys(USER, ""),
    "base.group_public": dict.fromkeys(USER, ""),
}


@tagged("post_install", "-at_install")
class TestAccess(ProfileCase):
    def records(self):
        attribute = self.env["crm.profile.attribute"].create({"name": "Thử", "code": "thu", "value_type": "choice"})
        option = self.env["crm.profile.option"].create({"attribute_id": attribute.id, "name": "Một", "code": "mot"})
        competitor = self.env["crm.competitor"].create({"name": "Đối thủ"})
        plan = self.env["crm.collection.plan"].create({"name": "Thử"})
        line = self.env["crm.collection.plan.line"].create({"plan_id": plan.id, "attribute_id": attribute.id})
        assessment = self.env["crm.competitor.assessment"].create(
            {"partner_id": self.partner.id, "competitor_id": competitor.id}
        )
        return {
            "crm.profile.attribute": attribute,
            "crm.profile.option": option,
            "crm.profile.fact": self.partner._profile_record({"vehicle": "Honda"}, "survey"),
            "crm.competitor": self.env["crm.competitor"].create({"name": "Đối thủ khác"}),
            "crm.competitor.assessment": assessment,
            "crm.collection.plan": self.env["crm.collection.plan"].create({"name": "Thử"}),
            "crm.collection.plan.line": line,
            "crm.collection.method": self.env["crm.collection.method"].create({"name": "Thư"}),
            "crm.profile.use": self.env["crm.profile.use"].create({"name": "Thử", "code": "thu"}),
            "crm.profile.intake": self.env["crm.profile.intake"].create(self.found_values()),
            "crm.competitor.offer": self.env["crm.competitor.offer"].create(
                {"name": "Thay nhớt", "competitor_id": competitor.id}
            ),
            "crm.market.figure": self.env["crm.market.figure"].create(self.figure_values()),
        }

    def found_values(self):
        vehicle = self.env.ref("crm_profile.attribute_vehicle")
        return {"partner_id": self.partner.id, "attribute_id": vehicle.id, "value": "Honda", "source_ref": "web"}

    def figure_values(self):
        country = self.env.ref("base.vn").id
        return {"indicator": "Xe máy", "country_id": country, "value": 9, "unit": "xe", "source": "Tổng cục"}

    def values(self, records):
        vehicle = self.env.ref("crm_profile.attribute_vehicle")
        return {
            "crm.profile.attribute": {"name": "Mới", "code": "moi"},
            "crm.profile.option": {"attribute_id": records["crm.profile.attribute"].id, "name": "Hai", "code": "hai"},
            "crm.profile.fact": {"partner_id": self.partner.id, "attribute_id": vehicle.id, "value_text": "Yamaha"},
            "crm.competitor": {"name": "Mới"},
            "crm.competitor.assessment": {
                "partner_id": self.partner.id,
                "competitor_id": records["crm.competitor.assessment"].competitor_id.id,
            },
            "crm.collection.plan": {"name": "Mới"},
            "crm.collection.plan.line": {
                "plan_id": records["crm.collection.plan.line"].plan_id.id,
                "attribute_id": vehicle.id,
            },
            "crm.collection.method": {"name": "Mới"},
            "crm.profile.use": {"name": "Mới", "code": "moi"},
            "crm.profile.intake": self.found_values(),
            "crm.competitor.offer": {
                "name": "Mới",
                "competitor_id": records["crm.competitor.assessment"].competitor_id.id,
            },
            "crm.market.figure": self.figure_values(),
        }

    changes = {
        "crm.profile.attribute": {"sequence": 9},
        "crm.profile.option": {"sequence": 9},
        "crm.profile.fact": {"note": "x"},
        "crm.competitor": {"offer": "x"},
        "crm.competitor.assessment": {"liked": "x"},
        "crm.collection.plan": {"sequence": 9},
        "crm.collection.plan.line": {"sequence": 9},
        "crm.collection.method": {"sequence": 9},
        "crm.profile.use": {"sequence": 9},
        "crm.profile.intake": {"note": "x"},
        "crm.competitor.offer": {"product": "x"},
        "crm.market.figure": {"note": "x"},
    }

    def operation(self, name, record, values):
        if name == "c":
            record.create(dict(values))
        elif name == "r":
            record.read(["display_name", "id"])
        elif name == "w":
            record.write(self.changes[record._name])
        else:
            record.unlink()

    @mute_logger("odoo.models", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_matrix(self):
        """Role × model × create, read, write, unlink: what is not granted is refused."""
        records = self.records()
        values = self.values(records)
        # what uses the attribute and the competitor is in the way of deleting them: a manager deletes unused ones
        for number, (group, models) in enumerate(MATRIX.items()):
            user = new_test_user(self.env, f"vai.tro{number}", groups=group)
            for model, allowed in models.items():
                for name in "crwu":
                    with self.subTest(group=group, model=model, operation=name), self.cr.savepoint() as savepoint:
                        if name in allowed:
                            self.operation(name, records[model].with_user(user), values[model])
                        else:
                            with self.assertRaises(AccessError):
                                self.operation(name, records[model].with_user(user), values[model])
                        savepoint.rollback()
                        self.env.invalidate_all()

    def test_reports_are_only_read(self):
        for number, group in enumerate(MATRIX):
            user = new_test_user(self.env, f"vai.doc{number}", groups=group)
            for model in READ_ONLY:
                with self.subTest(group=group, model=model):
                    records = self.env[model].with_user(user)
                    self.assertEqual(records.has_access("read"), group.startswith("crm_profile"))
                    for operation in ("create", "write", "unlink"):
                        self.assertFalse(records.has_access(operation))

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Khác"})
        partner = self.env["res.partner"].create({"name": "Khách của họ", "company_id": other.id})
        partner._profile_record({"vehicle": "Honda"}, "survey")
        competitor = self.env["crm.competitor"].create({"name": "Của họ", "company_id": other.id})
        assessment = self.env["crm.competitor.assessment"].create(
            {"partner_id": partner.id, "competitor_id": competitor.id}
        )
        plan = self.env["crm.collection.plan"].create({"name": "Của họ", "company_id": other.id})
        user = new_test_user(self.env, "nguoi.khac", groups="crm_profile.group_manager,crm_profile.group_restricted")
        for record in (competitor, assessment, plan, partner.profile_fact_ids):
            found = record.with_user(user).search([("id", "in", record.ids)])
            self.assertFalse(found, record._name)
