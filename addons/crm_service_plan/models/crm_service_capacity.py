from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..domain.slots import merge

WEEKS_AHEAD = 8


class CrmServiceCapacity(models.Model):
    """Hours each member of the staff can give to visits on a day; renewed every night and before it is looked at."""

    _name = "crm.service.capacity"
    _description = "Hours Available for Visits"
    _order = "date, user_id"
    _log_access = False

    company_id = fields.Many2one("res.company", "Branch", required=True, readonly=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="cascade", index=True)
    date = fields.Date(required=True, readonly=True)
    hours = fields.Float(readonly=True)

    _day_unique = models.Constraint("UNIQUE(company_id, user_id, date)", "One row for each person and day.")

    @api.depends("user_id", "date")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.user_id.name}, {row.date}"

    @api.model
    def _hours_sudo(self, company, users, first, last):
        """Hours of visits each can do, by local day of the branch; days off and the limit of the staff card count.

        :return: ``{day: {user id: hours}}``

        Runs as superuser: limits and days off of colleagues count, of which only the hours leave this method.
        """
        self = self.sudo()
        low, high = company._service_moment(first, 0), company._service_moment(last + timedelta(days=1), 0)
        limits = {
            staff.user_id.id: staff.max_hours
            for staff in self.env["crm.service.staff"].search(
                [("user_id", "in", users.ids), ("company_id", "=", company.id)]
            )
        }
        result = {first + timedelta(days=n): {} for n in range((last - first).days + 1)}
        bounds = {
            day: (company._service_moment(day, 0), company._service_moment(day + timedelta(days=1), 0))
            for day in result
        }
        for person in self.env["crm.service.availability"]._people_sudo(company, users, low, high):
            for day, (start, stop) in bounds.items():
                spans = merge((max(a, start), min(b, stop)) for a, b in person.work)
                hours = sum((b - a).total_seconds() for a, b in spans) / 3600
                limit = limits.get(person.key)
                result[day][person.key] = round(min(hours, limit) if limit else hours, 2)
        return result

    @api.model
    def _refresh_sudo(self, companies=None, as_of=None, weeks=WEEKS_AHEAD):
        """Renew the rows of the coming weeks; an unchanged row is not rewritten.

        :param companies: branches; default all that have staff or open visits
        :param as_of: first day; default each branch's today

        Runs as superuser: written by this method alone.
        """
        self = self.sudo()
        for company in companies or self._companies():
            first = as_of or company._service_today()
            last = first + timedelta(weeks=weeks) - timedelta(days=1)
            staff = self.env["crm.service.staff"].search([("company_id", "=", company.id)])
            users = staff.user_id or self.env["crm.service.visit"].new({"company_id": company.id})._candidate_users()
            days = self._hours_sudo(company, users, first, last)
            rows = [(user, day, hours) for day, by_user in days.items() for user, hours in by_user.items() if hours]
            self._store(company, first, rows)
        self.invalidate_model()

    @api.model
    def _companies(self):
        staff = self.env["crm.service.staff"].search([("active", "=", True)])
        groups = self.env["crm.service.visit"]._read_group(
            self.env["crm.service.visit"]._get_open_domain(), ["company_id"]
        )
        return (staff.company_id | staff.branch_ids).union(*(company for (company,) in groups))

    def _store(self, company, first, rows):
        users, days, hours = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
        self.env.cr.execute(
            SQL(
                """WITH new AS (SELECT * FROM unnest(%(users)s::int[], %(days)s::date[], %(hours)s::float8[])
                                       AS n(user_id, date, hours)),
                        gone AS (DELETE FROM crm_service_capacity c
                                  WHERE c.company_id = %(company)s
                                    AND (c.date < %(first)s OR NOT EXISTS (
                                         SELECT 1 FROM new n WHERE n.user_id = c.user_id AND n.date = c.date)))
                   INSERT INTO crm_service_capacity AS c (company_id, user_id, date, hours)
                   SELECT %(company)s, user_id, date, hours FROM new
                   ON CONFLICT (company_id, user_id, date) DO UPDATE SET hours = excluded.hours
                    WHERE c.hours IS DISTINCT FROM excluded.hours""",
                users=users,
                days=days,
                hours=hours,
                company=company.id,
                first=first,
            )
        )

    @api.model
    def _cron_refresh(self):
        """Every night: one branch after the other, each committed."""
        companies = self._companies()
        for number, company in enumerate(companies):
            self._refresh_sudo(company)
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - number - 1):
                return
