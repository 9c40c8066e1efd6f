from odoo import api, fields, models
from odoo.tools import format_date


class CrmPortfolioRebalanceLine(models.TransientModel):
    """One proposed change of account manager, with its reason."""

    _name = "crm.portfolio.rebalance.line"
    _description = "Proposed Change of Account Manager"

    wizard_id = fields.Many2one("crm.portfolio.rebalance", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True)
    source_id = fields.Many2one("res.users", string="So Far", readonly=True)
    target_id = fields.Many2one("res.users", string="Give to", required=True)
    why = fields.Selection([("over", "Too many"), ("orphan", "Nobody"), ("gone", "Has left")], readonly=True)
    fit = fields.Selection([("area", "Same area"), ("room", "Has room")], readonly=True)
    contact_on = fields.Date(string="Last Contact", readonly=True)
    source_load = fields.Integer(readonly=True)
    source_limit = fields.Integer(readonly=True)
    is_accepted = fields.Boolean(string="Accept")
    reason = fields.Text(compute="_compute_reason")

    @api.depends("why", "fit", "source_id", "target_id", "partner_id", "contact_on", "source_load", "source_limit")
    @api.depends_context("lang")
    def _compute_reason(self):
        for line in self:
            line.reason = f"{line._why_moved()}; {line._why_there()}."

    def _why_moved(self):
        """Return in words why the customer should not stay where he is."""
        if self.why == "orphan":
            return self.env._("Buys, and nobody looks after them")
        if self.why == "gone":
            return self.env._("%(name)s has left", name=self.source_id.name)
        words = {"name": self.source_id.name, "load": self.source_load, "limit": self.source_limit}
        if not self.contact_on:
            return self.env._(
                "%(name)s has %(load)s customers, %(limit)s at most, and nobody ever talked to this one", **words
            )
        return self.env._(
            "%(name)s has %(load)s customers, %(limit)s at most, and nobody has talked to this one since %(day)s",
            day=format_date(self.env, self.contact_on),
            **words,
        )

    def _note(self):
        """Return what is noted on the contact, which other companies and all colleagues read: no figure of anybody."""
        if self.why == "over":
            first = self.env._("%(name)s looks after too many customers", name=self.source_id.name)
        else:
            first = self.env._("Nobody looks after them") if self.why == "orphan" else self._why_moved()
        return f"{first}; {self._why_there()}."

    def _why_there(self):
        """Return in words why the new account manager is the right one."""
        name, area = self.target_id.name, self.partner_id.state_id.name
        if self.fit == "area":
            return self.env._("%(name)s has customers in %(area)s and room", name=name, area=area)
        return self.env._("%(name)s has the most room", name=name)
