from unittest.mock import patch

from odoo.addons.base.models.ir_qweb import IrQweb
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.ir_qweb import COMPILED_KEY
from .common import WORKDAY_MORNING
from .test_sender import SenderCase

SOURCE = '<p t-if="object.name">Dear <t t-out="object.name.upper()"/>, <i t-out="ctx.get(\'lang\')"/></p>'


@tagged("post_install", "-at_install")
class TestCompileOnce(SenderCase):
    """While the gate delivers, the text of a message is compiled once, not for each customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("vi_VN")
        cls.people = cls.env["res.partner"].create([{"name": name} for name in ("An", "Bình", "Chi")])
        cls.composer = cls.env["mail.render.mixin"]

    def render(self, source=SOURCE, env=None, **context):
        composer = self.composer.with_env(env or self.env).with_context(**context)
        return composer._render_template_qweb(source, "res.partner", self.people.ids)

    def compiled(self, function):
        """(what the function returns, how often a template was compiled)"""
        compiling = IrQweb._generate_code_uncached
        with patch.object(IrQweb, "_generate_code_uncached", autospec=True, side_effect=compiling) as spy:
            return function(), spy.call_count

    def test_once_for_all_records(self):
        plain, number = self.compiled(self.render)
        self.assertEqual(number, 3)
        with self.env["ir.qweb"]._compile_once():
            quick, number = self.compiled(lambda: [self.render(), self.render()])
        self.assertEqual(number, 1)
        self.assertEqual(quick, [plain, plain])
        self.assertIn("BÌNH", plain[self.people[1].id])

    def test_each_text_and_language_its_own(self):
        texts = {("en_US", SOURCE), ("vi_VN", SOURCE), ("en_US", SOURCE.replace("Dear", "Hello"))}
        plain = {(lang, text): self.render(text, lang=lang) for lang, text in texts}
        with self.env["ir.qweb"]._compile_once():
            quick, number = self.compiled(
                lambda: {(lang, text): self.render(text, lang=lang) for lang, text in texts}
            )
        self.assertEqual(number, 3)
        self.assertEqual(quick, plain)

    @mute_logger("odoo.addons.mail.models.mail_render_mixin")
    def test_who_may_not_write_templates_still_may_not(self):
        """Code compiled for one who may is not lent to one who may not."""
        clerk = new_test_user(self.env, "clerk", groups="base.group_user,base.group_partner_manager")
        clerk.group_ids -= self.env.ref("mail.group_mail_template_editor")
        self.env["ir.config_parameter"].set_param("mail.restrict.template.rendering", True)
        self.assertFalse(clerk.has_group("mail.group_mail_template_editor"))
        with self.env["ir.qweb"]._compile_once():
            self.render()
            with self.assertRaises(AccessError):
                self.render(env=self.env(user=clerk))

    @mute_logger("odoo.addons.crm_contact_policy.models.crm_interaction")
    def test_on_while_delivering_only(self):
        """Also when a letter fails and the others are tried one by one."""
        letters = self.letters(["thư", "broken"])
        deliver, seen = self.registry[letters._name]._contact_deliver, []

        def spy(records, interactions):
            seen.append(COMPILED_KEY in records.env.cr.cache)
            return deliver(records, interactions)

        with patch.object(self.registry[letters._name], "_contact_deliver", spy):
            letters._contact_request("email", "service", WORKDAY_MORNING)
        self.assertEqual(seen, [True] * 3)
        self.assertNotIn(COMPILED_KEY, self.env.cr.cache)

    def test_nested(self):
        """An inner delivery does not end the outer one."""
        qweb = self.env["ir.qweb"]
        with qweb._compile_once():
            with qweb._compile_once():
                self.render()
            number = self.compiled(self.render)[1]
        self.assertEqual(number, 0)
        self.assertEqual(self.compiled(self.render)[1], 3)
