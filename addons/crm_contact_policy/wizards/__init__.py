from . import base_partner_merge, crm_contact_bypass, crm_contact_preview, crm_contact_preview_line, crm_interaction_log
