from . import crm_market_report, crm_profile_quality
