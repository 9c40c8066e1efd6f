from . import (
    crm_service_case_report,
    crm_service_compliance_report,
    crm_service_cost_report,
    crm_service_history,
    crm_service_history_case,
    crm_service_workload,
)
