from odoo import api, fields, models


class CrmSegmentPartnerMixin(models.AbstractModel):
    """What a contact knows of segments."""

    _name = "crm.segment.partner.mixin"
    _description = "Segments of a Contact"

    lifecycle_segment_ids = fields.Many2many(
        "crm.segment",
        string="Segments",
        compute="_compute_lifecycle_segment_ids",
        search="_search_lifecycle_segment_ids",
        groups="crm_lifecycle.group_user",
        help="The segments of the current company this customer is in now.",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_lifecycle_segment_ids(self):
        customers = self.commercial_partner_id
        if len(customers) == 1:  # a form: by one statement, names and colours included
            inside = [("segment_id.company_id", "=", self.env.company.id), ("left_on", "=", False)]
            mine = self.env["crm.segment.member"]._search([*inside, ("partner_id", "in", customers.ids)])
            ids = mine.subselect("crm_segment_member.segment_id")
            self.lifecycle_segment_ids = self.env["crm.segment"].search_fetch([("id", "in", ids)], ["name", "color"])
            return
        members = self.env["crm.segment.member"].search(
            [
                ("partner_id", "in", customers.ids),
                ("company_id", "=", self.env.company.id),
                ("left_on", "=", False),
            ]
        )
        found = members.grouped("partner_id")
        none = self.env["crm.segment.member"]
        for partner in self:
            partner.lifecycle_segment_ids = found.get(partner.commercial_partner_id._origin, none).segment_id

    @api.model
    def _search_lifecycle_segment_ids(self, operator, value):
        """Search by segment, also by its name; ``in [False]`` finds who is in none."""
        if operator not in ("in", "any", "any!", "ilike", "=ilike", "like"):
            return NotImplemented
        own = fields.Domain([("company_id", "=", self.env.company.id), ("left_on", "=", False)])
        without = operator == "in" and False in value
        if operator == "in":
            value = [item for item in value if item]
        wanted = fields.Domain("segment_id", operator, value)
        members = self.env["crm.segment.member"]
        column = "crm_segment_member.partner_id"
        domain = fields.Domain("commercial_partner_id", "in", members._search(own & wanted).subselect(column))
        if without:
            domain |= fields.Domain("commercial_partner_id", "not in", members._search(own).subselect(column))
        return domain

    def action_segment_decide(self):
        """Open the dialog that adds these customers to a segment, or takes them out."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add to or Remove from a Segment"),
            "res_model": "crm.segment.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_ids": self.commercial_partner_id.ids},
        }
