from odoo import fields, models


class CrmSurveyProgramStep(models.Model):
    """One way to reach the customer: the first step invites, the later ones remind those who have not answered."""

    _name = "crm.survey.program.step"
    _description = "Survey program step"
    _order = "program_id, sequence, id"

    program_id = fields.Many2one("crm.survey.program", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    channel_id = fields.Many2one(
        "crm.contact.channel",
        required=True,
        domain=[("code", "in", ("email", "sms", "phone"))],
        default=lambda self: self.env.ref("crm_contact_policy.channel_email", raise_if_not_found=False),
        ondelete="restrict",
    )
    channel_code = fields.Selection(related="channel_id.code")
    days = fields.Integer(
        string="Days later", help="Days after the step before it; the first counts from the program's start."
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        string="E-mail",
        domain=[("model", "=", "crm.survey.invitation")],
        help="Left empty, the first step uses the invitation and the later ones the reminder.",
    )

    sms_template_id = fields.Many2one(
        "sms.template",
        string="SMS",
        domain=[("model", "=", "crm.survey.invitation")],
        help="Left empty, the first step uses the invitation and the later ones the reminder.",
    )

    _days_positive = models.Constraint("CHECK (days >= 0)", "A step cannot be earlier than the one before it.")

    def _get_template(self, first):
        """Return the e-mail of this step; ``first`` tells an invitation from a reminder."""
        self.ensure_one()
        fallback = "mail_template_invitation" if first else "mail_template_reminder"
        return self.mail_template_id or self.env.ref(f"crm_survey.{fallback}")

    def _get_sms_template(self, first):
        """Return the text message of this step; ``first`` tells an invitation from a reminder."""
        self.ensure_one()
        fallback = "sms_template_invitation" if first else "sms_template_reminder"
        return self.sms_template_id or self.env.ref(f"crm_survey.{fallback}")

    def _get_address(self, partner):
        """Return where this step reaches a person; empty if it does not."""
        self.ensure_one()
        return partner.email if self.channel_code == "email" else partner.phone
