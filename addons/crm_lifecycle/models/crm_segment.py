from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from psycopg2 import DataError, ProgrammingError

from ..engine.segments import SegmentQuery
from .crm_segment_words import criteria_in_words

ALL = "crm_lifecycle.group_user_all"
"""Who sees sums over a segment: who adds one customer by hand reads from the difference what that one has bought."""

FOUND = {
    "criteria_user_id",
    "is_confidential",
    "member_count",
    "amount_total",
    "margin_total",
    "joined_count",
    "left_count",
    "refreshed_on",
    "error",
}
CRITERIA = {
    "domain",
    "metric_domain",
    "fact_domain",
    "customer_kind",
    "include_suspects",
    "product_mode",
    "product_ids",
    "product_categ_ids",
    "product_days",
    "rank_by",
    "rank_unit",
    "rank_limit",
    "company_id",
}


class CrmSegment(models.Model):
    """A living group of customers: who they are, how they buy, what they bought, the best of them."""

    _name = "crm.segment"
    _description = "Customer Segment"
    _inherit = ["mail.thread", "crm.given.name.mixin"]
    _order = "sequence, member_count desc, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    code = fields.Char(help="A stable name for other programs; empty for your own segments.", copy=False)
    note = fields.Text(string="Purpose", translate=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    customer_kind = fields.Selection([("person", "Persons"), ("company", "Companies")], string="Only")
    domain = fields.Char(
        string="Who they are", default="[]", tracking=True, help="Conditions on the contact and what is known of it."
    )
    metric_domain = fields.Char(
        string="How they buy", default="[]", tracking=True, help="Conditions on stage, purchases, scores and forecast."
    )
    fact_domain = fields.Char(
        string="What we know",
        default="[]",
        tracking=True,
        help="Conditions on one profile fact of the customer or a contact of it; doubtful facts do not count.",
    )
    include_suspects = fields.Boolean(
        string="Also contacts we never dealt with",
        help="Also contacts without any purchase, enquiry or talk. They have no figures.",
    )
    product_mode = fields.Selection(
        [("bought", "Bought one of them"), ("not_bought", "Bought none of them")], string="Products", tracking=True
    )
    product_ids = fields.Many2many("product.product", string="Products Bought")
    product_categ_ids = fields.Many2many("product.category", string="Product Categories")
    product_days = fields.Integer(string="Within days", help="Count purchases of so many last days only. 0: ever.")
    rank_by = fields.Selection(
        [
            ("amount_total", "Revenue"),
            ("margin_total", "Margin"),
            ("order_count", "Purchases"),
            ("expected_amount", "Expected revenue"),
            ("p_buy", "Chance to buy"),
            ("first_date", "Longest standing"),
            ("last_date", "Latest purchase"),
        ],
        string="The best by",
        tracking=True,
    )
    rank_note = fields.Char(compute="_compute_rank_note")
    rank_unit = fields.Selection([("percent", "percent"), ("number", "customers")], default="percent", required=True)
    rank_limit = fields.Float(string="Take the first", default=5.0, tracking=True)
    criteria_words = fields.Text(string="Criteria", compute="_compute_criteria_words")
    criteria_user_id = fields.Many2one(
        "res.users",
        string="Criteria by",
        readonly=True,
        copy=False,
        help="Who wrote the criteria. They are read with this person's rights: nobody finds by a segment what is"
        " hidden from him.",
    )
    is_confidential = fields.Boolean(
        readonly=True,
        copy=False,
        help="Criteria use restricted facts: only those who may see such facts see who is in it.",
    )
    member_ids = fields.One2many("crm.segment.member", "segment_id", domain=[("left_on", "=", False)])
    decision_ids = fields.One2many("crm.segment.decision", "segment_id", string="Decided by Hand")
    snapshot_ids = fields.One2many("crm.segment.snapshot", "segment_id")
    snapshot_count = fields.Integer(compute="_compute_snapshot_count")
    campaign_count = fields.Integer(compute="_compute_campaign_count")
    member_count = fields.Integer(string="Customers", readonly=True, copy=False)
    amount_total = fields.Monetary(string="Revenue", readonly=True, copy=False, groups=ALL)
    margin_total = fields.Monetary(string="Margin", readonly=True, copy=False, groups=ALL)
    joined_count = fields.Integer(string="Joined", readonly=True, copy=False, help="With the last refresh.")
    left_count = fields.Integer(string="Left", readonly=True, copy=False, help="With the last refresh.")
    refreshed_on = fields.Date(readonly=True, copy=False)
    is_redefined = fields.Boolean(
        readonly=True, copy=False, help="Whoever joins by new criteria has done nothing: it starts no program."
    )
    error = fields.Char(string="Problem", readonly=True, copy=False)

    _code_company_uniq = models.UniqueIndex("(company_id, code) WHERE code IS NOT NULL", "One segment for each code.")
    _rank_positive = models.Constraint("CHECK(rank_limit > 0)", "Take more than nothing.")
    _days_positive = models.Constraint("CHECK(product_days >= 0)", "The number of days cannot be negative.")

    @api.depends(*CRITERIA)
    @api.depends_context("lang", "uid")
    def _compute_criteria_words(self):
        for segment in self:
            segment.criteria_words = segment._words()

    def _words(self):
        """Return the criteria in words; as they are written if they cannot be read."""
        self.ensure_one()
        try:
            return criteria_in_words(self)
        except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
            written = (self.domain, self.fact_domain, self.metric_domain)
            return "\n".join(text for text in written if text and text != "[]")

    @api.depends("snapshot_ids")
    def _compute_snapshot_count(self):
        counts = dict(
            self.env["crm.segment.snapshot"]._read_group([("segment_id", "in", self.ids)], ["segment_id"], ["__count"])
        )
        for segment in self:
            segment.snapshot_count = counts.get(segment, 0)

    @api.depends("rank_by", "company_id")
    @api.depends_context("lang")
    def _compute_rank_note(self):
        for segment in self:
            foretold = segment.rank_by in ("p_buy", "expected_amount")
            segment.rank_note = foretold and not segment._has_forecast_sudo() and self.env._(
                "Nobody can be ranked so: %(company)s has no forecast yet. It needs 500 customers with purchases and a"
                " history of two horizons; until then rank by revenue or purchases.",
                company=segment.company_id.name,
            )

    def _has_forecast_sudo(self):
        # As superuser: that there is a forecast tells nothing of any customer.
        fits = self.sudo().env["crm.lifecycle.fit"]
        return bool(fits.search_count([("company_id", "=", self.company_id.id), ("method", "=", "mbg")], limit=1))

    def _compute_campaign_count(self):
        rows = self.env["crm.segment.campaign"]._read_group(
            [("segment_id", "in", self.ids)], ["segment_id"], ["__count"]
        )
        counts = dict(rows)
        for segment in self:
            segment.campaign_count = counts.get(segment, 0)

    @api.constrains("domain", "metric_domain", "fact_domain", "rank_unit", "rank_limit", "product_mode")
    def _check_criteria(self):
        for segment in self:
            if segment.rank_unit == "percent" and segment.rank_limit > 100:
                raise ValidationError(self.env._("More than 100 percent cannot be taken."))
            segment._parsed("domain")
            segment._parsed("metric_domain")
            segment._parsed("fact_domain")
            if segment.product_mode and not (segment.product_ids or segment.product_categ_ids):
                raise ValidationError(self.env._("Name the products or product categories."))
            try:
                SegmentQuery(segment).check()
            except (ValueError, TypeError, KeyError, DataError, ProgrammingError) as error:
                raise ValidationError(
                    self.env._("The conditions of %(name)s cannot be used: %(error)s", name=segment.name, error=error)
                ) from error

    def _parsed(self, name):
        """Return the list of the domain in field ``name``.

        :raise ValidationError: it is no list
        """
        self.ensure_one()
        label = self._fields[name]._description_string(self.env)
        try:
            domain = literal_eval(self[name] or "[]")
        except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
            raise ValidationError(
                self.env._("The condition “%(label)s” cannot be read: %(text)s", label=label, text=self[name])
            ) from error
        if not isinstance(domain, list):
            raise ValidationError(
                self.env._("The condition “%(label)s” cannot be read: %(text)s", label=label, text=self[name])
            )
        return domain

    @api.model_create_multi
    def create(self, vals_list):
        """Create segments; whoever writes the criteria answers for them with his rights."""
        self._refuse_found(set().union(*vals_list))
        segments = super().create([{**vals, "criteria_user_id": self.env.uid} for vals in vals_list])
        segments._mark_confidential()
        return segments

    def write(self, vals):
        """Whoever changes the criteria answers for them with his rights."""
        self._refuse_found(set(vals))
        if not CRITERIA & set(vals):
            return super().write(vals)
        result = super().write({**vals, "criteria_user_id": self.env.uid, "is_redefined": True})
        self._mark_confidential()
        return result

    def _refuse_found(self, names):
        """Refuse what the suite finds out itself: who answers for the criteria, who may see members, the figures.

        :raise AccessError: somebody writes it
        """
        if not self.env.su and names & FOUND:
            raise AccessError(self.env._("Author and figures of a segment are kept by the suite."))

    # -- refresh -----------------------------------------------------------------------------------------------------
    def action_refresh(self):
        """Bring the members up to date now."""
        self.check_access("write")
        self._refresh_sudo()
        return True

    def action_preview(self):
        """Tell how many customers the criteria match now, without changing the members."""
        self.ensure_one()
        self.check_access("write")
        found = self._preview_sudo()
        text = self.env._(
            "%(count)s customers match, with revenue of %(amount)s. %(joined)s would join, %(left)s would leave.",
            count=found["members"],
            amount=self.currency_id.format(found["amount"]),
            joined=found["joined"],
            left=found["left"],
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": text, "type": "info", "sticky": False},
        }

    def _preview_sudo(self):
        # As superuser: figures of all customers are counted; the conditions are read as who wrote them.
        return SegmentQuery(self.sudo()).count(self.company_id._lifecycle_today())

    def _partners(self):
        """Return the customers that are in these segments now."""
        current = [("segment_id", "in", self.ids), ("left_on", "=", False)]
        return self.env["crm.segment.member"].search(current).partner_id

    # -- what people do ----------------------------------------------------------------------------------------------
    def action_view_members(self):
        """Open who is in the segment now."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_segment_member_action")
        return {
            **action,
            "name": self.name,
            "domain": [("segment_id", "=", self.id)],
            "context": {"search_default_current": 1, "default_segment_id": self.id},
        }

    def action_view_snapshots(self):
        """Open the snapshots of the segment."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_segment_snapshot_action")
        return {**action, "domain": [("segment_id", "=", self.id)], "context": {"default_segment_id": self.id}}

    def action_view_campaigns(self):
        """Open the campaigns of the segment."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_segment_campaign_action")
        return {**action, "domain": [("segment_id", "=", self.id)], "context": {"default_segment_id": self.id}}

    def action_campaign(self):
        """Open a new campaign of calls, or of a list, to this segment."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Campaign"),
            "res_model": "crm.segment.campaign",
            "view_mode": "form",
            "context": {"default_segment_id": self.id},
        }

    def action_snapshot(self):
        """Freeze the members and their figures of today."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.segment.snapshot",
            "res_id": self._snapshot_sudo().id,
            "view_mode": "form",
        }

    def _snapshot_sudo(self):
        # As superuser: snapshots are written by nobody but the suite, so that they stay what they were.
        return self.env["crm.segment.snapshot"].sudo()._take(self.sudo())

    def action_decide(self):
        """Open the dialog that adds or removes customers by hand."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add or Remove by Hand"),
            "res_model": "crm.segment.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_segment_id": self.id},
        }
