from odoo import api, fields, models
from odoo.exceptions import UserError

STAGE_CODES = [
    ("suspect", "Suspect"),
    ("prospect", "Prospect"),
    ("new", "New customer"),
    ("established", "Established"),
    ("quiet", "Gone quiet"),
    ("ended", "Ended"),
]


class CrmLifecycleStage(models.Model):
    """One of the six stages a relationship passes through. Renamed at will, never deleted."""

    _name = "crm.lifecycle.stage"
    _description = "Lifecycle Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(STAGE_CODES, required=True, readonly=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    fold = fields.Boolean(string="Folded in Kanban")
    description = fields.Text(translate=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "There is exactly one stage for each code.")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The six lifecycle stages cannot be deleted; rename them instead."))

    def write(self, vals):
        """Keep the code: everything refers to it."""
        if "code" in vals and any(stage.code != vals["code"] for stage in self):
            raise UserError(self.env._("The code of a lifecycle stage never changes."))
        return super().write(vals)

    @api.model
    def _by_code(self):
        """Return ``{code: stage}`` of the six stages (cached ids)."""
        ids = self._ids_by_code()
        return {code: self.browse(stage_id) for code, stage_id in ids.items()}

    @api.model
    def _ids_by_code(self):
        """Return ``{code: id}`` of the six stages in their order."""
        look_up = self.env["ir.model.data"]._xmlid_to_res_id  # cached, and no query to see that they exist: they stay
        return {code: look_up(f"crm_lifecycle.stage_{code}", True) for code, _label in STAGE_CODES}
