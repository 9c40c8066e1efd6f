from . import crm_competitor, crm_contact_gate, crm_interaction, crm_mention
