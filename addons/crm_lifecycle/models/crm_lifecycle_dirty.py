from odoo import api, fields, models
from odoo.tools import SQL

from .loose_many2one import LooseMany2one


class CrmLifecycleDirty(models.Model):
    """Customers whose facts changed and whose stage waits for a fresh look."""

    _name = "crm.lifecycle.dirty"
    _description = "Customers Waiting for Refresh"
    _log_access = False

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade", index=True)
    company_id = LooseMany2one("res.company", required=True)
    cause = fields.Selection([("rule", "Rule"), ("import", "Import")], required=True, default="rule")

    @api.model
    def _mark(self, partners, company, cause="rule"):
        """Queue the commercial partners of ``partners`` for a refresh and wake the job.

        One insert that reads no record: it is part of confirming an order. It may queue the same customer twice, the
        refresh sees each once; a mark seen already is not enough, as a refresh under way may be about to remove it.

        :param partners: ``res.partner`` records
        :param company: the ``res.company`` whose facts changed
        :param str cause: ``rule``, or ``import`` when the change must start nothing
        """
        if partners.ids:
            self.env["res.partner"].flush_model(["commercial_partner_id"])
            customers = SQL(
                "SELECT DISTINCT COALESCE(commercial_partner_id, id) AS id FROM res_partner WHERE id = ANY(%s)",
                partners.ids,
            )
            self._insert_marks(customers, company, cause)

    @api.model
    def _mark_ids(self, ids, company, cause="rule"):
        """Queue the customers ``ids``, also those that are commercial partners no longer."""
        if ids:
            self._insert_marks(SQL("SELECT id FROM unnest(%s) id", list(ids)), company, cause)

    @api.model
    def _insert_marks(self, customers, company, cause):
        """Queue the customers of the ``SQL`` select ``customers``, which has the column ``id``."""
        self.env["crm.referral"].flush_model(["partner_commercial_id", "referrer_commercial_id", "company_id"])
        # Who brought these customers is credited with what they buy.
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_lifecycle_dirty (partner_id, company_id, cause)
                   WITH c AS (%(customers)s)
                   SELECT c.id, %(company)s, %(cause)s FROM c
                    UNION SELECT r.referrer_commercial_id, %(company)s, %(cause)s FROM c
                            JOIN crm_referral r ON r.partner_commercial_id = c.id AND r.company_id = %(company)s""",
                customers=customers,
                company=company.id,
                cause=cause,
            )
        )
        precommit = self.env.cr.precommit
        if "crm_lifecycle_wake" not in precommit.data:
            precommit.data["crm_lifecycle_wake"] = True
            precommit.add(self._wake)

    @api.model
    def _wake(self):
        """Have the refresh job run within a minute: once for each transaction, and without reading the job.

        Its workers look for triggers every minute. Notifying them, as ``ir.cron._trigger`` does, is a transaction of
        its own on another database: 3 of the 24 milliseconds of confirming an order, and smaller batches.
        """
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id("crm_lifecycle.ir_cron_refresh")
        self.env.cr.execute(
            SQL(
                """INSERT INTO ir_cron_trigger (cron_id, call_at)
                   SELECT id, date_trunc('second', now() AT TIME ZONE 'UTC') FROM ir_cron WHERE id = %s AND active""",
                cron_id or None,
            )
        )
