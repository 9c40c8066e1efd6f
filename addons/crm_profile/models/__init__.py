from . import (
    crm_collection_plan,
    crm_collection_plan_line,
    crm_competitor,
    crm_competitor_assessment,
    crm_profile_attribute,
    crm_profile_fact,
    crm_profile_fact_decision,
    crm_profile_option,
    res_partner,
)
