from odoo import fields, models


class CrmSegmentSnapshotLine(models.Model):
    """A customer in a snapshot, with the figures of that day."""

    _name = "crm.segment.snapshot.line"
    _description = "Customer in a Segment Snapshot"
    _order = "amount_total desc, id"
    _rec_name = "partner_id"
    _log_access = False
    _privacy = {"report": ("snapshot_id", "stage_id", "order_count", "amount_total")}

    snapshot_id = fields.Many2one("crm.segment.snapshot", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_confidential = fields.Boolean(related="snapshot_id.segment_id.is_confidential")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    stage_id = fields.Many2one("crm.lifecycle.stage", readonly=True)
    order_count = fields.Integer(string="Purchases", readonly=True)
    amount_total = fields.Monetary(string="Revenue", readonly=True)
    margin_total = fields.Monetary(string="Margin", readonly=True)
    p_buy = fields.Float(string="Chance to Buy", readonly=True, aggregator="avg")
