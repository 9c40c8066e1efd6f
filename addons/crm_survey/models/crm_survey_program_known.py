from odoo import fields, models


class CrmSurveyProgram(models.Model):
    """What is not asked again, and when to look whether it is enough."""

    _inherit = "crm.survey.program"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    skip_known = fields.Boolean(
        string="Leave out what we know",
        default=True,
        help="A question whose answer is a fact that we hold, sure and fresh, is not asked again.",
    )
    fresh_months = fields.Integer(
        string="Known for at most (months)",
        help="An older fact is asked again. 0: as long as the fact is kept, see its attribute.",
    )

    _fresh_positive = models.Constraint("CHECK (fresh_months >= 0)", "Months cannot be negative.")

    def _wake_if_limited_sudo(self):
        """Run the programs soon when an answer may stop them; sudo: the respondent is the public user."""
        programs = self.sudo()
        if programs.filtered(lambda p: p.quota_ids or p.target_mode != "all" or p.budget_amount or p.budget_hours):
            self.env.ref("crm_survey.ir_cron_run").sudo()._trigger()

    def _get_plan_settings(self):
        """Return ``(leave out what we know, months)`` of this program."""
        self.ensure_one()
        return self.skip_known, self.fresh_months
