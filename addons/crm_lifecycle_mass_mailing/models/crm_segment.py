from odoo import fields, models


class CrmSegment(models.Model):
    _inherit = "crm.segment"

    mailing_ids = fields.Many2many("mailing.mailing", "crm_segment_mailing_rel", "segment_id", "mailing_id", copy=False)
    mailing_count = fields.Integer(compute="_compute_mailing_count", groups="mass_mailing.group_mass_mailing_user")

    def _compute_mailing_count(self):
        rows = self.env["mailing.mailing"]._read_group([("segment_ids", "in", self.ids)], ["segment_ids"], ["__count"])
        counts = dict(rows)
        for segment in self:
            segment.mailing_count = counts.get(segment, 0)

    def action_mail(self):
        """Open a new mailing to this segment.

        :return: the action; its kind is ``mailing_type`` of the context, e-mail if not given
        """
        self.ensure_one()
        return self._mailing_action({"default_segment_ids": [(6, 0, self.ids)]})

    def _mailing_action(self, defaults):
        """Return the action of a new mailing to customers with these default values."""
        self.env["mailing.mailing"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Mailing"),
            "res_model": "mailing.mailing",
            "view_mode": "form",
            "context": {
                "default_mailing_type": self.env.context.get("mailing_type", "mail"),
                "default_mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                **defaults,
            },
        }

    def action_view_mailings(self):
        """Open the mailings to this segment."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("mass_mailing.mailing_mailing_action_mail")
        return {**action, "domain": [("segment_ids", "in", self.ids)], "context": {}}
