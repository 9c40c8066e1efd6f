from odoo import Command, api, fields, models
from odoo.fields import Domain

from ..models.crm_interaction import PURPOSE_SELECTION


class CrmContactPreview(models.TransientModel):
    """May we contact this customer, by which channel, from when, and if not, why?"""

    _name = "crm.contact.preview"
    _description = "May We Contact?"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True)
    purpose = fields.Selection(PURPOSE_SELECTION, required=True, default="sale")
    at = fields.Datetime("When", required=True, default=fields.Datetime.now)
    policy_id = fields.Many2one(
        "crm.contact.policy", "Rules", compute="_compute_lines", store=True, compute_sudo=False
    )
    line_ids = fields.One2many(
        "crm.contact.preview.line", "preview_id", "Channels", compute="_compute_lines", store=True, compute_sudo=False
    )

    @api.depends("partner_id", "purpose", "at")
    @api.depends_context("company", "lang", "tz")
    def _compute_lines(self):
        channels = self.env["crm.contact.channel"].search(Domain.TRUE)
        for preview in self:
            partner, rows = preview.partner_id, []
            partner.check_access("read")
            if partner and preview.purpose and preview.at:
                for channel in channels:
                    decision = partner._contact_decisions(channel.code, preview.purpose, preview.at)[partner.id]
                    rows.append(preview._prepare_line_vals(channel, decision))
            preview.policy_id = self._policy_sudo(partner)
            preview.line_ids = [Command.clear(), *map(Command.create, rows)]

    @api.model
    def _prepare_line_vals(self, channel, decision):
        return {
            "channel_id": channel.id,
            "verdict": decision.verdict,
            "from_date": decision.at if decision.verdict != "deny" else False,
            "reason": decision.reason,
        }

    @api.model
    def _policy_sudo(self, partner):
        """The policy that applies to the partner in the current company.

        Sudo: a policy's customers may be told by what the user does not see; only its name is shown.
        """
        found = self.env["crm.contact.policy"].sudo()._for_partners(partner.sudo(), self.env.company)
        return found.get(partner.id, self.env["crm.contact.policy"]).id

    @api.model
    def _open(self, partner):
        """The dialog for one customer."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("May We Contact?"),
            "res_model": self._name,
            "res_id": self.create({"partner_id": partner.id}).id,
            "view_mode": "form",
            "target": "new",
        }
