from . import crm_service_plan_task, crm_service_skill_workload, crm_service_task_skill, crm_service_visit
