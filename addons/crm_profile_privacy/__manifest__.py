{
    "name": "Customer Profile: Privacy Look-up",
    "summary": "Odoo's privacy look-up finds and erases everything the suite knows of a person",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Lifecycle Suite contributors",
    "maintainers": ["lifecycle-suite"],
    "website": "https://github.com/lifecycle-suite/crm-lifecycle",
    "license": "LGPL-3",
    "depends": ["crm_profile", "privacy_lookup"],
    "auto_install": True,
}
