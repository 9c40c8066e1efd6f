from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_value_class_words import class_in_words
from .loose_many2one import LooseMany2one


class CrmValueClassChange(models.Model):
    """A change of value class, with the figures that caused it; written once and never altered."""

    _name = "crm.value.class.change"
    _description = "Change of Value Class"
    _order = "changed_on desc, id desc"
    _rec_name = "partner_id"
    _log_access = False
    _privacy = {"report": ("changed_on", "company_id", "from_class_id", "to_class_id", "reason")}

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    from_class_id = LooseMany2one("crm.value.class", string="From", readonly=True)
    to_class_id = LooseMany2one("crm.value.class", string="To", readonly=True)
    changed_on = fields.Date(required=True, readonly=True)
    orders = fields.Integer(string="Purchases", readonly=True)
    amount = fields.Monetary(string="Revenue", readonly=True)
    margin = fields.Monetary(readonly=True)
    complaints = fields.Integer(readonly=True)
    referred = fields.Monetary(string="Referred Revenue", readonly=True)
    days = fields.Integer(string="Within (days)", readonly=True)
    is_live = fields.Boolean(
        string="Starts Programs",
        readonly=True,
        default=True,
        help="By what the customer did. Changes by an import, or by new rules for the classes, start nothing.",
    )
    reason = fields.Char(compute="_compute_reason")

    @api.depends("to_class_id", "orders", "amount", "complaints", "days", "referred")
    @api.depends_context("lang")
    def _compute_reason(self):
        for change in self:
            figures = {name: change[name] for name in ("orders", "amount", "margin", "complaints", "referred", "days")}
            change.reason = class_in_words(self.env, change.to_class_id.name, change.currency_id, figures)

    def write(self, vals):
        """Refuse: the history is append-only, for everyone."""
        self._refuse_change()
        return super().write(vals)

    def _refuse_change(self):
        raise UserError(self.env._("The history of value classes is never changed."))
