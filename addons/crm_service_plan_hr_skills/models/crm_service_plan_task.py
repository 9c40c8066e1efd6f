from odoo import fields, models


class CrmServicePlanTask(models.Model):
    _inherit = "crm.service.plan.task"

    skill_ids = fields.One2many("crm.service.task.skill", "task_id", "Skills", copy=True)
