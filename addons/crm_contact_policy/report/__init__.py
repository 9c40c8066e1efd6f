from . import crm_contact_gate_report
