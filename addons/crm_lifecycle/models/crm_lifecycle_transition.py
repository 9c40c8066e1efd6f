from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_lifecycle_reason import render_reason
from .loose_many2one import LooseMany2one

TRIGGERS = [
    ("rule", "Rule"),
    ("user", "User"),
    ("survey", "Survey"),
    ("contract", "Contract"),
    ("import", "Import"),
    ("rebuild", "Rebuild"),
]


class CrmLifecycleTransition(models.Model):
    """A change of stage, written once and never altered."""

    _name = "crm.lifecycle.transition"
    _description = "Lifecycle Transition"
    _order = "effective_on desc, id desc"
    _rec_name = "partner_id"
    _log_access = False

    partner_id = LooseMany2one("res.partner", string="Customer", required=True, index=True)
    company_id = LooseMany2one("res.company", required=True)
    from_stage_id = LooseMany2one("crm.lifecycle.stage", string="From", required=True)
    to_stage_id = LooseMany2one("crm.lifecycle.stage", string="To", required=True)
    effective_on = fields.Date(required=True, help="The day the change took place, in the company's time zone.")
    recorded_on = fields.Datetime(required=True, help="When the change was noticed.")
    trigger = fields.Selection(TRIGGERS, required=True)
    reason_code = fields.Char()
    reason_params = fields.Json()
    reason = fields.Char(compute="_compute_reason")
    user_id = LooseMany2one("res.users", string="By")
    policy_version = fields.Integer()
    fit_id = LooseMany2one("crm.lifecycle.fit")
    run_id = LooseMany2one("crm.lifecycle.run")
    generation = fields.Integer(default=1, help="A rebuild of the history writes a new generation.")
    metrics = fields.Json(help="The figures at the time of the change.")
    to_stage_code = fields.Selection(related="to_stage_id.code", string="To Code")
    to_stage_color = fields.Integer(related="to_stage_id.color")

    _recorded_idx = models.Index("USING brin (recorded_on)")
    _company_effective_idx = models.Index("(company_id, effective_on)")

    @api.depends("reason_code", "reason_params")
    @api.depends_context("lang")
    def _compute_reason(self):
        for transition in self:
            transition.reason = render_reason(
                self.env, transition.reason_code, transition.reason_params, transition.effective_on
            )

    @api.depends("partner_id", "from_stage_id", "to_stage_id")
    def _compute_display_name(self):
        for transition in self:
            transition.display_name = (
                f"{transition.partner_id.display_name}: "
                f"{transition.from_stage_id.name} → {transition.to_stage_id.name}"
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The lifecycle history is never deleted."))

    def write(self, vals):
        """Refuse: the history is append-only, for everyone."""
        self._refuse_change()
        return super().write(vals)

    def _refuse_change(self):
        raise UserError(self.env._("The lifecycle history is never changed; a new decision appends a new line."))
