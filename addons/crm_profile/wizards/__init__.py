from . import base_partner_merge, crm_profile_purge_forecast
