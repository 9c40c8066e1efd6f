from . import crm_competitor_report, crm_market_report, crm_profile_quality
