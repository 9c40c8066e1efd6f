{
    "name": "Customer Lifecycle: SMS Marketing",
    "summary": "SMS mailings obey the contact policy; who sends STOP is left alone",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "author": "Customer Lifecycle Suite contributors",
    "maintainers": ["lifecycle-suite"],
    "website": "https://github.com/lifecycle-suite/crm-lifecycle",
    "license": "LGPL-3",
    "depends": ["crm_lifecycle_mass_mailing", "mass_mailing_sms"],
    "data": ["views/mailing_trace_views.xml", "views/crm_segment_views.xml"],
    "auto_install": True,
}
