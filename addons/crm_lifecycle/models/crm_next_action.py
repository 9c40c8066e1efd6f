from dataclasses import dataclass, field
from datetime import date, timedelta

from odoo import api, fields, models

MOST = 500
SNOOZE_DAYS = 14


@dataclass
class NextAction:
    """Something to do for a customer.

    :param code: what it is (call_back, turning_quiet, win_back, upsell, qualify …)
    :param title: what to do; ``reason``: why, both in the reader's language
    :param due: date, or None: when there is time
    :param action: an action dictionary of the web client, or None: open the customer
    :param weight: the larger, the sooner (0 … 100)
    """

    code: str
    title: str
    reason: str = ""
    due: date | None = None
    action: dict | None = field(default=None)
    weight: int = 50


class CrmNextAction(models.TransientModel):  # pylint: disable=no-wizard-in-models  # a list that is shown, no dialog
    """The list “What to do today” of one salesperson, made when it is opened."""

    _name = "crm.next.action"
    _description = "What to Do Today"
    _order = "rank, id"
    _rec_name = "title"

    rank = fields.Integer(readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, ondelete="cascade")
    phone = fields.Char(related="partner_id.phone")
    stage_id = fields.Many2one(related="partner_id.lifecycle_stage_id", related_sudo=False)
    stage_code = fields.Char(related="partner_id.lifecycle_stage_code", related_sudo=False)
    code = fields.Char(readonly=True)
    title = fields.Char(string="Next Step", readonly=True)
    reason = fields.Char(string="Why", readonly=True)
    due = fields.Date(string="Due by", readonly=True)
    is_late = fields.Boolean(readonly=True)
    amount_total = fields.Monetary(string="Revenue", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    action = fields.Json(readonly=True)

    @api.model
    def action_today(self):
        """Make the list of the current user and open it."""
        self._remake(self.env.user, self.env.company)
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_next_action_action")
        return {**action, "domain": [("user_id", "=", self.env.uid), ("company_id", "=", self.env.company.id)]}

    @api.model
    def _remake(self, user, company):
        """Write the list of ``user`` anew: his customers, the most valuable first, at most ``MOST``."""
        self._clear_list_sudo(user, company)
        statuses = self.env["crm.lifecycle.status"].search(
            [("partner_id.user_id", "=", user.id), ("company_id", "=", company.id), ("partner_id.active", "=", True)],
            order="amount_total DESC, id",
            limit=MOST,
        )
        amounts = {status.partner_id.id: status.amount_total for status in statuses}
        today = company._lifecycle_today()
        rows = [
            (partner_id, action)
            for partner_id, actions in statuses.partner_id._next_actions().items()
            for action in actions
        ]
        rows.sort(key=lambda row: self._order_key(row[1], amounts.get(row[0], 0.0), today))
        self._create_sudo(
            [
                {
                    "rank": place,
                    "user_id": user.id,
                    "company_id": company.id,
                    "partner_id": partner_id,
                    "code": action.code,
                    "title": action.title,
                    "reason": action.reason,
                    "due": action.due,
                    "is_late": bool(action.due and action.due < today),
                    "amount_total": amounts.get(partner_id, 0.0),
                    "action": action.action,
                }
                for place, (partner_id, action) in enumerate(rows)
            ]
        )

    @api.model
    def _order_key(self, action, amount, today):
        """Return what the list is ordered by: what is late first, then by weight, then by the customer's revenue."""
        late = min(30, (today - action.due).days) if action.due and action.due <= today else 0
        return -(action.weight + late), action.due or today + timedelta(days=365), -amount

    @api.model
    def _create_sudo(self, vals_list):
        # As superuser: nobody writes the rows by himself, so that what they open is what the suite proposed.
        self.sudo().create(vals_list)

    @api.model
    def _clear_list_sudo(self, user, company):
        # As superuser, for the same reason; also rows of a customer who has gone to a colleague since.
        self.sudo().search([("user_id", "=", user.id), ("company_id", "=", company.id)]).unlink()

    def _clear_sudo(self):
        # As superuser, for the same reason; the rows are the caller's own.
        self.sudo().unlink()

    def action_do(self):
        """Open what the row proposes, or the customer."""
        self.ensure_one()
        if self.action:
            return self.action
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_partner(self):
        """Open the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_snooze(self):
        """Take these rows off the list for two weeks."""
        self.check_access("read")
        until = self.env.company._lifecycle_today() + timedelta(days=SNOOZE_DAYS)
        for row in self:
            self.env["crm.next.action.snooze"]._snooze(row.partner_id, row.code, until, row.title)
        self._clear_sudo()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
