"""With the whole suite installed, no role gets at a restricted fact: the attacks of crm_profile, by every role."""

from odoo.addons.crm_profile.tests.test_attacks import SECRET, AttackCase
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_access_matrix import ROLES


@tagged("standard", "post_install", "-at_install")
class TestRestrictedForRoles(AttackCase):
    @mute_logger(
        "odoo.addons.base.models.ir_rule",
        "odoo.addons.base.models.ir_model",
        "odoo.models",
        "odoo.addons.mail.models.mail_render_mixin",
    )
    def test_no_role_sees_it(self):
        for number, (role, groups) in enumerate(ROLES.items()):
            user = new_test_user(self.env, f"restricted_{number}", groups=f"{groups},base.group_allow_export")
            if user.has_group("crm_profile.group_restricted"):
                self.fail(f"{role} sees restricted facts without having been given the right")
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

    def test_nobody_gets_privacy_rights_along(self):
        """Neither the read log nor unmasked exports come with another role."""
        for number, groups in enumerate(ROLES.values()):
            user = new_test_user(self.env, f"rights_{number}", groups=groups)
            for group in ("group_restricted", "group_privacy", "group_export"):
                self.assertFalse(user.has_group(f"crm_profile.{group}"), groups)
