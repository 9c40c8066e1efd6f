from odoo import api, fields, models


class CrmServiceVisitAssign(models.TransientModel):
    """Who fits a visit, the best first, and why."""

    _name = "crm.service.visit.assign"
    _description = "Who Fits a Visit"

    visit_id = fields.Many2one("crm.service.visit", required=True, readonly=True, ondelete="cascade")
    planned_start = fields.Datetime(related="visit_id.planned_start")
    planned_stop = fields.Datetime(related="visit_id.planned_stop")
    partner_id = fields.Many2one(related="visit_id.partner_id")
    line_ids = fields.One2many("crm.service.visit.assign.line", "assign_id", "Candidates")

    @api.model
    def default_get(self, fields_list):
        result = super().default_get(fields_list)
        visit = self.env["crm.service.visit"].browse(result.get("visit_id"))
        if visit:
            result["line_ids"] = [
                (
                    0,
                    0,
                    {
                        "user_id": candidate.user.id,
                        "score": candidate.score,
                        "can": not candidate.obstacles,
                        "reasons": ", ".join(candidate.obstacles or candidate.reasons),
                    },
                )
                for candidate in visit._assess_candidates()
            ]
        return result
