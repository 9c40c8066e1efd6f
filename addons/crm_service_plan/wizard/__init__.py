from . import (
    crm_service_case_intake,
    crm_service_contract_close,
    crm_service_occurrence_postpone,
    crm_service_plan_change,
    crm_service_plan_change_line,
    crm_service_subscription_change,
    crm_service_visit_finish,
    crm_service_visit_finish_line,
)
