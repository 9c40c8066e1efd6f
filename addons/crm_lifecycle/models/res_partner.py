from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    lifecycle_status_id = fields.Many2one(
        "crm.lifecycle.status",
        string="Lifecycle",
        compute="_compute_lifecycle",
        search="_search_lifecycle_status_id",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_stage_id = fields.Many2one(
        "crm.lifecycle.stage",
        string="Stage",
        compute="_compute_lifecycle",
        search="_search_lifecycle_stage_id",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_stage_code = fields.Char(compute="_compute_lifecycle", groups="crm_lifecycle.group_user")
    lifecycle_stage_color = fields.Integer(compute="_compute_lifecycle", groups="crm_lifecycle.group_user")
    lifecycle_since = fields.Date(
        string="In Stage Since", compute="_compute_lifecycle", groups="crm_lifecycle.group_user"
    )
    lifecycle_reason = fields.Char(
        string="Stage Reason", compute="_compute_lifecycle", groups="crm_lifecycle.group_user"
    )
    lifecycle_is_manual = fields.Boolean(
        string="Stage Set by Hand", compute="_compute_lifecycle", groups="crm_lifecycle.group_user"
    )
    lifecycle_manual_until = fields.Date(compute="_compute_lifecycle", groups="crm_lifecycle.group_user")
    lifecycle_engine_stage_id = fields.Many2one(
        "crm.lifecycle.stage",
        string="Stage by the Rules",
        compute="_compute_lifecycle",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_first_date = fields.Date(
        string="First Purchase", compute="_compute_lifecycle", groups="crm_lifecycle.group_user"
    )
    lifecycle_last_date = fields.Date(
        string="Last Purchase",
        compute="_compute_lifecycle",
        search="_search_lifecycle_last_date",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_order_count = fields.Integer(
        string="Purchases",
        compute="_compute_lifecycle",
        search="_search_lifecycle_order_count",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_amount_total = fields.Monetary(
        string="Revenue",
        currency_field="lifecycle_currency_id",
        compute="_compute_lifecycle",
        search="_search_lifecycle_amount_total",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_currency_id = fields.Many2one(
        "res.currency", compute="_compute_lifecycle", groups="crm_lifecycle.group_user"
    )
    lifecycle_mean_gap_days = fields.Float(
        string="Usual Gap (days)", compute="_compute_lifecycle", groups="crm_lifecycle.group_user"
    )
    lifecycle_p_buy = fields.Float(
        string="Chance to Buy",
        compute="_compute_lifecycle",
        search="_search_lifecycle_p_buy",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_expected_amount = fields.Monetary(
        string="Expected Revenue",
        currency_field="lifecycle_currency_id",
        compute="_compute_lifecycle",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_quiet_on = fields.Date(
        string="Turns Quiet On",
        compute="_compute_lifecycle",
        search="_search_lifecycle_quiet_on",
        groups="crm_lifecycle.group_user",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "lang")
    def _compute_lifecycle(self):
        stages = self.env["crm.lifecycle.stage"]._by_code()
        statuses = self.env["crm.lifecycle.status"].search(
            [("partner_id", "in", self.commercial_partner_id.ids), ("company_id", "=", self.env.company.id)]
        )
        by_partner = {status.partner_id.id: status for status in statuses}
        nothing = self.env._("No purchase, enquiry or contact on record")
        none = self.env["crm.lifecycle.status"]
        for partner in self:
            status = by_partner.get(partner.commercial_partner_id.id, none)
            stage = status.stage_id or stages["suspect"]
            partner.lifecycle_status_id = status
            partner.lifecycle_stage_id = stage
            partner.lifecycle_stage_code = stage.code
            partner.lifecycle_stage_color = stage.color
            partner.lifecycle_since = status.since
            partner.lifecycle_reason = status.reason or nothing
            partner.lifecycle_is_manual = status.is_manual
            partner.lifecycle_manual_until = status.manual_until
            partner.lifecycle_engine_stage_id = status.engine_stage_id
            partner.lifecycle_first_date = status.first_date
            partner.lifecycle_last_date = status.last_date
            partner.lifecycle_order_count = status.order_count
            partner.lifecycle_amount_total = status.amount_total
            partner.lifecycle_currency_id = self.env.company.currency_id
            partner.lifecycle_mean_gap_days = status.mean_gap_days
            partner.lifecycle_p_buy = status.p_buy
            partner.lifecycle_expected_amount = status.expected_amount
            partner.lifecycle_quiet_on = status.quiet_on

    def _lifecycle_domain(self, domain):
        """Return the partners whose customer has a status of this company in ``domain``."""
        query = self.env["crm.lifecycle.status"]._search(
            fields.Domain("company_id", "=", self.env.company.id) & fields.Domain(domain)
        )
        return [("commercial_partner_id", "in", query.subselect("partner_id"))]

    def _search_lifecycle_status_id(self, operator, value):
        return NotImplemented

    def _search_lifecycle_stage_id(self, operator, value):
        return NotImplemented

    def _search_lifecycle_last_date(self, operator, value):
        return self._lifecycle_domain([("last_date", operator, value)])

    def _search_lifecycle_order_count(self, operator, value):
        return self._lifecycle_domain([("order_count", operator, value)])

    def _search_lifecycle_amount_total(self, operator, value):
        return self._lifecycle_domain([("amount_total", operator, value)])

    def _search_lifecycle_p_buy(self, operator, value):
        return self._lifecycle_domain([("p_buy", operator, value)])

    def _search_lifecycle_quiet_on(self, operator, value):
        return self._lifecycle_domain([("quiet_on", operator, value)])

    def lifecycle_refresh(self, as_of=None):
        """Decide the stages of these partners' customers anew in the current company.

        :param date as_of: the day, in the company's time zone; today if not given
        :return: the ``crm.lifecycle.run``
        """

    def _lifecycle_declare(self, stage_code, reason, on=None, until=None, trigger="user"):
        """Set a stage by hand, or as declared by an interview or a contract.

        :param str stage_code: one of the six codes
        :param str reason: why, in words
        :param date on: the day it takes effect, today if not given
        :param date until: the last day it holds; none: until a purchase (for new and established: until changed)
        :param str trigger: ``user``, ``survey`` or ``contract``
        """
