from . import crm_service_plan_task, crm_service_task_skill, crm_service_visit
