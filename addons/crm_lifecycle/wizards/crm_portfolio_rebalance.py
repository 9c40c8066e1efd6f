from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..domain.rebalance import Customer, Manager, rebalance

AT_MOST = 200


class CrmPortfolioRebalance(models.TransientModel):
    """Proposals who should look after whom; each is taken or left by a person."""

    _name = "crm.portfolio.rebalance"
    _description = "Rebalance Portfolios"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    customer_kind = fields.Selection(
        [("person", "Persons"), ("company", "Companies")], required=True, default="company"
    )
    line_ids = fields.One2many(
        "crm.portfolio.rebalance.line", "wizard_id", compute="_compute_line_ids", store=True, readonly=False
    )
    proposed_count = fields.Integer(compute="_compute_proposed_count")

    @api.depends("line_ids")
    def _compute_proposed_count(self):
        for wizard in self:
            wizard.proposed_count = len(wizard.line_ids)

    @api.depends("company_id", "customer_kind")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [
                fields.Command.clear(),
                *(fields.Command.create({**vals, "is_accepted": True}) for vals in wizard._prepare_lines()),
            ]

    def _prepare_lines(self):
        """Return the values of the proposals for the portfolios of the company and kind, with what explains them."""
        portfolios = (
            self.env["crm.portfolio"]
            .search([("company_id", "=", self.company_id.id), ("customer_kind", "=", self.customer_kind)])
            .filtered("user_id.active")
        )
        if not portfolios:
            return []
        managers = [Manager(each.user_id.id, each.capacity_low, each.capacity_high) for each in portfolios]
        customers = self._customers_sudo(portfolios.user_id)
        known = {customer.id: customer for customer in customers}
        owners = {portfolio.user_id.id: portfolio for portfolio in portfolios}
        today = self.company_id._lifecycle_today()
        lines = []
        for move in rebalance(managers, customers)[:AT_MOST]:
            silence, owner = known[move.customer].silence, owners.get(move.source)
            lines.append(
                {
                    "partner_id": move.customer,
                    "source_id": move.source,
                    "target_id": move.target,
                    "why": move.why,
                    "fit": move.fit,
                    "contact_on": today - timedelta(days=silence) if silence is not None else False,
                    "source_load": owner.load if owner else 0,
                    "source_limit": owner.capacity_high if owner else 0,
                }
            )
        return lines

    def _customers_sudo(self, users):
        """Return the customers of ``users``, of nobody and of who left, with area, value and silence."""
        # As superuser: a manager distributes all customers of the company; names are read with own rights afterwards.
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id, p.user_id, p.state_id, COALESCE(s.amount_total, 0)::float8,
                          %(today)s - (SELECT max(i.date)::date FROM crm_interaction i
                                        WHERE i.commercial_partner_id = p.id AND i.company_id = s.company_id
                                          AND i.state = 'done')
                     FROM crm_lifecycle_status s
                     JOIN res_partner p ON p.id = s.partner_id AND p.active
                     JOIN crm_lifecycle_stage t ON t.id = s.stage_id
                LEFT JOIN res_users u ON u.id = p.user_id
                    WHERE s.company_id = %(company)s AND s.customer_kind = %(kind)s AND t.code != 'ended'
                      AND (p.user_id = ANY(%(users)s) OR NOT u.active OR (p.user_id IS NULL AND s.order_count > 0))""",
                today=self.company_id._lifecycle_today(),
                company=self.company_id.id,
                kind=self.customer_kind,
                users=users.ids,
            )
        )
        return [Customer(*row) for row in rows]

    def action_apply(self):
        """Give the accepted customers their new account manager, with a note on each.

        :raise UserError: nothing is accepted
        """
        self.ensure_one()
        self.env["crm.portfolio"].check_access("write")
        accepted = self.line_ids.filtered("is_accepted")
        if not accepted:
            raise UserError(self.env._("Accept at least one proposal, or discard."))
        for target, lines in accepted.grouped("target_id").items():
            lines.partner_id.write({"user_id": target.id})
        accepted.partner_id._message_log_batch({line.partner_id.id: line._note() for line in accepted})
        return {"type": "ir.actions.act_window_close"}
