from odoo import api, models
from odoo.addons.crm_contact_policy.tools import without_defaults
from odoo.exceptions import UserError

# What only the buttons and the clock write.
STAMPS = {
    "alarm_error",
    "alarm_on",
    "assigned_on",
    "closed_on",
    "number",
    "promised_from",
    "responded_on",
    "response_deadline",
    "response_hours",
    "response_state",
    "response_told",
    "response_used",
    "search_text",
    "sla_id",
    "solve_deadline",
    "solve_hours",
    "solve_state",
    "solve_told",
    "solve_used",
    "solved_by_id",
    "solved_on",
    "span_ids",
    "state",
}
HARMLESS = {"state": "new", "number": "/", "response_state": "none", "solve_state": "none"}


class CrmServiceCaseGuardMixin(models.AbstractModel):
    """A case changes its status by its buttons; when it came and how long it took is not rewritten."""

    _name = "crm.service.case.guard.mixin"
    _description = "Guard of Cases"

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        if not self.env.su:
            for vals in vals_list:
                given = {name for name in STAMPS & vals.keys() if vals[name] and vals[name] != HARMLESS.get(name)}
                self._refuse_stamps(given)
        clean = self if self.env.su else without_defaults(self, STAMPS)
        return super(CrmServiceCaseGuardMixin, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        """Refuse what only the buttons write, and another day of receipt but by a manager.

        :raise UserError: for either
        """
        if not self.env.su:
            self.check_access("write")
            self._refuse_stamps(STAMPS & vals.keys())
            if "received_on" in vals and not self.env.user.has_group("crm_service_plan.group_manager"):
                self._refuse_stamps({"received_on"})
        return super().write(vals)

    @api.model
    def _refuse_stamps(self, names):
        if names:
            labels = [self._fields[name]._description_string(self.env) for name in sorted(names)]
            raise UserError(
                self.env._("Use the case's buttons: this is not set by hand (%(fields)s).", fields=", ".join(labels))
            )
