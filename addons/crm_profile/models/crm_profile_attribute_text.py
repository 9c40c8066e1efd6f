from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..domain.tabular import plain
from ..domain.tabular_values import ValueProblem
from ..domain.values import parse_value


class CrmProfileAttribute(models.Model):
    """What people write, as a value; and the contact's fields that attributes mirror."""

    # One concern a file, so that files stay small.
    _inherit = "crm.profile.attribute"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    # ------------------------------------------------------------------ texts
    def _option_codes(self):
        """{attribute id: {code or plain name in any installed language: option code}}; archived options left out."""
        names = {attribute.id: {} for attribute in self}
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for language in languages:
            for option in self.with_context(lang=language, active_test=True).option_ids:
                names[option.attribute_id.id].setdefault(plain(option.name), option.code)
        for option in self.option_ids:
            names[option.attribute_id.id].update({option.code: option.code, plain(option.code): option.code})
        return names

    def _parse_text(self, value, options=None, reading=None):
        """Read what somebody wrote as a value of this attribute.

        :param value: text
        :param options: what :meth:`_option_codes` gives for it, if it was asked already
        :raise UserError: naming attribute and text (the text only where it is not restricted)
        """
        self.ensure_one()
        if options is None and self.value_type in ("choice", "multi"):
            options = self._option_codes()[self.id]
        try:
            return parse_value(self.value_type, value, fields.Date.context_today(self), options, reading)
        except ValueProblem as problem:
            shown = "…" if self.sensitivity == "restricted" else value
            raise UserError(
                self.env._("“%(value)s” does not fit “%(name)s”.", value=shown, name=self.name)
            ) from problem

    # ------------------------------------------------------------------ mirrors
    @api.model
    @tools.ormcache()
    def _mirrored_fields(self):
        """{name of a contact's field: ids of the attributes that mirror it}; restricted ones never mirror."""
        found = {}
        for attribute in self.sudo().search([("partner_field_id", "!=", False), ("sensitivity", "=", "normal")]):
            found.setdefault(attribute.partner_field_id.name, []).append(attribute.id)
        return found

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"partner_field_id", "sensitivity", "active"}:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
