{
    "name": "Customer Profile: Portal",
    "summary": "Customers take everything known of them as a file from their portal",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Lifecycle Suite contributors",
    "maintainers": ["lifecycle-suite"],
    "website": "https://github.com/lifecycle-suite/crm-lifecycle",
    "license": "LGPL-3",
    "depends": ["crm_profile", "portal"],
    "data": ["views/portal_templates.xml"],
    "auto_install": True,
}
