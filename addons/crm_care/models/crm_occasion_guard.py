from odoo import api, models
from odoo.addons.crm_contact_policy.tools import without_defaults
from odoo.exceptions import UserError

# What only the daily work and the profile write: a forged day would send a greeting, as often as somebody likes.
ENGINE_FIELDS = {"error", "from_profile", "last_sent", "next_date", "next_year", "notice_on"}


class CrmOccasion(models.Model):
    """People say which day it is; when it is due next, and what was sent, is not theirs to write."""

    # One concern a file, so that files stay small.
    _inherit = "crm.occasion"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        for vals in vals_list:
            self._check_engine_fields({name for name, value in vals.items() if value})
        clean = without_defaults(self, ENGINE_FIELDS)
        return super(CrmOccasion, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        self._check_engine_fields(vals.keys())
        return super().write(vals)

    @api.model
    def _check_engine_fields(self, names):
        """:raise UserError: when a person writes what the engine keeps"""
        if not self.env.su and (forged := sorted(ENGINE_FIELDS & names)):
            labels = [self._fields[name]._description_string(self.env) for name in forged]
            raise UserError(self.env._("This is worked out, not set by hand: %(fields)s", fields=", ".join(labels)))
