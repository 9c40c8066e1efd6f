from odoo import api, fields, models


class CrmSegmentMember(models.Model):
    """One stay of a customer in a segment: from when, until when, by rule or by hand."""

    _name = "crm.segment.member"
    _description = "Member of a Segment"
    _order = "id desc"  # the last to join first, in the order of the key: two million are not sorted for it
    _rec_name = "partner_id"
    _log_access = False
    _privacy = {"report": ("segment_id", "entered_on", "left_on", "origin")}

    segment_id = fields.Many2one("crm.segment", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    origin = fields.Selection([("rule", "By rule"), ("manual", "By hand")], string="Why", required=True, readonly=True)
    is_first = fields.Boolean(
        string="First Fill", readonly=True, help="Was in the segment when it was first filled: starts no program."
    )
    is_live = fields.Boolean(
        string="Starts Programs",
        readonly=True,
        default=True,
        help="By what the customer did, or a colleague decided. Who joins by new criteria starts nothing.",
    )
    entered_on = fields.Date(string="Joined", required=True, readonly=True)
    left_on = fields.Date(string="Left", readonly=True)
    is_confidential = fields.Boolean(related="segment_id.is_confidential")
    status_id = fields.Many2one("crm.lifecycle.status", compute="_compute_status")
    stage_id = fields.Many2one("crm.lifecycle.stage", compute="_compute_status")
    stage_code = fields.Char(compute="_compute_status")
    reason = fields.Char(compute="_compute_status")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_total = fields.Monetary(string="Revenue", compute="_compute_status")
    order_count = fields.Integer(string="Purchases", compute="_compute_status")
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")

    _current_uniq = models.UniqueIndex(
        "(segment_id, partner_id) WHERE left_on IS NULL", "A customer is in a segment once at a time."
    )
    _joined_idx = models.Index("(segment_id, entered_on)")

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang", "uid")
    def _compute_status(self):
        statuses = self.env["crm.lifecycle.status"].search(
            [("partner_id", "in", self.partner_id.ids), ("company_id", "in", self.company_id.ids)]
        )
        found = {(status.partner_id.id, status.company_id.id): status for status in statuses}
        suspect = self.env["crm.lifecycle.stage"]._by_code()["suspect"]
        hidden = (self.partner_id - statuses.partner_id)._lifecycle_hidden_sudo()
        none = self.env["crm.lifecycle.status"]
        for member in self:
            status = found.get((member.partner_id.id, member.company_id.id), none)
            member.status_id = status
            member.stage_id = status.stage_id or (member.partner_id not in hidden and suspect)
            member.stage_code = member.stage_id.code
            member.reason = status.reason
            member.amount_total = status.amount_total
            member.order_count = status.order_count

    def action_open_partner(self):
        """Open the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }

    def action_remove(self):
        """Open the dialog that takes these customers out of their segment by hand."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Remove by Hand"),
            "res_model": "crm.segment.decide",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_segment_id": self.segment_id[:1].id,
                "default_partner_ids": self.partner_id.ids,
                "default_decision": "remove",
            },
        }

    @api.model
    def _before_merge_sudo(self, partners):
        """Leave one current stay for each segment, the longest, before contacts become one.

        :param partners: all contacts of the merge
        """
        # As superuser: the merge concerns every company that knows these customers.
        stays = self.sudo().search([("partner_id", "in", partners.ids), ("left_on", "=", False)])
        for same in stays.grouped("segment_id").values():
            same.sorted("entered_on")[1:].unlink()
