{
    "name": "Customer Lifecycle: Service",
    "summary": "Visits are signs of life; a lost contract ends the relation; busy days and hours",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Lifecycle Suite contributors",
    "maintainers": ["lifecycle-suite"],
    "website": "https://github.com/lifecycle-suite/crm-lifecycle",
    "license": "LGPL-3",
    "depends": ["crm_lifecycle", "crm_service_plan"],
    "data": [
        "security/crm_service_busy_rules.xml",
        "security/ir.model.access.csv",
        "views/crm_care_policy_views.xml",
        "views/crm_service_busy_views.xml",
        "views/crm_service_busy_hour_views.xml",
    ],
    "auto_install": True,
}
