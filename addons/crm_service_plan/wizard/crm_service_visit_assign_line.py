from odoo import fields, models


class CrmServiceVisitAssignLine(models.TransientModel):
    """One candidate."""

    _name = "crm.service.visit.assign.line"
    _description = "Who Fits a Visit: Candidate"
    _order = "can desc, score desc, id"

    assign_id = fields.Many2one("crm.service.visit.assign", required=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Person", readonly=True, ondelete="cascade")
    score = fields.Float(readonly=True, digits=(5, 1))
    can = fields.Boolean(readonly=True)
    reasons = fields.Char("Why", readonly=True)

    def action_take(self):
        """Put this person in charge; the reasons are noted on the visit."""
        self.ensure_one()
        visit = self.assign_id.visit_id
        candidate = visit._assess_candidates(self.user_id)[0]
        visit.write({"user_id": candidate.user.id})
        visit.message_post(
            body=self.env._(
                "Assigned to %(person)s: %(reasons)s",
                person=candidate.user.name,
                reasons=", ".join(candidate.obstacles or candidate.reasons),
            )
        )
        return {"type": "ir.actions.act_window_close"}
