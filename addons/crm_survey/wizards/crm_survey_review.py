from odoo import fields, models


class CrmSurveyReview(models.TransientModel):
    """Decides on doubtful answers, and says why."""

    _name = "crm.survey.review"
    _description = "Review of survey answers"

    user_input_ids = fields.Many2many(
        "survey.user_input", string="Answers", default=lambda self: self.env.context.get("active_ids")
    )
    decision = fields.Selection(
        [("accepted", "They count"), ("set_aside", "They do not count")], required=True, default="accepted"
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        """Write the decision on the answers."""
        self.ensure_one()
        self.user_input_ids._review(self.decision, self.reason, fields.Datetime.now())
        return {"type": "ir.actions.act_window_close"}
