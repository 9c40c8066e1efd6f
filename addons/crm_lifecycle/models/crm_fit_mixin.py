from odoo import api, fields, models
from odoo.tools import SQL

JUDGED_AT_ONCE = 500


class CrmFitMixin(models.AbstractModel):
    """How well a lead fits the target profile, with the reason."""

    _name = "crm.fit.mixin"
    _description = "Fit of a Lead"

    fit_profile_id = fields.Many2one(
        "crm.target.profile",
        string="Target Profile",
        compute="_compute_fit",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        groups="crm_lifecycle.group_user",
    )
    fit_score = fields.Integer(
        string="Fit",
        compute="_compute_fit",
        store=True,
        aggregator="avg",
        groups="crm_lifecycle.group_user",
        help="How well the lead fits the target profile, 0 to 100. What is unknown gives nothing: ask.",
    )
    fit_known = fields.Integer(
        string="Known",
        compute="_compute_fit",
        store=True,
        aggregator="avg",
        groups="crm_lifecycle.group_user",
        help="How much of what the target profile asks is known, 0 to 100.",
    )
    fit_possible = fields.Integer(
        string="Could Reach",
        compute="_compute_fit",
        store=True,
        aggregator="avg",
        groups="crm_lifecycle.group_user",
        help="The fit if everything not known turns out well; 0 when a must-have is missed.",
    )
    fit_detail = fields.Json(compute="_compute_fit", store=True, groups=fields.NO_ACCESS)
    fit_reason = fields.Char(string="Why", compute="_compute_fit_reason", groups="crm_lifecycle.group_user")
    fit_proposal = fields.Selection(
        [("convert", "Make it an opportunity"), ("ask", "Ask what is not known"), ("nurture", "Keep it warm")],
        string="Proposal",
        compute="_compute_fit_reason",
        search="_search_fit_proposal",
        groups="crm_lifecycle.group_user",
    )
    fit_stale = fields.Boolean(readonly=True, groups="crm_lifecycle.group_user", help="Waits to be judged anew.")

    @api.depends(
        "partner_id",
        "partner_id.commercial_partner_id.user_id",
        "partner_id.is_company",
        "partner_id.state_id",
        "partner_id.industry_id",
        "partner_name",
        "state_id",
        "source_id",
        "expected_revenue",
        "company_id",
        "user_id",
        "fit_stale",
    )
    def _compute_fit(self):
        profiles = self.env["crm.target.profile"].search([("state", "=", "running")])
        none = self.env["crm.target.profile"]
        by_key = {(profile.company_id.id, profile.customer_kind): profile for profile in profiles}
        chosen = {}
        for lead in self:
            company = lead.company_id.id or lead.user_id.company_id.id or self.env.company.id
            kind = "company" if lead._is_of_company() else "person"
            chosen.setdefault(by_key.get((company, kind), none), []).append(lead.id)
        for profile, ids in chosen.items():
            leads = self.browse(ids)
            found = profile._fits(leads) if profile else {}
            for lead in leads:
                fit = found.get(lead.id)
                lead.fit_profile_id = profile
                lead.fit_score = fit.score if fit else False
                lead.fit_known = fit.known if fit else False
                lead.fit_possible = 0 if not fit or fit.missed_must else fit.score + 100 - fit.known
                lead.fit_detail = fit and {
                    name: [profile.criterion_ids[index].id for index in getattr(fit, name)]
                    for name in ("met", "missed", "unknown", "missed_must")
                }

    def _is_of_company(self):
        """Return whether the lead comes from a company."""
        customer = self.partner_id.commercial_partner_id
        return customer.is_company if customer else bool(self.partner_name)

    @api.depends("fit_detail", "fit_score", "fit_known", "fit_profile_id")
    @api.depends_context("lang", "company", "uid")
    def _compute_fit_reason(self):
        details, labels = self._fit_details_sudo()
        words = [
            ("missed_must", self.env._("must have, but misses: %(list)s")),
            ("met", self.env._("fits: %(list)s")),
            ("missed", self.env._("does not: %(list)s")),
            ("unknown", self.env._("not known: %(list)s")),
        ]
        for lead in self:
            detail = details[lead.id]
            parts = []
            for name, text in words:
                left = [one for one in detail.get(name, []) if name != "missed" or one not in detail["missed_must"]]
                named = [labels[one] for one in left if one in labels]
                if named:
                    parts.append(text % {"list": "; ".join(named)})
            reason = " · ".join(parts)
            lead.fit_reason = reason[:1].upper() + reason[1:]
            lead.fit_proposal = lead.fit_profile_id._filtered_access("read") and lead._proposal()

    def _fit_details_sudo(self):
        """Return ``{lead id: criteria by how they turned out}`` and ``{criterion id: label}``, as far as one may know.

        What a criterion says of the customer's stage is left out where the reader may not see that stage, and
        everything where the profile is another company's.
        """
        # As superuser: which criteria count is asked per lead here, whoever wrote them.
        shown = {lead.id: lead.sudo().fit_detail or {} for lead in self}
        ids = {one for detail in shown.values() for group in detail.values() for one in group}
        criteria = self.env["crm.target.criterion"].sudo().browse(ids).exists()
        labels = {one.id: one.label for one in criteria}
        stages = set(criteria.filtered(lambda one: one.about == "behaviour").ids)
        for lead in self:
            profile = lead.fit_profile_id
            if profile and not profile._filtered_access("read"):
                shown[lead.id] = {}
            elif stages and profile and not lead.with_company(profile.sudo().company_id).lifecycle_stage_id:
                shown[lead.id] = {
                    name: [one for one in group if one not in stages] for name, group in shown[lead.id].items()
                }
        return shown, labels

    def _proposal(self):
        """Return what to do with the lead: it fits, or could with what is not known yet, or does not."""
        threshold = self.fit_profile_id.threshold
        if self.fit_score >= threshold:
            return "convert"
        return "ask" if self.fit_possible >= threshold else "nurture"

    @api.model
    def _search_fit_proposal(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = fields.Domain.FALSE
        for profile in self.env["crm.target.profile"].search([("state", "=", "running")]):
            own = fields.Domain("fit_profile_id", "=", profile.id)
            fits = fields.Domain("fit_score", ">=", profile.threshold)
            could = fields.Domain("fit_possible", ">=", profile.threshold)
            proposed = {"convert": fits, "ask": ~fits & could, "nurture": ~fits & ~could}
            domain |= own & fields.Domain.OR(proposed[name] for name in value if name)
        if False in value:
            domain |= fields.Domain("fit_profile_id", "=", False)
        return domain

    # -- judged anew after a change of the profile ---------------------------------------------------------------------
    @api.model
    def _mark_for_judgement_sudo(self, company_ids):
        """Have the open leads of some companies judged by the job, in batches."""
        # As superuser: the profile judges every lead of the company, also those its author may not read.
        self.flush_model(["company_id"])
        self.env.cr.execute(
            SQL(
                """UPDATE crm_lead SET fit_stale = true
                    WHERE active AND (company_id = ANY(%s) OR company_id IS NULL) AND fit_stale IS NOT TRUE""",
                list(company_ids),
            )
        )
        self.sudo().invalidate_model(["fit_stale"])
        self.env.ref("crm_lifecycle.ir_cron_fit").sudo()._trigger()

    @api.model
    def _mark_expired(self):
        """Have those leads judged whose customer's facts expired within two days: no one writes when time passes."""
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE crm_lead l SET fit_stale = true
                FROM res_partner p
               WHERE p.id = l.partner_id AND l.fit_profile_id IS NOT NULL AND l.fit_stale IS NOT TRUE
                 AND EXISTS (SELECT 1 FROM crm_profile_fact f
                              WHERE f.partner_id IN (p.id, p.commercial_partner_id)
                                AND f.expires_on BETWEEN current_date - 1 AND current_date)"""
        )
        self.invalidate_model(["fit_stale"])

    @api.model
    def _cron_judge(self):
        """Judge the leads that wait, some hundreds at a time."""
        self._mark_expired()
        while True:
            leads = self.search([("fit_stale", "=", True)], limit=JUDGED_AT_ONCE, order="id")
            if not leads:
                return
            leads.write({"fit_stale": False})
            leads.flush_recordset()
            left = self.search_count([("fit_stale", "=", True)], limit=10 * JUDGED_AT_ONCE)
            if not self.env["ir.cron"]._commit_progress(len(leads), remaining=left):
                return
