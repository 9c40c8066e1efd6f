from datetime import datetime, time, timedelta

from odoo import api, fields, models, tools

from ..domain import rules
from ..domain.holidays_vn import TET, public_holidays


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    @tools.ormcache()
    def _contact_partner_ids(self):
        """Ids of the partners that are companies of ours (a frozenset, cached)."""
        companies = self.sudo().with_context(active_test=False).search([("partner_id", "!=", False)])
        return frozenset(companies.partner_id.ids)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env.registry.clear_cache()
        return companies

    def _contact_tz(self):
        """Name of the time zone in which this company contacts: its partner's, else its working hours', else UTC."""
        self.ensure_one()
        return self.partner_id.tz or self.resource_calendar_id.tz or "UTC"

    def _load_vietnam_holidays_sudo(self, years=None):
        """Add Vietnam's public holidays to the company's working hours; those already there are left alone.

        :param years: years to load (default: from this year on, as far as the lunar dates are known)
        :return: number of holidays added

        Sudo: who sets the contact rules need not be allowed to edit working hours.
        """
        self.ensure_one()
        years = years or range(fields.Date.context_today(self).year, max(TET) + 1)
        calendar = self.sudo().resource_calendar_id
        tz = calendar.tz or self._contact_tz()
        leaves = self.env["resource.calendar.leaves"].sudo().with_company(self)
        known = set(leaves.search([("calendar_id", "=", calendar.id), ("resource_id", "=", False)]).mapped("date_from"))
        vals_list = []
        for year in years:
            for first, last, name in public_holidays(year):
                start = rules.to_utc(datetime.combine(first, time()), tz)
                end = rules.to_utc(datetime.combine(last + timedelta(days=1), time()), tz) - timedelta(seconds=1)
                if start not in known:
                    vals_list.append({"name": name, "calendar_id": calendar.id, "date_from": start, "date_to": end})
        return len(leaves.create(vals_list))
