from odoo import api, fields, models
from odoo.exceptions import AccessError

ENTERED = ("new", "established", "quiet", "ended")


class DigestDigest(models.Model):
    """How many customers moved, in the report that Odoo sends by mail."""

    _inherit = "digest.digest"

    kpi_lifecycle_new = fields.Boolean("New Customers")
    kpi_lifecycle_new_value = fields.Integer(compute="_compute_kpi_lifecycle_new_value")
    kpi_lifecycle_established = fields.Boolean("Customers Become Established")
    kpi_lifecycle_established_value = fields.Integer(compute="_compute_kpi_lifecycle_established_value")
    kpi_lifecycle_quiet = fields.Boolean("Customers Turned Quiet")
    kpi_lifecycle_quiet_value = fields.Integer(compute="_compute_kpi_lifecycle_quiet_value")
    kpi_lifecycle_ended = fields.Boolean("Customers Ended")
    kpi_lifecycle_ended_value = fields.Integer(compute="_compute_kpi_lifecycle_ended_value")

    def _compute_kpi_lifecycle_new_value(self):
        self._compute_lifecycle_entered("new")

    def _compute_kpi_lifecycle_established_value(self):
        self._compute_lifecycle_entered("established")

    def _compute_kpi_lifecycle_quiet_value(self):
        self._compute_lifecycle_entered("quiet")

    def _compute_kpi_lifecycle_ended_value(self):
        self._compute_lifecycle_entered("ended")

    def _compute_lifecycle_entered(self, code):
        """Count who entered a stage in the period, as the history has it now; imported purchases of these days, too.

        :raise AccessError: the reader may not see stages; the report then goes without this figure
        """
        if not self.env.user.has_group("crm_lifecycle.group_user"):
            raise AccessError(self.env._("Stages of customers are not shown to this user."))
        self._calculate_company_based_kpi(
            "crm.lifecycle.transition",
            f"kpi_lifecycle_{code}_value",
            date_field="effective_on",
            additional_domain=[("to_stage_id.code", "=", code), ("is_current", "=", True)],
        )

    @api.model
    def _lifecycle_show(self):
        """Show who is new and who turned quiet in Odoo's own report, where it is still there."""
        if digest := self.env.ref("digest.digest_digest_default", raise_if_not_found=False):
            digest.write({"kpi_lifecycle_new": True, "kpi_lifecycle_quiet": True})

    @api.model
    def _lifecycle_action(self):
        """Return the action behind the figures, as the report links to it."""
        menu = self.env.ref("crm_lifecycle.crm_lifecycle_menu_root", raise_if_not_found=False)
        return f"crm_lifecycle.crm_lifecycle_transition_action{f'?menu_id={menu.id}' if menu else ''}"

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        if not user.has_group("crm_lifecycle.group_user"):
            return actions
        return {**actions, **{f"kpi_lifecycle_{code}": self._lifecycle_action() for code in ENTERED}}
