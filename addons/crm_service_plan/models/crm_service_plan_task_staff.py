from odoo import fields, models


class CrmServicePlanTask(models.Model):
    """Who may do a task, and what it takes."""

    _inherit = "crm.service.plan.task"

    staff_ids = fields.Many2many(
        "crm.service.staff",
        "crm_service_task_staff_rel",
        "task_id",
        "staff_id",
        "Done By",
        help="Nobody listed: every member of the staff may do it. Otherwise only these.",
    )
    resource_type_ids = fields.Many2many(
        "crm.service.resource.type",
        "crm_service_task_resource_type_rel",
        "task_id",
        "type_id",
        "Tools",
        help="One of each kind is booked with the visit.",
    )
