from odoo import api, models
from odoo.fields import Domain


class CrmProfileFact(models.Model):
    _inherit = "crm.profile.fact"

    @api.model
    def _record(self, rows):
        """Record the statements, then have the leads of these customers judged."""
        facts = super()._record(rows)
        self._judge_leads_of(facts.partner_id.ids)
        return facts

    def _set(self, vals):
        """Write, then have the leads of these customers judged."""
        result = super()._set(vals)
        self._judge_leads_of(self.partner_id.ids)
        return result

    @api.model
    def _judge_leads_of(self, partner_ids):
        """Have the leads of some customers judged anew when the transaction ends, all at once."""
        precommit = self.env.cr.precommit
        waiting = precommit.data.setdefault("crm_lifecycle_fit", set())
        if not waiting:
            precommit.add(self._judge_waiting_sudo)
        waiting.update(partner_ids)

    @api.model
    def _judge_waiting_sudo(self):
        # As superuser: whoever learns something of a customer may not see every lead of it.
        waiting = list(self.env.cr.precommit.data.pop("crm_lifecycle_fit", ()))
        domain = Domain("partner_id", "in", waiting) | Domain("partner_id.commercial_partner_id", "in", waiting)
        leads = self.env["crm.lead"].sudo().search(domain)
        leads.modified(["fit_stale"])
        leads.flush_recordset()
