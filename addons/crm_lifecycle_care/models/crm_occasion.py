from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

ACTIONS = {"greeting": "greeting", "activity": "activity", "remember": "none"}
BATCH = 1000


class CrmOccasion(models.Model):
    _inherit = "crm.occasion"

    from_purchases = fields.Boolean(readonly=True, help="It follows the customer's first purchase.")

    @api.model
    def _cron_first_purchases(self, batch=BATCH):
        """Make and correct the occasions of first purchases, in every company that wants them.

        :param batch: occasions per transaction

        Kill-safe: what is there already is not made again.
        """
        cron = self.env["ir.cron"]
        for company in self.env["res.company"].sudo().search([("care_first_purchase", "in", list(ACTIONS))]):
            while done := self._follow_first_purchases_sudo(company, batch):
                if not cron._commit_progress(done):
                    return

    @api.model
    def _follow_first_purchases_sudo(self, company, limit=BATCH):
        """Make or correct up to ``limit`` occasions of ``company``; return how many.

        Only of customers we still have. A day somebody entered by hand, or archived, is left as it is.

        Sudo: stages are read, and occasions made, for all customers of the company alike.
        """
        rows = self._first_purchases_due_sudo(company, limit)
        made = [
            {"partner_id": partner_id, **self._prepare_first_purchase_vals(company, day)}
            for partner_id, day, occasion_id in rows
            if not occasion_id
        ]
        occasions = self.sudo().with_company(company)
        occasions.create(made)
        for _partner_id, day, occasion_id in rows:
            if occasion_id:
                occasions.browse(occasion_id).write(self._prepare_date_vals(day))
        return len(rows)

    def _prepare_first_purchase_vals(self, company, day):
        return {
            "company_id": company.id,
            "kind": "first_purchase",
            "action": ACTIONS[company.care_first_purchase],
            "from_purchases": True,
            **self._prepare_date_vals(day),
        }

    @api.model
    def _first_purchases_due_sudo(self, company, limit):
        """[(partner id, first date, occasion id or None)] where the occasion is missing or says another day.

        Sudo: see :meth:`_follow_first_purchases_sudo`. SQL: two tables are compared as sets.
        """
        self.env["crm.lifecycle.status"].flush_model()
        self.flush_model()
        stages = self.env["crm.lifecycle.stage"].sudo().search([("code", "in", ("new", "established", "quiet"))])
        return self.env.execute_query(
            SQL(
                """SELECT s.partner_id, s.first_date, o.id
                     FROM crm_lifecycle_status s
                     JOIN res_partner p ON p.id = s.partner_id AND p.active
                LEFT JOIN crm_occasion o ON o.partner_id = s.partner_id AND o.company_id = s.company_id
                                        AND o.kind = 'first_purchase' AND o.whose = 'self'
                    WHERE s.company_id = %(company)s AND s.first_date IS NOT NULL AND s.stage_id IN %(stages)s
                      AND (o.id IS NULL OR (o.from_purchases AND o.active AND (o.day, o.month, o.year)
                           IS DISTINCT FROM (extract(day FROM s.first_date)::int, extract(month FROM s.first_date)::int,
                                             extract(year FROM s.first_date)::int)))
                    ORDER BY s.partner_id LIMIT %(limit)s""",
                company=company.id,
                stages=stages._ids,
                limit=limit,
            )
        )

    def _left_out(self):
        """Who is no customer any more is not thanked for being one."""
        found = super()._left_out()
        follows = self.filtered("from_purchases")
        statuses = (
            self.env["crm.lifecycle.status"]
            .sudo()
            .search(
                Domain("partner_id", "in", follows.partner_id.ids)
                & Domain("company_id", "in", follows.company_id.ids)
                & Domain("stage_code", "in", ("new", "established", "quiet"))
            )
        )
        customers = {(status.partner_id.id, status.company_id.id) for status in statuses}
        gone = follows.filtered(lambda o: (o.partner_id.id, o.company_id.id) not in customers)
        return {**found, "ended": set(gone.ids)}
