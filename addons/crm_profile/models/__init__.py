from . import crm_collection_plan
from . import crm_collection_plan_line
from . import crm_competitor
from . import crm_competitor_assessment
from . import crm_profile_attribute
from . import crm_profile_fact
from . import crm_profile_option
from . import res_partner
