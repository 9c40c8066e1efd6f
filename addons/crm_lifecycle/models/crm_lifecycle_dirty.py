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
        self._mark_ids(set(partners.commercial_partner_id.ids), company, cause)

    @api.model
    def _mark_ids(self, ids, company, cause="rule"):
        """Queue the customers ``ids``, also those that are commercial partners no longer."""
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
        """Trigger the refresh job when the transaction is committed, once."""
        precommit = self.env.cr.precommit
        if "crm_lifecycle_wake" not in precommit.data:
            precommit.data["crm_lifecycle_wake"] = True
            precommit.add(self.env.ref("crm_lifecycle.ir_cron_refresh")._trigger)
