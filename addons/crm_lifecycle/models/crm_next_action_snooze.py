from odoo import api, fields, models


class CrmNextActionSnooze(models.Model):
    """Something somebody does not want to be reminded of for a while."""

    _name = "crm.next.action.snooze"
    _description = "Put Off"
    _order = "until desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Customer", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", required=True, ondelete="cascade", readonly=True, default=lambda self: self.env.user
    )
    code = fields.Char(required=True, readonly=True)
    title = fields.Char(string="Next Step", readonly=True)
    until = fields.Date(required=True)

    @api.model_create_multi
    def create(self, vals_list):
        """One puts things off for oneself only."""
        return super().create([{**vals, "user_id": self.env.uid} for vals in vals_list])

    @api.model
    def _snooze(self, partner, code, until, title):
        """Remind the current user of ``code`` for ``partner``, called ``title``, only after ``until``."""
        mine = self.search([("partner_id", "=", partner.id), ("code", "=", code), ("user_id", "=", self.env.uid)])
        mine.unlink()
        self.create({"partner_id": partner.id, "code": code, "until": until, "title": title})

    @api.model
    def _put_off(self, partners):
        """Return the pairs (partner id, code) that the current user has put off."""
        today = self.env.company._lifecycle_today()
        found = self.search(
            [("partner_id", "in", partners.ids), ("user_id", "=", self.env.uid), ("until", ">=", today)]
        )
        return {(line.partner_id.id, line.code) for line in found}
