"""Roles × ways to a restricted value: nothing leaks. The value is one that occurs nowhere else in the database."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ProfileCase

SECRET = "Zyzzyva-4711"
INSIDERS = "base.group_user,base.group_partner_manager,base.group_allow_export,mail.group_mail_template_editor"
ROLES = {
    "user": f"crm_profile.group_user,{INSIDERS}",
    "manager": f"crm_profile.group_manager,{INSIDERS}",
    "privacy": f"crm_profile.group_privacy,crm_profile.group_export,{INSIDERS}",
    "employee": INSIDERS,
    "portal": "base.group_portal",
    "public": "base.group_public",
}


class AttackCase(ProfileCase):
    """A restricted fact with a value to look for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.attribute = cls.env["crm.profile.attribute"].create(
            {"name": "Condition", "code": "attack_secret", "sensitivity": "restricted", "value_type": "text"}
        )
        cls.secret = cls.partner._profile_record({"attack_secret": SECRET}, "survey")
        cls.open = cls.partner._profile_record({"vehicle": "Honda"}, "survey")
        cls.secret.write({"note": f"note {SECRET}", "evidence": f"letter {SECRET}"})

    def ways(self, user):
        """{way: function that returns whatever the user gets to see}."""
        env = self.env(user=user)
        facts, partner = env["crm.profile.fact"], env["res.partner"].browse(self.partner.id)
        fact = facts.browse(self.secret.id)
        by_value = [("value_text", "=", SECRET)]
        return {
            "read": lambda: fact.read(["value_text", "value_key", "value_display", "note", "evidence"]),
            "web_read": lambda: fact.web_read({"value_display": {}, "option_ids": {"fields": {"name": {}}}}),
            "search": lambda: facts.search(by_value).ids,
            "search by key": lambda: facts.search([("value_key", "ilike", "zyzzyva")]).ids,
            "search by note": lambda: facts.search([("note", "ilike", SECRET)]).ids,
            "count": lambda: facts.search_count(by_value),
            "search_read": lambda: facts.search_read([("attribute_id", "=", self.attribute.id)]),
            "web_search_read": lambda: facts.web_search_read(by_value, {"value_text": {}})["records"],
            "order": lambda: facts.search([], order="value_key").filtered(lambda f: f.id == self.secret.id).ids,
            "group by": lambda: [
                g for g in facts.formatted_read_group([], ["value_key"], ["__count"]) if SECRET.casefold() in str(g)
            ],
            "group aggregate": lambda: facts.formatted_read_group(
                [("attribute_id", "=", self.attribute.id)], [], ["value_key:array_agg"]
            )[0]["value_key:array_agg"],
            "web_read_group": lambda: [
                g for g in facts.web_read_group([], ["value_text"])["groups"] if SECRET in str(g)
            ],
            "name_search": lambda: [found for found in facts.name_search(SECRET) if found[0] == fact.id],
            "display_name": lambda: SECRET in (fact.sudo().display_name or "") or None,
            "export": lambda: fact.export_data(["value_text"])["datas"],
            "export by the contact": lambda: (
                SECRET
                in str(partner.export_data(["name", "profile_fact_ids/value_text", "profile_fact_ids/value_display"]))
                or None
            ),
            "contact by value": lambda: env["res.partner"].search([("profile_fact_ids.value_text", "=", SECRET)]).ids,
            "contact any": lambda: env["res.partner"].search([("profile_fact_ids", "any", by_value)]).ids,
            "contact by number": lambda: env["res.partner"].search([("profile_fact_ids", "in", self.secret.ids)]).ids,
            "user by value": lambda: (
                env["res.users"].search([("partner_id.profile_fact_ids.value_text", "=", SECRET)]).ids
            ),
            "contact's facts": lambda: (
                SECRET
                in str(partner.web_read({"profile_fact_ids": {"fields": {"value_text": {}}}, "profile_html": {}}))
                or None
            ),
            "fields_get": lambda: SECRET in json.dumps(facts.fields_get(), default=str) or None,
            "copy": lambda: fact.copy_data(),
            "onchange": lambda: SECRET in str(fact.onchange({}, [], {"value_text": {}})) or None,
            "choose": lambda: fact.action_choose(),
            "write": lambda: fact.write({"note": "x"}),
            "mail template": lambda: SECRET in self.rendered(env) or None,
            "activity": lambda: (
                SECRET in str(env["mail.activity"].search_read([("res_id", "=", self.partner.id)])) or None
            ),
            "chatter": lambda: SECRET in str(partner.message_ids.mapped("body")) or None,
        }

    def rendered(self, env):
        return str(
            env["mail.render.mixin"]._render_template(
                '<p><t t-out="object.profile_html"/><t t-out="object.profile_fact_ids.mapped(\'value_display\')"/></p>',
                "res.partner",
                self.partner.ids,
                engine="qweb",
            )
        )


