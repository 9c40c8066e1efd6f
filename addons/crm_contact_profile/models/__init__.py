from . import crm_competitor, crm_interaction, crm_mention
