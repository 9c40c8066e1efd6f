from odoo import api, fields, models
from odoo.tools import SQL


class CrmLifecycleDirty(models.Model):
    """Customers whose facts changed and whose stage waits for a fresh look."""

    _name = "crm.lifecycle.dirty"
    _description = "Customers Waiting for Refresh"
    _log_access = False

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    cause = fields.Selection([("rule", "Rule"), ("import", "Import")], required=True, default="rule")

    @api.model
    def _mark(self, partners, company, cause="rule"):
        """Queue the commercial partners of ``partners`` for a refresh and wake the job.

        One insert; it may queue the same customer twice, the refresh sees each once.

        :param partners: ``res.partner`` records
        :param company: the ``res.company`` whose facts changed
        :param str cause: ``rule``, or ``import`` when the change must start nothing
        """
        ids = tuple(set(partners.commercial_partner_id.ids))
        if not ids:
            return
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_lifecycle_dirty (partner_id, company_id, cause) SELECT id, %s, %s FROM unnest(%s) id",
                company.id,
                cause,
                list(ids),
            )
        )
        self._wake()

    @api.model
    def _wake(self):
        """Trigger the refresh job, once per transaction."""
        done = self.env.cr.cache.setdefault("crm_lifecycle_woken", set())
        if self.env.cr.dbname not in done:
            done.add(self.env.cr.dbname)
            self.env.ref("crm_lifecycle.ir_cron_refresh")._trigger()
