from dataclasses import replace

from odoo import api, fields, models
from odoo.fields import Domain


class CrmSurveyProgramQuota(models.Model):
    """So many answers from such customers are enough: who waits beyond that is not asked (AAPOR 4.8)."""

    _name = "crm.survey.program.quota"
    _description = "Quota of a survey program"
    _inherit = ["crm.survey.program.line.mixin", "crm.survey.filter.mixin"]

    name = fields.Char(required=True, translate=True)
    target = fields.Integer(string="Answers", required=True, default=30)
    answered_count = fields.Integer(compute="_compute_counts", string="Answered")
    waiting_count = fields.Integer(compute="_compute_counts", string="On the way")
    is_full = fields.Boolean(compute="_compute_counts", string="Filled")

    _target_positive = models.Constraint("CHECK (target > 0)", "A quota wants at least one answer.")

    @api.depends("target", "program_id.invitation_ids.state", "program_id.invitation_ids.quota_id")
    def _compute_counts(self):
        totals = {quota.id: {} for quota in self}
        for quota, state, number in self.env["crm.survey.invitation"]._read_group(
            Domain("quota_id", "in", self.ids), ["quota_id", "state"], ["__count"]
        ):
            totals[quota.id][state] = number
        for quota in self:
            by_state = totals.get(quota._origin.id or quota.id, {})
            quota.answered_count = by_state.get("done", 0)
            quota.waiting_count = sum(
                by_state.get(state, 0) for state in ("planned", "held", "to_call", "sent", "started")
            )
            quota.is_full = quota.answered_count >= quota.target

    def _get_customer_domain(self):
        """Return a fresh domain of the customers this quota is about, whatever the lines before it."""
        self.ensure_one()
        domain = self._get_own_domain()
        if self.value_class_ids:
            domain &= Domain("lifecycle_value_class_id", "in", self.value_class_ids.ids)
        if self.segment_ids:
            domain &= Domain("lifecycle_segment_ids", "in", self.segment_ids.ids)
        if self.customer_kind:
            domain &= Domain("commercial_partner_id.is_company", "=", self.customer_kind == "company")
        return domain

    def _as_line(self, partners):
        domain = self._get_own_domain()
        line = super()._as_line(partners)
        if domain.is_true():
            return line
        found = self.env["res.partner"].search(Domain("id", "in", partners.ids) & domain)
        return replace(line, partner_ids=frozenset(found.ids))


class CrmSurveyProgram(models.Model):
    """Quotas: how many answers from whom."""

    _inherit = "crm.survey.program"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    quota_ids = fields.One2many("crm.survey.program.quota", "program_id", string="Quotas", copy=True)
    quota_only = fields.Boolean(
        string="Ask nobody else",
        help="Customers in none of the quotas are not asked. Otherwise they are, without limit.",
    )

    def _get_quota_domain(self):
        """Return a fresh domain that leaves out customers of full quotas, as far as a filter can tell.

        A customer of a full quota who belongs to an earlier open one is kept by :meth:`_choose_quotas`, so only quotas
        before which none is open are left out here.
        """
        self.ensure_one()
        domain = Domain.TRUE
        for quota in self.quota_ids:
            if not quota.is_full:
                break
            domain &= ~quota._get_customer_domain()
        if self.quota_only and self.quota_ids:
            domain &= Domain.OR(quota._get_customer_domain() for quota in self.quota_ids)
        return domain

    def _choose_quotas(self, partners):
        """Return {partner id: quota, or none} of the customers who may be asked as to the quotas."""
        self.ensure_one()
        none = self.env["crm.survey.program.quota"]
        if not self.quota_ids:
            return dict.fromkeys(partners.ids, none)
        chosen = self.quota_ids._choose(partners)
        return {
            partner_id: quota
            for partner_id, quota in chosen.items()
            if not quota.is_full and (quota or not self.quota_only)
        }

    def _close_filled(self):
        """Let go who waits for a quota that is filled; who holds a link of it is not reminded any more."""
        self.ensure_one()
        full = self.quota_ids.filtered("is_full")
        if not full:
            return
        mine = Domain("quota_id", "in", full.ids)
        invitations = self.env["crm.survey.invitation"]
        invitations.search(mine & Domain("state", "in", ("planned", "held", "to_call")))._stop_waiting("quota")
        invitations.search(mine & Domain("state", "in", ("sent", "started")) & Domain("due", "!=", False)).due = False
