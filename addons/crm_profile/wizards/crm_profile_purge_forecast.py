from odoo import api, fields, models


class CrmProfilePurgeForecast(models.TransientModel):
    """One kind of data that will be erased within a month: how many rows, never whose."""

    _name = "crm.profile.purge.forecast"
    _description = "Data to Be Erased"

    name = fields.Char("Kind of Data", readonly=True)
    attribute_id = fields.Many2one("crm.profile.attribute", readonly=True, ondelete="cascade")
    number = fields.Integer("Rows", readonly=True)
    what = fields.Selection([("purged", "Deleted"), ("emptied", "Text emptied")], "What Happens", readonly=True)
    until = fields.Date(readonly=True)

    @api.model
    def action_open(self, as_of=None):
        """Count what goes up to ``as_of`` (date; default in one month) in the user's company, and show it."""
        self.check_access("create")
        as_of = as_of and fields.Date.to_date(as_of) or self.env["crm.privacy"]._next_month()
        found = self.env["crm.privacy"]._forecast(self.env.company, as_of)
        lines = self.create(
            [
                {
                    "name": self.env["ir.model"]._get(model).name,
                    "attribute_id": attribute,
                    "number": number,
                    "what": "emptied" if emptied else "purged",
                    "until": as_of,
                }
                for model, attribute, number, emptied in found
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_profile.crm_profile_purge_forecast_action")
        return dict(action, domain=[("id", "in", lines.ids)])
