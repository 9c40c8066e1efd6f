from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import WORKDAY_MORNING, ContactPolicyCase

# role → model → allowed operations (c, r, w, u)
USER = {
    "crm.contact.channel": "r",
    "crm.interaction": "crw",
    "crm.interaction.log": "crwu",
    "crm.interaction.outcome": "r",
    "crm.mention": "crw",
    "crm.contact.policy": "r",
    "crm.contact.policy.hours": "r",
    "crm.contact.policy.purpose": "r",
    "crm.contact.policy.cap": "r",
    "crm.contact.consent": "cr",
    "crm.contact.preference": "cr",
    "crm.contact.preview": "crwu",
    "crm.contact.preview.line": "crwu",
    "crm.contact.bypass": "",
    "crm.contact.gate.report": "",
    "crm.contact.lock": "",
}
# Words of a customer are added, never rewritten, not even by a manager.
MANAGER = {model: "crwu" for model in USER} | {
    "crm.contact.consent": "cr",
    "crm.contact.preference": "cr",
    "crm.contact.bypass": "",
    "crm.contact.gate.report": "r",
    "crm.contact.lock": "",
}
MATRIX = {
    "crm_contact_policy.group_user": USER,
    "crm_contact_policy.group_manager": MANAGER,
    "crm_contact_policy.group_bypass": USER | {"crm.contact.bypass": "crwu"},
    "base.group_user": {model: "r" if model == "crm.contact.channel" else "" for model in USER},
    "base.group_portal": dict.fromkeys(USER, ""),
    "base.group_public": dict.fromkeys(USER, ""),
}


