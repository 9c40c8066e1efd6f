from odoo import api, fields, models
from odoo.tools import SQL

from .crm_segment import ALL


class CrmSegmentSnapshot(models.Model):
    """Who was in a segment on a day, with the figures of that day. Never changes."""

    _name = "crm.segment.snapshot"
    _description = "Segment Snapshot"
    _order = "taken_on desc, id desc"

    segment_id = fields.Many2one("crm.segment", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    taken_on = fields.Date(required=True, readonly=True)
    is_confidential = fields.Boolean(related="segment_id.is_confidential")
    member_count = fields.Integer(string="Customers", readonly=True)
    amount_total = fields.Monetary(string="Revenue", readonly=True, groups=ALL)
    margin_total = fields.Monetary(string="Margin", readonly=True, groups=ALL)
    criteria = fields.Text(readonly=True, help="The criteria as they stood on that day.")
    line_ids = fields.One2many("crm.segment.snapshot.line", "snapshot_id")

    @api.depends("segment_id", "taken_on")
    def _compute_display_name(self):
        for snapshot in self:
            snapshot.display_name = f"{snapshot.segment_id.name} · {fields.Date.to_string(snapshot.taken_on)}"

    @api.model
    def _take(self, segment):
        """Freeze the members of ``segment`` as they stand; return the snapshot."""
        day = segment.company_id._lifecycle_today()
        snapshot = self.create(
            {
                "segment_id": segment.id,
                "company_id": segment.company_id.id,
                "taken_on": day,
                "criteria": segment.sudo(False)._words(),
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_segment_snapshot_line
                          (snapshot_id, company_id, partner_id,
                           stage_id, order_count, amount_total, margin_total, p_buy)
                   SELECT %(snapshot)s, %(company)s, m.partner_id, s.stage_id, COALESCE(s.order_count, 0),
                          COALESCE(s.amount_total, 0), COALESCE(s.margin_total, 0), s.p_buy
                     FROM crm_segment_member m
                LEFT JOIN crm_lifecycle_status s ON s.partner_id = m.partner_id AND s.company_id = m.company_id
                    WHERE m.segment_id = %(segment)s AND m.left_on IS NULL""",
                snapshot=snapshot.id,
                company=segment.company_id.id,
                segment=segment.id,
            )
        )
        snapshot.invalidate_recordset(["line_ids"])
        count, amount, margin = self.env["crm.segment.snapshot.line"]._read_group(
            [("snapshot_id", "=", snapshot.id)], [], ["__count", "amount_total:sum", "margin_total:sum"]
        )[0]
        snapshot.write({"member_count": count, "amount_total": amount, "margin_total": margin})
        return snapshot
