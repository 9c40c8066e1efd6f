from odoo import api, fields, models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.fit.mixin", "crm.customer.mark.mixin"]

    lifecycle_stage_id = fields.Many2one(
        "crm.lifecycle.stage",
        string="Customer Stage",
        compute="_compute_lifecycle_stage_id",
        groups="crm_lifecycle.group_user",
        help="The stage of the customer; a lead without a customer is a prospect.",
    )
    lifecycle_stage_code = fields.Char(compute="_compute_lifecycle_stage_id", groups="crm_lifecycle.group_user")
    lifecycle_reason = fields.Char(
        string="Stage Reason", compute="_compute_lifecycle_stage_id", groups="crm_lifecycle.group_user"
    )

    referred_by_id = fields.Many2one(
        "res.partner",
        string="Referred by (Customer)",
        index="btree_not_null",
        ondelete="set null",
        groups="crm_lifecycle.group_user",
        help="Who recommended us. The customer that comes of this lead is credited to them.",
    )

    @api.depends("partner_id")
    @api.depends_context("company", "lang", "uid")
    def _compute_lifecycle_stage_id(self):
        prospect = self.env["crm.lifecycle.stage"]._by_code()["prospect"]
        for lead in self:
            partner = lead.partner_id
            known = partner.lifecycle_stage_id if partner else prospect
            lead.lifecycle_stage_id = prospect if known.code == "suspect" else known
            lead.lifecycle_stage_code = lead.lifecycle_stage_id.code
            told = partner and (partner.lifecycle_status_id or not known)
            lead.lifecycle_reason = partner.lifecycle_reason if told else False

    @api.model_create_multi
    def create(self, vals_list):
        """Mark the customers of new leads: they may become prospects."""
        leads = super().create(vals_list)
        leads._lifecycle_mark()
        leads._keep_referral_sudo()
        return leads

    def write(self, vals):
        """Credit the referrer of a customer who becomes known."""
        result = super().write(vals)
        if vals.keys() & {"partner_id", "referred_by_id"}:
            self._keep_referral_sudo()
        return result

    def _keep_referral_sudo(self):
        """Credit the referrer with the customer, unless somebody else brought that customer before."""
        # As superuser: whoever may name the referrer on the lead need not see every referral.
        model = self.env["crm.referral"].sudo()
        for lead in self.sudo().filtered(lambda lead: lead.partner_id and lead.referred_by_id):
            company = lead.company_id or lead.user_id.company_id or self.env.company
            same = lead.partner_id.commercial_partner_id == lead.referred_by_id.commercial_partner_id
            brought = [("partner_id", "=", lead.partner_id.id), ("company_id", "=", company.id)]
            known = model.search_count(brought, limit=1)
            if not same and not known:
                model.create(
                    {
                        "partner_id": lead.partner_id.id,
                        "referrer_id": lead.referred_by_id.id,
                        "company_id": company.id,
                        "lead_id": lead.id,
                    }
                )

    def _merge_get_fields(self):
        """A merged lead keeps who recommended us."""
        return super()._merge_get_fields() + ["referred_by_id"]

    @api.model
    def _lifecycle_fields(self):
        """Add the salesperson: a lead without a company belongs to the one of its salesperson."""
        return super()._lifecycle_fields() | {"user_id"}

    def _lifecycle_company(self):
        """Return the company of the lead, else of its salesperson, else the first one."""
        return self.company_id or self.user_id.company_id or self.env["res.company"]._lifecycle_first_sudo()
