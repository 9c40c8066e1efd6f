from odoo import api, fields, models


class ResCompany(models.Model):
    """How a company asks its customers."""

    _inherit = "res.company"

    crm_survey_expiry_days = fields.Integer(string="Survey links work for (days)", default=30)
    crm_survey_open_churn = fields.Boolean(
        string="Open a churn interview when a customer ends",
        default=True,
        help="For each customer who enters the stage Ended by rule or by hand; imports and rebuilds open none.",
    )
    crm_survey_churn_until = fields.Datetime(readonly=True, default=fields.Datetime.now)
    crm_survey_churn_after = fields.Integer(readonly=True, default=lambda self: self._default_churn_after())

    _crm_survey_expiry_positive = models.Constraint(
        "CHECK (crm_survey_expiry_days > 0)", "Survey links must work for at least one day."
    )

    @api.model
    def _default_churn_after(self):
        """Number of the last stage change there is: what happened before opens no interview."""
        return self.env["crm.lifecycle.transition"].search([], order="id desc", limit=1).id or 0
