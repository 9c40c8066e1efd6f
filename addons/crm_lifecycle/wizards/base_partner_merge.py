from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Give the remaining customer one status for each company, and keep the latest stage set by hand."""
        manual = self._lifecycle_before_merge_sudo(src_partners, dst_partner)
        for model in ("crm.segment.member", "crm.segment.decision"):
            self.env[model]._before_merge_sudo(src_partners | dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        # The history has no foreign key by which core could find it.
        self.env["crm.lifecycle.transition"].flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lifecycle_transition SET partner_id = %s WHERE partner_id = ANY(%s)",
                dst_partner.id,
                src_partners.ids,
            )
        )
        self.env["crm.lifecycle.transition"].invalidate_model()
        self._lifecycle_after_merge_sudo(dst_partner, manual)
        return result

    @api.model
    def _lifecycle_before_merge_sudo(self, sources, target):
        # As superuser: the merge concerns every company that knows these customers. Core would delete all rows of the
        # sources as soon as one breaks the unique key; the figures are decided anew, only what people set must stay.
        statuses = self.env["crm.lifecycle.status"].sudo().search([("partner_id", "in", (sources | target).ids)])
        manual = {}
        for status in statuses.filtered("is_manual").sorted("manual_on"):
            manual[status.company_id] = {
                name: status._fields[name].convert_to_write(status[name], status)
                for name in (
                    "stage_id",
                    "since",
                    "is_manual",
                    "manual_on",
                    "manual_until",
                    "manual_reason",
                    "manual_user_id",
                    "reason_code",
                    "reason_params",
                )
            }
        for company in statuses.company_id:
            manual.setdefault(company, {})
        statuses.filtered(lambda status: status.partner_id in sources).unlink()
        return manual

    @api.model
    def _lifecycle_after_merge_sudo(self, target, manual):
        # As superuser, for the same reason.
        model = self.env["crm.lifecycle.status"].sudo()
        customer = target.commercial_partner_id
        for company, vals in manual.items():
            status = model.search([("partner_id", "=", customer.id), ("company_id", "=", company.id)])
            if vals and status:
                status.write(vals)
            elif vals:
                model.create({**vals, "partner_id": customer.id, "company_id": company.id})
            self.env["crm.lifecycle.dirty"]._mark(customer, company, cause="import")
