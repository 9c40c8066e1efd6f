from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CrmServiceVisitHealthMixin(models.AbstractModel):
    """Visits of health plans: for those with the right alone, and nothing of them in records others read."""

    _name = "crm.service.visit.health.mixin"
    _description = "Visits of Health Plans"

    is_sensitive = fields.Boolean(
        "Health Data", compute="_compute_is_sensitive", store=True, compute_sudo=True, index=True, precompute=True
    )

    @api.depends("plan_ids.is_sensitive")
    def _compute_is_sensitive(self):
        for visit in self:
            visit.is_sensitive = any(visit.plan_ids.mapped("is_sensitive"))

    @api.constrains("user_id", "is_sensitive")
    def _check_health_staff(self):
        """Nobody without the right is sent: the message about the assignment would name the work."""
        for visit in self.filtered("is_sensitive"):
            if visit.user_id and not visit.user_id.has_group("crm_service_plan.group_health"):
                raise ValidationError(
                    self.env._("%(name)s may not see health data and cannot take this visit.", name=visit.user_id.name)
                )

    def _log_interaction(self):
        """The ledger is read by every salesperson: of a health visit it keeps that there was one, no more."""
        result = super()._log_interaction()
        secret = self.filtered("is_sensitive")
        if secret:
            self.env["crm.interaction"].search(
                [("res_model", "=", self._name), ("res_id", "in", secret.ids), ("subject", "!=", False)]
            ).write({"subject": self.env._("Visit"), "note": False})
        return result

    def _customer_rate(self, rate, feedback):
        """See the base: ratings are read by every employee, a word on one's health is not.

        :raises UserError: the visit is of a health plan
        """
        if self.is_sensitive:
            raise UserError(self.env._("This visit is not rated."))
        return super()._customer_rate(rate, feedback)

    def _create_lead_sudo(self):
        """See the base: the lead of a health visit names neither the work nor the finding."""
        lead = super()._create_lead_sudo()
        if self.is_sensitive:
            lead.write({"name": self.env._("Found on a visit"), "description": False})
        return lead
