from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmLifecycleStageSet(models.TransientModel):
    """Set the stage of customers by hand, with a reason and an expiry."""

    _name = "crm.lifecycle.stage.set"
    _description = "Set the Stage of Customers"

    partner_ids = fields.Many2many("res.partner", string="Customers", required=True)
    stage_id = fields.Many2one("crm.lifecycle.stage", required=True)
    reason = fields.Char(required=True)
    on = fields.Date(string="From", required=True, default=lambda self: self.env.company._lifecycle_today())
    until = fields.Date(help="The last day this stage holds. Then the rules decide again.")

    @api.constrains("on", "until")
    def _check_until(self):
        for wizard in self:
            if wizard.until and wizard.until < wizard.on:
                raise ValidationError(self.env._("The stage cannot end before it begins."))

    def action_apply(self):
        """Declare the stage for the chosen customers.

        :raise AccessError: one of them is a colleague's, whose stage the user does not see
        """
        self.ensure_one()
        self.partner_ids.commercial_partner_id._lifecycle_check_handover()
        self.partner_ids._lifecycle_declare(self.stage_id.code, self.reason, on=self.on, until=self.until)
        return {"type": "ir.actions.act_window_close"}
