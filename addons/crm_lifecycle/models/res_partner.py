from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from .crm_lifecycle_next_words import next_in_words


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = [
        "crm.partner.phone.mixin",
        "res.partner",
        "crm.customer.code.mixin",
        "crm.customer.sight.mixin",
        "crm.partner.search.mixin",
        "crm.segment.partner.mixin",
        "crm.value.partner.mixin",
        "crm.next.action.mixin",
    ]
    _rec_names_search = ["complete_name", "email", "ref", "vat", "company_registry", "plain_name", "phone_key"]

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
        string="In Stage Since", compute="_compute_lifecycle_figures", groups="crm_lifecycle.group_user"
    )
    lifecycle_reason = fields.Char(
        string="Stage Reason", compute="_compute_lifecycle_words", groups="crm_lifecycle.group_user"
    )
    lifecycle_value_class_id = fields.Many2one(
        "crm.value.class",
        string="Value Class",
        compute="_compute_lifecycle",
        search="_search_lifecycle_value_class_id",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_next = fields.Char(
        string="What Comes Next",
        compute="_compute_lifecycle_words",
        groups="crm_lifecycle.group_user",
        help="What would change the stage next, as of the last refresh.",
    )
    lifecycle_is_manual = fields.Boolean(
        string="Stage Set by Hand", compute="_compute_lifecycle_figures", groups="crm_lifecycle.group_user"
    )
    lifecycle_manual_until = fields.Date(compute="_compute_lifecycle_figures", groups="crm_lifecycle.group_user")
    lifecycle_engine_stage_id = fields.Many2one(
        "crm.lifecycle.stage",
        string="Stage by the Rules",
        compute="_compute_lifecycle_figures",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_first_date = fields.Date(
        string="First Purchase", compute="_compute_lifecycle_figures", groups="crm_lifecycle.group_user"
    )
    lifecycle_last_date = fields.Date(
        string="Last Purchase",
        compute="_compute_lifecycle",
        search="_search_lifecycle_last_date",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_order_count = fields.Integer(
        string="Purchases",
        compute="_compute_lifecycle_figures",
        search="_search_lifecycle_order_count",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_amount_total = fields.Monetary(
        string="Revenue",
        currency_field="lifecycle_currency_id",
        compute="_compute_lifecycle_figures",
        search="_search_lifecycle_amount_total",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_currency_id = fields.Many2one(
        "res.currency", compute="_compute_lifecycle_figures", groups="crm_lifecycle.group_user"
    )
    lifecycle_mean_gap_days = fields.Float(
        string="Usual Gap (days)", compute="_compute_lifecycle_figures", groups="crm_lifecycle.group_user"
    )
    lifecycle_rfm = fields.Char(
        string="Scores",
        compute="_compute_lifecycle_figures",
        groups="crm_lifecycle.group_user",
        help="Recency, frequency and revenue, each from 1 to 5.",
    )
    lifecycle_score_note = fields.Char(
        string="Scores Changed",
        compute="_compute_lifecycle_score_note",
        groups="crm_lifecycle.group_user",
        help="The last change of a score or the class, and why.",
    )
    lifecycle_p_buy = fields.Float(
        string="Chance to Buy",
        compute="_compute_lifecycle_figures",
        search="_search_lifecycle_p_buy",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_expected_amount = fields.Monetary(
        string="Expected Revenue",
        currency_field="lifecycle_currency_id",
        compute="_compute_lifecycle_figures",
        groups="crm_lifecycle.group_user",
    )
    lifecycle_quiet_on = fields.Date(
        string="Turns Quiet On",
        compute="_compute_lifecycle_figures",
        search="_search_lifecycle_quiet_on",
        groups="crm_lifecycle.group_user",
    )

    _lifecycle_archived_idx = models.Index("(id) WHERE active IS NOT TRUE")

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_lifecycle(self):
        """Compute what a list of contacts shows; contacts that show the same are written to at once."""
        stages = self.env["crm.lifecycle.stage"]._by_code()
        model = self.env["crm.lifecycle.status"]
        statuses = model.search_fetch(  # by one statement: it is on every form of a contact
            [("partner_id", "in", self.commercial_partner_id.ids), ("company_id", "=", self.env.company.id)],
            [name for name, field in model._fields.items() if field.prefetch is True and field.store],
        )
        by_partner = {status.partner_id.id: status for status in statuses}
        hidden = (self.commercial_partner_id._origin - statuses.partner_id)._lifecycle_hidden_sudo()
        none = self.env["crm.lifecycle.status"]
        of_stage, of_class = defaultdict(list), defaultdict(list)
        for partner in self:
            customer = partner.commercial_partner_id._origin
            status = by_partner.get(customer.id, none)
            of_stage[status.stage_id if status or customer in hidden else stages["suspect"]].append(partner)
            of_class[status.value_class_id].append(partner)
            partner.lifecycle_status_id = status
            partner.lifecycle_last_date = status.last_date
        for stage, partners in of_stage.items():
            partners = self.browse().concat(*partners)
            partners.lifecycle_stage_id = stage
            partners.lifecycle_stage_code = stage.code
            partners.lifecycle_stage_color = stage.color
        for value_class, partners in of_class.items():
            self.browse().concat(*partners).lifecycle_value_class_id = value_class

    @api.depends("lifecycle_status_id")
    @api.depends_context("company", "uid")
    def _compute_lifecycle_figures(self):
        self.lifecycle_currency_id = self.env.company.currency_id
        for partner in self:
            status = partner.lifecycle_status_id
            partner.lifecycle_since = status.since
            partner.lifecycle_is_manual = status.is_manual
            partner.lifecycle_manual_until = status.manual_until
            partner.lifecycle_engine_stage_id = status.engine_stage_id
            partner.lifecycle_first_date = status.first_date
            partner.lifecycle_order_count = status.order_count
            partner.lifecycle_amount_total = status.amount_total
            partner.lifecycle_mean_gap_days = status.mean_gap_days
            partner.lifecycle_rfm = status._rfm()
            partner.lifecycle_p_buy = status.p_buy
            partner.lifecycle_expected_amount = status.expected_amount
            partner.lifecycle_quiet_on = status.quiet_on

    @api.depends("lifecycle_status_id")
    @api.depends_context("company", "lang", "uid")
    def _compute_lifecycle_score_note(self):
        for partner in self:
            partner.lifecycle_score_note = partner.lifecycle_status_id.score_note

    @api.depends("lifecycle_status_id")
    @api.depends_context("company", "lang", "uid")
    def _compute_lifecycle_words(self):
        nothing = self.env._("No purchase, enquiry or contact on record")
        for partner in self:
            status = partner.lifecycle_status_id
            unknown = nothing if partner.lifecycle_stage_id else partner._lifecycle_unseen()
            partner.lifecycle_reason = status.reason or unknown
            partner.lifecycle_next = bool(status) and next_in_words(status)

    @api.model
    def _search_lifecycle_status_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        if operator == "in" and False in value:
            return self._lifecycle_domain([], negate=True) | self._lifecycle_domain([("id", "in", list(value))])
        return self._lifecycle_domain([("id", operator, value)])

    @api.model
    def _search_lifecycle_stage_id(self, operator, value):
        """Search by stage; a partner without a status row is a suspect."""
        if operator not in ("in", "any", "any!", "ilike", "=ilike", "like"):
            return NotImplemented
        stages = self.env["crm.lifecycle.stage"]
        name = "id" if operator in ("in", "any", "any!") else "name"
        if operator == "in":
            value = [item for item in value if item]
        found = stages.search([(name, operator, value)])
        domain = self._lifecycle_domain([("stage_id", "in", found.ids)])
        if stages._by_code()["suspect"] in found:
            domain |= self._lifecycle_strangers_sudo()
        return domain

    @api.model
    def _search_lifecycle_last_date(self, operator, value):
        return self._lifecycle_domain([("last_date", operator, value)])

    @api.model
    def _search_lifecycle_value_class_id(self, operator, value):
        if operator == "in" and False in value:
            others = self._lifecycle_domain([("value_class_id", "!=", False)], negate=True)
            return others | self._lifecycle_domain([("value_class_id", "in", [item for item in value if item])])
        return self._lifecycle_domain([("value_class_id", operator, value)])

    @api.model
    def _search_lifecycle_order_count(self, operator, value):
        return self._lifecycle_domain([("order_count", operator, value)])

    @api.model
    def _search_lifecycle_amount_total(self, operator, value):
        return self._lifecycle_domain([("amount_total", operator, value)])

    @api.model
    def _search_lifecycle_p_buy(self, operator, value):
        return self._lifecycle_domain([("p_buy", operator, value)])

    @api.model
    def _search_lifecycle_quiet_on(self, operator, value):
        return self._lifecycle_domain([("quiet_on", operator, value)])

    def write(self, vals):
        """Mark the customers on both sides of a change of parent or kind.

        :raise AccessError: see :meth:`_lifecycle_check_handover`
        """
        moved = {"parent_id", "is_company"} & set(vals)
        before = self.commercial_partner_id if moved or "user_id" in vals else self.browse()
        if before and not self.env.su:
            (before if moved else before & self)._lifecycle_check_handover()
        if not moved:
            return super().write(vals)
        result = super().write(vals)
        self._lifecycle_mark_sudo(before | self.commercial_partner_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_lifecycle_history(self):
        """Remove stages and history of the customer in every company: their columns have no foreign key."""
        self.env.flush_all()
        for table in ("crm_lifecycle_transition", "crm_lifecycle_status"):
            self.env.cr.execute(SQL("DELETE FROM %s WHERE partner_id = ANY(%s)", SQL.identifier(table), self.ids))
        self.env["crm.lifecycle.transition"].invalidate_model()
        self.env["crm.lifecycle.status"].invalidate_model()

    @api.model
    def _lifecycle_mark_sudo(self, partners):
        # As superuser: the marks concern every company that has these customers, also those the user does not see.
        statuses = self.env["crm.lifecycle.status"].sudo().search([("partner_id", "in", partners.ids)])
        for company in statuses.company_id | self.env.company:
            self.env["crm.lifecycle.dirty"]._mark_ids(set(partners.ids), company)

    def action_lifecycle_set_stage(self):
        """Open the dialog that sets the stage by hand."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set the Stage"),
            "res_model": "crm.lifecycle.stage.set",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_ids": self.commercial_partner_id.ids},
        }

    def action_lifecycle_release(self):
        """Let the rules decide again about customers whose stage was set by hand.

        :raise AccessError: one of them is a colleague's, whose stage the user does not see
        """
        self.check_access("write")
        self.commercial_partner_id._lifecycle_check_handover()
        self._lifecycle_release_sudo()
        return True

    def action_lifecycle_history(self):
        """Open the changes of stage of this customer as a timeline."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_lifecycle_transition_action")
        timeline = self.env.ref("crm_lifecycle.crm_lifecycle_transition_view_timeline")
        name = self.env._("History of %(name)s", name=self.commercial_partner_id.display_name)
        return {
            **action,
            "name": name,
            "display_name": name,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {"search_default_current": 1},
            "view_mode": "kanban,list,form",
            "views": [(timeline.id, "kanban"), (False, "list"), (False, "form")],
        }

    def action_lifecycle_first_purchase(self):
        """Open the card of the first purchase."""
        self.ensure_one()
        card = self.env["crm.lifecycle.first.purchase"].create({"partner_id": self.commercial_partner_id.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("First Purchase"),
            "res_model": card._name,
            "res_id": card.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_lifecycle_as_of(self):
        """Ask where this customer stood on a day."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_lifecycle_as_of_action")
        return {**action, "context": {"default_partner_ids": self.commercial_partner_id.ids}}

    def action_lifecycle_transactions(self):
        """Open the purchases of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_transaction_action")
        return {**action, "domain": [("commercial_partner_id", "=", self.commercial_partner_id.id)], "context": {}}

    def action_lifecycle_holdings(self):
        """Open what this customer has bought, by category."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_holding_action")
        domain = [("partner_id", "=", self.commercial_partner_id.id)]
        return {**action, "domain": domain, "context": {"crm_holding_live": True}}

    def action_lifecycle_next_products(self):
        """Open what buyers of the same things went on to, and this customer has not bought yet."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_product_step_action")
        customer = self.commercial_partner_id
        steps = self.env["crm.product.step"]._for_customer_sudo(customer - customer._lifecycle_hidden_sudo())
        return {**action, "domain": [("id", "in", steps)], "context": {}}

    def lifecycle_refresh(self, as_of=None):
        """Decide the stages of these partners' customers anew in the current company.

        :param date as_of: the day, in the company's time zone; today if not given
        :return: the ``crm.lifecycle.run``
        :raise AccessError: another day than today, asked for by somebody who may not see the runs: in ten years
            everybody has ended
        """
        self.check_access("read")
        today = self.env.company._lifecycle_today()
        day = fields.Date.to_date(as_of) or today
        if day != today:
            self.env["crm.lifecycle.run"].check_access("read")
        return self.env["crm.lifecycle.run"]._refresh_sudo(self.env.company, self.commercial_partner_id.ids, day)

    def _lifecycle_declare(self, stage_code, reason, on=None, until=None, trigger="user"):
        """Set a stage by hand, or as declared by an interview or a contract.

        :param str stage_code: one of the six codes
        :param str reason: why, in words
        :param date on: the day it takes effect, today if not given
        :param date until: the last day it holds; none: until a purchase (for new and established: until changed)
        :param str trigger: ``user``, ``survey`` or ``contract``
        :return: the ``crm.lifecycle.status`` records
        """
        self.check_access("write")
        self.env["crm.lifecycle.status"].check_access("read")
        vals = {
            "stage_id": self.env["crm.lifecycle.stage"]._ids_by_code()[stage_code],
            "declared_on": on or self.env.company._lifecycle_today(),
            "until": until,
            "reason": reason,
            "trigger": trigger,
            "user_id": self.env.uid,
            "author": self.env.user.name,
        }
        return self._lifecycle_declare_sudo(vals)

    def _lifecycle_declare_sudo(self, vals):
        # As superuser: nobody writes stages but through here and the engine; the caller may write the partner.
        return self.env["crm.lifecycle.status"].sudo()._declare(self.commercial_partner_id, vals)

    def _lifecycle_release_sudo(self):
        # As superuser: nobody writes stages but through here and the engine; the caller may write the partner.
        company = self.env.company
        self.env["crm.lifecycle.declaration"].sudo()._release(
            self.commercial_partner_id, company, company._lifecycle_today()
        )
        self.lifecycle_refresh()
