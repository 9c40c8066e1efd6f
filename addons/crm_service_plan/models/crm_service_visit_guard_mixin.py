from odoo import api, models
from odoo.addons.crm_contact_policy.tools import without_defaults
from odoo.exceptions import UserError

# What only the transitions write: each of them checks where it may start from, and dates what follows.
STAMPS = {"confirm_date", "done_date", "real_start", "slot_sequence", "state", "timer_hours", "timer_start"}
# What is derived or kept by the machine.
DERIVED = {
    "access_token",
    "booking_ids",
    "coverage_code",
    "coverage_left",
    "covered",
    "is_sensitive",
    "labour_cost",
    "left_occurrence_ids",
    "parts_cost",
    "parts_price",
    "planned_date",
    "total_cost",
    "upsell_count",
    "upsell_won",
    "was_emptied",
}
HARMLESS = {"state": "due"}
# What was done, when, by whom and at what cost: on record once the visit is closed.
RECORD = {
    "active",
    "asset_id",
    "company_id",
    "cost",
    "due_date",
    "hours",
    "line_ids",
    "meter",
    "name",
    "note",
    "occurrence_ids",
    "part_ids",
    "partner_id",
    "photo_ids",
    "planned_start",
    "planned_stop",
    "price",
    "resource_ids",
    "signature",
    "signed_by",
    "staff_ids",
    "task_ids",
    "user_id",
}


class CrmServiceVisitGuardMixin(models.AbstractModel):
    """A visit changes its state by its transitions alone, and a finished one stays as it was signed."""

    _name = "crm.service.visit.guard.mixin"
    _description = "Guard of Visits"

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        if not self.env.su:
            for vals in vals_list:
                given = {name for name in (STAMPS | DERIVED) & vals.keys() if vals[name]}
                self._refuse_stamps({name for name in given if vals[name] != HARMLESS.get(name)})
        clean = self if self.env.su else without_defaults(self, STAMPS | DERIVED)
        return super(CrmServiceVisitGuardMixin, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        """Refuse what only transitions write, and changes of finished visits but by a manager.

        :raise UserError: for either
        """
        if not self.env.su:
            self.check_access("write")
            self._refuse_stamps((STAMPS | DERIVED) & vals.keys())
            if RECORD & vals.keys():
                self._check_not_done()
            if "active" in vals and not vals["active"]:
                self._check_closed()
        return super().write(vals)

    @api.model
    def _refuse_stamps(self, names):
        if names:
            labels = [self._fields[name]._description_string(self.env) for name in sorted(names)]
            raise UserError(
                self.env._("Use the visit's buttons: this is not set by hand (%(fields)s).", fields=", ".join(labels))
            )

    def _check_closed(self):
        """:raise UserError: a visit is still to be done; hidden, it would hold its people and its services for ever"""
        if self.filtered(lambda visit: visit.state not in ("done", "missed", "cancelled")):
            raise UserError(self.env._("Only closed visits can be archived: cancel the visit."))

    def _check_not_done(self):
        """:raise UserError: a visit is finished and the user no manager"""
        if self.env.su or self.env.user.has_group("crm_service_plan.group_manager"):
            return
        for visit in self.filtered(lambda visit: visit.state == "done"):
            raise UserError(
                self.env._("“%(visit)s” is finished: only a manager may correct it.", visit=visit.display_name)
            )
