"""Nothing leaves the machine: the demo's and the tests' databases call nobody."""

NOWHERE = "http://127.0.0.1:9"
ENDPOINTS = ("iap.endpoint", "enrich.endpoint", "reveal.endpoint", "iap.partner_autocomplete.endpoint", "sms.endpoint",
             "snailmail.endpoint", "html_editor.olg_api_endpoint", "html_editor.media_library_endpoint",
             "publisher_warranty_url")
CODE = f"""
parameters = env["ir.config_parameter"]
for key in {ENDPOINTS!r}:
    parameters.set_param(key, {NOWHERE!r})
parameters.set_param("crm.iap.lead.enrich.setting", "manual")
for xmlid in ("mail.ir_cron_module_update_notification", "sms.ir_cron_sms_scheduler_action",
              "crm_iap_enrich.ir_cron_lead_enrichment"):
    cron = env.ref(xmlid, raise_if_not_found=False)
    if cron:
        cron.active = False
env.cr.commit()
"""
