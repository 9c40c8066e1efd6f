from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmServiceReminder(models.Model):
    """A reminder step of a plan: how many days before or after the due day, by which channel, with which text."""

    _name = "crm.service.reminder"
    _description = "Service Reminder Step"
    _order = "plan_id, days_before desc, id"

    plan_id = fields.Many2one("crm.service.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    active = fields.Boolean(default=True)
    days_before = fields.Integer(default=7, required=True, help="Negative: days after the due day.")
    channel_id = fields.Many2one(
        "crm.contact.channel",
        required=True,
        ondelete="restrict",
        domain="[('code', 'in', ('email', 'sms', 'phone'))]",
        default=lambda self: self.env.ref("crm_contact_policy.channel_email", raise_if_not_found=False),
    )
    channel_code = fields.Selection(related="channel_id.code", string="Channel Code")
    template_id = fields.Many2one(
        "mail.template", "E-mail", domain="[('model', '=', 'crm.service.visit')]", ondelete="restrict"
    )
    sms_template_id = fields.Many2one(
        "sms.template", "SMS", domain="[('model', '=', 'crm.service.visit')]", ondelete="restrict"
    )
    unless_confirmed = fields.Boolean(
        "Only If Not Confirmed", help="Leave this step out when the customer has confirmed already."
    )

    @api.depends("days_before", "channel_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for step in self:
            if step.days_before >= 0:
                when = self.env._("%(days)s days before", days=step.days_before)
            else:
                when = self.env._("%(days)s days after", days=-step.days_before)
            step.display_name = f"{step.channel_id.name}, {when}"

    @api.constrains("channel_id", "template_id", "sms_template_id")
    def _check_template(self):
        for step in self:
            if step.channel_code == "email" and not step.template_id:
                raise ValidationError(self.env._("A reminder by e-mail needs a template."))
            if step.channel_code == "sms" and not step.sms_template_id:
                raise ValidationError(self.env._("A reminder by SMS needs a template."))
