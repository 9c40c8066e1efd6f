from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmServiceTaskSkill(models.Model):
    """A skill a task asks for, and the level it takes at least."""

    _name = "crm.service.task.skill"
    _description = "Skill a Service Task Asks For"
    _order = "task_id, id"
    _rec_name = "skill_id"

    task_id = fields.Many2one("crm.service.plan.task", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="task_id.company_id", store=True)
    skill_id = fields.Many2one("hr.skill", required=True, ondelete="restrict")
    skill_type_id = fields.Many2one(related="skill_id.skill_type_id")
    skill_level_id = fields.Many2one(
        "hr.skill.level",
        "At Least",
        domain="[('skill_type_id', '=', skill_type_id)]",
        ondelete="restrict",
        help="Empty: any level will do.",
    )

    _skill_unique = models.Constraint("UNIQUE(task_id, skill_id)", "The task asks for this skill already.")

    @api.constrains("skill_id", "skill_level_id")
    def _check_level(self):
        for need in self:
            if need.skill_level_id and need.skill_level_id.skill_type_id != need.skill_id.skill_type_id:
                raise ValidationError(
                    self.env._(
                        "“%(level)s” is no level of %(skill)s.",
                        level=need.skill_level_id.name,
                        skill=need.skill_id.name,
                    )
                )
