from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class CrmLifecycleAsOf(models.TransientModel):
    """Ask for the stages as they were on a day."""

    _name = "crm.lifecycle.as.of"
    _description = "Stages as of a Day"

    as_of = fields.Date(
        string="Day", required=True, compute="_compute_as_of", store=True, readonly=False, precompute=True
    )
    partner_ids = fields.Many2many("res.partner", string="Only these customers")
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)

    @api.depends("company_id")
    def _compute_as_of(self):
        for wizard in self:
            # a company's month may have begun while another's has not
            wizard.as_of = (wizard.company_id or self.env.company)._lifecycle_today().replace(day=1)

    @api.constrains("as_of")
    def _check_as_of(self):
        for wizard in self:
            if wizard.as_of > wizard.company_id._lifecycle_today():
                raise ValidationError(self.env._("Only a day that has come can be asked for."))

    def action_show(self):
        """Decide, and open the list."""
        self.ensure_one()
        self.env["crm.lifecycle.status"].check_access("read")
        partners = self.partner_ids.commercial_partner_id
        self._decide_sudo(partners.ids if self.partner_ids else None)
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_lifecycle_as_of_line_action")
        name = self.env._("Stages as of %(day)s", day=format_date(self.env, self.as_of))
        return {**action, "name": name, "display_name": name, "domain": [("as_of_id", "=", self.id)]}

    def _decide_sudo(self, partner_ids):
        # As superuser: stages are decided from all orders, whoever may read them; the caller may read statuses, which
        # all in his company may, and the lines can be read by himself alone.
        lines = self.env["crm.lifecycle.as.of.line"].sudo()
        lines.search([("as_of_id", "=", self.id)]).unlink()
        lines._fill(self.sudo(), self.env.company, partner_ids, self.env.uid)
