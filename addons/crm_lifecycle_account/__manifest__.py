{
    "name": "Customer Lifecycle: Invoicing",
    "summary": "Customer invoices and credit notes are purchases and returns",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Lifecycle Suite contributors",
    "maintainers": ["lifecycle-suite"],
    "website": "https://github.com/lifecycle-suite/crm-lifecycle",
    "license": "LGPL-3",
    "depends": ["crm_lifecycle", "account"],
    "data": ["views/res_config_settings_views.xml", "views/res_partner_views.xml"],
    "auto_install": True,
}
