from datetime import datetime

import pytz

from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    lifecycle_full_requested = fields.Boolean(
        readonly=True, copy=False, help="The next nightly run looks at every customer, because a rule changed."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Give a new company its two policies."""
        companies = super().create(vals_list)
        self.env["crm.lifecycle.policy"].sudo()._ensure(companies)
        return companies

    def _lifecycle_today(self, at=None):
        """Return the day in the company's time zone.

        :param datetime at: naive UTC moment, now if not given
        """
        self.ensure_one()
        moment = pytz.utc.localize(at or datetime.utcnow())
        return moment.astimezone(pytz.timezone(self._contact_tz())).date()

    def _lifecycle_request_full(self):
        """Have the next nightly run look at every customer."""
        self.filtered(lambda company: not company.lifecycle_full_requested).sudo().write(
            {"lifecycle_full_requested": True}
        )