@tagged("post_install", "-at_install")
class TestAttacks(AttackCase):
    @mute_logger(
        "odoo.addons.base.models.ir_rule",
        "odoo.addons.base.models.ir_model",
        "odoo.models",
        "odoo.addons.mail.models.mail_render_mixin",
    )
    def test_nobody_else_sees_it(self):
        """Each role by each way: an error of access, or nothing."""
        for role, groups in ROLES.items():
            user = new_test_user(self.env, f"attack_{role}", groups=groups)
            for way, attack in self.ways(user).items():
                with self.subTest(role=role, way=way):
                    self.env.flush_all()
                    self.env.invalidate_all()
                    try:
                        got = attack()
                    except (AccessError, UserError) as refusal:
                        self.assertNotIn(SECRET, str(refusal))
                        continue
                    self.assertFalse(got)
        self.assertEqual(self.secret.sudo().status, "stated")

    def test_its_group_sees_it(self):
        """The same ways do find it for who may: the table above attacks something."""
        user = new_test_user(
            self.env, "attack_confidant", groups=f"crm_profile.group_restricted,crm_profile.group_export,{INSIDERS}"
        )
        ways = self.ways(user)
        for way in (
            "read",
            "web_read",
            "search",
            "search by key",
            "count",
            "search_read",
            "web_search_read",
            "group by",
            "group aggregate",
            "web_read_group",
            "export",
        ):
            with self.subTest(way=way):
                self.assertTrue(ways[way]())
        for way in ("mail template", "contact by value", "contact any", "contact by number", "display_name"):
            with self.subTest(way=way):
                self.assertFalse(ways[way]())

    def test_stored_domains_tell_nothing(self):
        """A domain written by one and evaluated as superuser finds nobody by a restricted value, nor by its absence."""
        partners = self.env["res.partner"].sudo()
        other = partners.create({"name": "Không có gì"})
        both = (self.partner | other).ids
        for domain, found in (
            ([("profile_fact_ids.value_text", "=", SECRET)], 0),
            ([("profile_fact_ids", "any", [("value_key", "like", "zyz")])], 0),
            ([("profile_fact_ids", "any", [("attribute_id.code", "=", "attack_secret")])], 0),
            ([("profile_fact_ids", "in", self.secret.ids)], 0),
            ([("profile_fact_ids", "not any", [("value_text", "=", SECRET)])], 2),
            ([("profile_fact_ids.value_text", "!=", SECRET), ("profile_fact_ids.value_text", "!=", "Honda")], 0),
            ([("profile_fact_ids.value_text", "=", "Honda")], 1),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(partners.search_count([("id", "in", both), *domain]), found)
                self.assertEqual(len(partners.browse(both).filtered_domain(domain)), found)

    def test_no_relation_leads_around_the_rules(self):
        """Every link from another model to facts shows normal ones only, or none: a new one has to be thought about."""
        for name, model in self.env.items():
            if model._abstract or name == "crm.profile.fact":
                continue
            for field in model._fields.values():
                if field.comodel_name != "crm.profile.fact" or field.inherited or field.related:
                    continue
                if field.type == "one2many":
                    self.assertIn("sensitivity", str(field.get_comodel_domain(model)), field)

    def test_message_of_a_fact(self):
        with self.assertRaises(AccessError):
            self.env["mail.render.mixin"]._render_template(
                "{{ object.value_text }}", "crm.profile.fact", self.secret.ids
            )

    def test_superuser_s_messages(self):
        """A scheduled message is made as superuser, and still says nothing restricted."""
        self.assertNotIn(SECRET, self.rendered(self.env(su=True)))
        self.assertIn("Honda", self.rendered(self.env(su=True)))

    def test_mirror_is_withdrawn(self):
        """An attribute made restricted later leaves the field it mirrored; made normal again it fills it again."""
        attribute = self.env["crm.profile.attribute"].create(
            {
                "name": "Mirror",
                "code": "attack_mirror",
                "value_type": "text",
                "partner_field_id": self.env["ir.model.fields"]._get("res.partner", "function").id,
            }
        )
        self.partner._profile_record({"attack_mirror": "Oncologist"}, "partner")
        self.assertEqual(self.partner.function, "Oncologist")
        attribute.sensitivity = "restricted"
        self.assertFalse(self.partner.function)
        attribute.sensitivity = "normal"
        self.assertEqual(self.partner.function, "Oncologist")


@tagged("post_install", "-at_install")
class TestAttacksByWeb(HttpCase):
    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_rpc(self):
        """From outside, with the connection a browser uses: portal and salesperson get no value, officers get logs."""
        partner = self.env["res.partner"].create({"name": "Web"})
        self.env["crm.profile.attribute"].create(
            {"name": "W", "code": "attack_web", "sensitivity": "restricted", "value_type": "text"}
        )
        fact = partner._profile_record({"attack_web": SECRET}, "survey")
        for login, groups in (("web_portal", "base.group_portal"), ("web_user", ROLES["user"])):
            new_test_user(self.env, login, groups=groups)
            self.authenticate(login, login)
            for method, args in (
                ("read", [fact.ids, ["value_text"]]),
                ("search_read", [[]]),
                ("web_search_read", [[], {"value_text": {}}]),
            ):
                with self.subTest(login=login, method=method):
                    self.assertNotIn(SECRET, self.call("crm.profile.fact", method, args))
            for model in ("crm.profile.access.log", "crm.privacy.request"):
                self.assertIn("AccessError", self.call(model, "search_read", [[]]))
            self.assertNotEqual(
                self.url_open(f"/crm_profile/file/{partner.id}").headers.get("Content-Type"), "application/zip"
            )

    def test_reading_is_noted_though_the_connection_only_reads(self):
        """Odoo opens a read-only connection for such calls: the value comes, and so does the note."""
        partner = self.env["res.partner"].create({"name": "Web"})
        attribute = self.env["crm.profile.attribute"].create(
            {"name": "W", "code": "attack_web", "sensitivity": "restricted", "value_type": "text"}
        )
        fact = partner._profile_record({"attack_web": SECRET}, "survey")
        user = new_test_user(self.env, "web_confidant", groups="base.group_user,crm_profile.group_restricted")
        self.authenticate("web_confidant", "web_confidant")
        for _time in range(2):
            self.assertIn(SECRET, self.call("crm.profile.fact", "web_read", [fact.ids, {"value_text": {}}]))
        log = self.env["crm.profile.access.log"].search([("user_id", "=", user.id)])
        self.assertEqual((len(log), log.partner_id, log.attribute_id, log.how), (1, partner, attribute, "read"))

    def call(self, model, method, args):
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps({"params": {"model": model, "method": method, "args": args, "kwargs": {}}}),
            headers={"Content-Type": "application/json"},
        )
        return response.text