@tagged("post_install", "-at_install")
class TestAccess(ContactPolicyCase):
    def own(self, model, user, values):
        """A dialog the user may have opened himself."""
        records = self.env[model].create(values)
        for name in {model, "crm.contact.preview.line"}:
            table = self.env[name]._table
            self.env.flush_all()
            self.env.cr.execute(f"UPDATE {table} SET create_uid = %s", (user.id,))
        self.env.invalidate_all()
        return records

    def records(self, user):
        """One record of each model."""
        self.customer._contact_book("email", "survey", WORKDAY_MORNING)
        consent = self.env["crm.contact.consent"].create({"partner_id": self.customer.id})
        policy = self.policy.copy()
        return {
            "crm.contact.channel": self.env.ref("crm_contact_policy.channel_web"),
            "crm.interaction": self.customer.interaction_ids,
            "crm.interaction.log": self.own("crm.interaction.log", user, {"partner_id": self.customer.id}),
            "crm.mention": self.env["crm.mention"].create({"text": "Hay", "partner_id": self.customer.id}),
            "crm.interaction.outcome": self.env["crm.interaction.outcome"].create({"name": "Thử"}),
            "crm.contact.policy": policy.copy(),
            "crm.contact.policy.hours": policy.hours_ids[0],
            "crm.contact.policy.purpose": policy.purpose_ids[0],
            "crm.contact.policy.cap": policy.cap_ids[0],
            "crm.contact.consent": consent,
            "crm.contact.preference": self.env["crm.contact.preference"].create({"partner_id": self.customer.id}),
            "crm.contact.preview": self.own("crm.contact.preview", user, {"partner_id": self.customer.id}),
            "crm.contact.preview.line": self.own(
                "crm.contact.preview", user, {"partner_id": self.customer.id}
            ).line_ids[0],
            "crm.contact.bypass": self.own("crm.contact.bypass", user, {"reason": "Thử"}),
            "crm.contact.gate.report": self.env["crm.contact.gate.report"].browse(
                self.customer.interaction_ids[:1].ids
            ),
            "crm.contact.lock": self.env["crm.contact.lock"].search([("partner_id", "=", self.customer.id)]),
        }

    def values(self, records):
        """Values that create a record of each model."""
        policy = self.policy.copy()
        policy.purpose_ids.unlink()
        email = self.env.ref("crm_contact_policy.channel_email").id
        return {
            "crm.contact.channel": None,  # its eight codes are all taken: creating is tried on the access check alone
            "crm.interaction": {"partner_id": self.customer.id, "channel_id": email},
            "crm.interaction.log": {"partner_id": self.customer.id},
            "crm.mention": {"text": "Dở"},
            "crm.interaction.outcome": {"name": "Mới"},
            "crm.contact.policy": {"name": "Mới"},
            "crm.contact.policy.hours": {"policy_id": policy.id},
            "crm.contact.policy.purpose": {"policy_id": policy.id, "purpose": "care"},
            "crm.contact.policy.cap": {"policy_id": policy.id},
            "crm.contact.consent": {"partner_id": self.customer.id},
            "crm.contact.preference": {"partner_id": self.customer.id},
            "crm.contact.preview": {"partner_id": self.customer.id},
            "crm.contact.preview.line": {"preview_id": records["crm.contact.preview.line"].preview_id.id},
            "crm.contact.bypass": {"reason": "Thử"},
            "crm.contact.gate.report": None,
            "crm.contact.lock": {"partner_id": self.company.partner_id.id},
        }

    def operation(self, name, record, values, user):
        record = record.with_user(user)
        if name == "c":
            return record.check_access("create") if values is None else record.create(dict(values))
        if name == "r":
            return record.read(["display_name", "id"])
        if name == "w":
            if record._name == "crm.contact.gate.report":
                return record.check_access("write")
            return record.write(self.harmless(record))
        no_table = record._name in ("crm.contact.channel", "crm.contact.gate.report")
        return record.check_access("unlink") if no_table else record.unlink()

    def harmless(self, record):
        """A change each model allows."""
        return {
            "crm.contact.channel": {"sequence": 9},
            "crm.interaction": {"note": "x"},
            "crm.interaction.log": {"note": "x"},
            "crm.mention": {"text": "x"},
            "crm.interaction.outcome": {"sequence": 9},
            "crm.contact.policy": {"sequence": 9},
            "crm.contact.policy.hours": {"hour_from": 9},
            "crm.contact.policy.purpose": {"cooldown_days": 9},
            "crm.contact.policy.cap": {"limit": 9},
            "crm.contact.consent": {"evidence": "x"},
            "crm.contact.preference": {"evidence": "x"},
            "crm.contact.preview": {"purpose": "care"},
            "crm.contact.preview.line": {"reason": "x"},
            "crm.contact.bypass": {"reason": "x"},
            "crm.contact.lock": {"bookings": 9},
        }[record._name]

    @mute_logger("odoo.models", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_matrix(self):
        """Role × model × create, read, write, unlink: what is not granted is refused."""
        for number, (group, models) in enumerate(MATRIX.items()):
            user = new_test_user(
                self.env, f"vai.tro{number}", groups=group, company_id=self.company.id, company_ids=[self.company.id]
            )
            records = self.records(user)
            values = self.values(records)
            for model, allowed in models.items():
                for name in "crwu":
                    with self.subTest(group=group, model=model, operation=name), self.cr.savepoint():
                        if name in allowed:
                            self.operation(name, records[model], values[model], user)
                        else:
                            with self.assertRaises(AccessError):
                                self.operation(name, records[model], values[model], user)

    def test_other_company(self):
        """Contacts, policies and customers' consents of another company are out of sight."""
        other = self.env["res.company"].create({"name": "Khác"})
        self.env.user.company_ids |= other
        env = self.env(context=dict(self.env.context, allowed_company_ids=[other.id]))
        customer = env["res.partner"].create({"name": "Khách của họ", "company_id": other.id, "email": "a@example.com"})
        customer._contact_book("email", "survey", WORKDAY_MORNING)
        env["crm.contact.consent"].create({"partner_id": customer.id})
        env["crm.mention"].create({"text": "Của họ", "company_id": other.id})
        env["crm.contact.policy"].create({"name": "Của họ", "company_id": other.id})
        user = new_test_user(
            self.env,
            "nguoi.quan.ly",
            groups="crm_contact_policy.group_manager",
            company_id=self.company.id,
            company_ids=[self.company.id],
        )
        for model, domain in (
            ("crm.interaction", [("company_id", "=", other.id)]),
            ("crm.mention", [("company_id", "=", other.id)]),
            ("crm.contact.consent", [("partner_id", "=", customer.id)]),
            ("crm.contact.policy", [("company_id", "=", other.id)]),
        ):
            self.assertFalse(self.env[model].with_user(user).search(domain), model)
