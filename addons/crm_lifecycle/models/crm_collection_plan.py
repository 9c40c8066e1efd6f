from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class CrmCollectionPlan(models.Model):
    """Whom a plan is about, by stage and segment, too."""

    _inherit = "crm.collection.plan"

    stage_ids = fields.Many2many(
        "crm.lifecycle.stage", string="Stages", help="Only customers in one of these stages. Empty: in any."
    )
    segment_ids = fields.Many2many(
        "crm.segment",
        string="Segments",
        domain="[('is_confidential', '=', False)]",
        help="Only customers in one of these segments. Empty: in any or none.",
    )

    @api.constrains("segment_ids")
    def _check_segments(self):
        """Whoever reads a plan sees whom it is about: it must not tell who is in a confidential segment."""
        for segment in self.segment_ids.filtered("is_confidential"):
            raise ValidationError(
                self.env._("“%(name)s” is confidential: no collection plan is made of it.", name=segment.name)
            )

    def _partner_domain(self):
        domain = super()._partner_domain()
        if self.stage_ids:
            domain &= self._get_stage_domain(self.stage_ids, self.company_id or self.env.company)
        if segment_ids := self._get_segment_ids_sudo():
            members = SQL(
                "(SELECT partner_id FROM crm_segment_member WHERE left_on IS NULL AND segment_id IN %s)",
                tuple(segment_ids),
            )
            self.env["crm.segment.member"].flush_model()
            domain &= Domain("id", "in", members) | Domain("commercial_partner_id", "in", members)
        return domain

    def _get_segment_ids_sudo(self):
        """The segments of the plan.

        Sudo: whoever reads plans and reports need not be one who reads segments.
        """
        return self.sudo().segment_ids.ids

    @api.model
    def _get_stage_domain(self, stages, company):
        """Customers in these stages; those without a row are suspects.

        By SQL instead of the contact's field, which not everybody who reads plans may search.
        """
        self.env["crm.lifecycle.status"].flush_model()
        domain = Domain(
            "commercial_partner_id",
            "in",
            SQL(
                "(SELECT partner_id FROM crm_lifecycle_status WHERE company_id = %s AND stage_id IN %s)",
                company.id,
                tuple(stages.ids),
            ),
        )
        if "suspect" in stages.mapped("code"):
            domain |= Domain(
                "commercial_partner_id",
                "not in",
                SQL("(SELECT partner_id FROM crm_lifecycle_status WHERE company_id = %s)", company.id),
            )
        return domain

    @api.depends("stage_ids", "segment_ids")
    def _compute_coverage(self):
        return super()._compute_coverage()

    @api.depends("stage_ids", "segment_ids")
    def _compute_expectation(self):
        return super()._compute_expectation()
