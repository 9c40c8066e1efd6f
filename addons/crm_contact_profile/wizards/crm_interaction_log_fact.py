from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

VALUE_FIELDS = {
    "text": "value_text",
    "integer": "value_integer",
    "float": "value_float",
    "boolean": "value_boolean",
    "date": "value_date",
}


class CrmInteractionLogFact(models.TransientModel):
    """A fact learnt in a call or visit."""

    _name = "crm.interaction.log.fact"
    _description = "Log a Call or Visit: Fact"

    log_id = fields.Many2one("crm.interaction.log", required=True, ondelete="cascade", index=True)
    may_restricted = fields.Boolean(compute="_compute_may_restricted")
    attribute_id = fields.Many2one(
        "crm.profile.attribute",
        required=True,
        ondelete="cascade",
        domain="[('sensitivity', 'in', ('normal', 'restricted') if may_restricted else ('normal',))]",
    )
    question = fields.Char(related="attribute_id.question")
    value_type = fields.Selection(related="attribute_id.value_type")
    value_text = fields.Char("Text")
    value_integer = fields.Integer("Whole Number")
    value_float = fields.Float("Number")
    value_boolean = fields.Boolean("Yes")
    value_date = fields.Date("Day")
    option_ids = fields.Many2many(
        "crm.profile.option",
        "crm_interaction_log_fact_option_rel",
        string="Options",
        domain="[('attribute_id', '=', attribute_id)]",
    )
    value_display = fields.Char("Value", compute="_compute_value_display")

    @api.depends_context("uid")
    def _compute_may_restricted(self):
        self.may_restricted = self.env.user.has_group("crm_profile.group_restricted")

    @api.depends("value_type", "option_ids", *VALUE_FIELDS.values())
    def _compute_value_display(self):
        for line in self:
            if line.value_type in ("choice", "multi"):
                line.value_display = ", ".join(line.option_ids.mapped("name"))
            elif line.value_type == "boolean":
                line.value_display = self.env._("Yes") if line.value_boolean else self.env._("No")
            else:
                value = line[VALUE_FIELDS.get(line.value_type, "value_text")]
                line.value_display = str(value) if value else ""

    def _check_restricted(self):
        """:raise AccessError: when the user may not record such a fact"""
        if self.attribute_id.sensitivity == "restricted" and not self.may_restricted:
            raise AccessError(self.env._("You may not record “%(name)s”.", name=self.attribute_id.name))

    def _python_value(self):
        """The value as the profile takes it.

        :raise UserError: when nothing was entered, or an option is another attribute's
        """
        self.ensure_one()
        kind = self.value_type
        if kind in ("choice", "multi"):
            codes = self.option_ids.filtered(lambda option: option.attribute_id == self.attribute_id).mapped("code")
            value = codes if kind == "multi" else (codes[0] if len(codes) == 1 else None)
        else:
            value = self[VALUE_FIELDS[kind]]
        if value is None or value == [] or (kind in ("text", "date") and not value):
            raise UserError(self.env._("What is the answer to “%(name)s”?", name=self.attribute_id.name))
        return value
