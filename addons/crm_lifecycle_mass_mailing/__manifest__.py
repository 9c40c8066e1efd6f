{
    "name": "Customer Lifecycle: Email Marketing",
    "summary": "Segments as recipients; mass mailings obey the contact policy; who unsubscribes is left alone",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "author": "Customer Lifecycle Suite contributors",
    "maintainers": ["lifecycle-suite"],
    "website": "https://github.com/lifecycle-suite/crm-lifecycle",
    "license": "LGPL-3",
    "depends": ["crm_lifecycle", "mass_mailing"],
    "data": [
        "security/mailing_rules.xml",
        "views/mailing_mailing_views.xml",
        "views/mailing_trace_views.xml",
        "views/crm_segment_views.xml",
    ],
    "auto_install": True,
}
