{
    "name": "Customer Lifecycle: Sales",
    "summary": "Sale orders are purchases; quotations make prospects",
    "version": "19.0.1.2.0",
    "category": "Sales/CRM",
    "author": "Customer Lifecycle Suite contributors",
    "maintainers": ["lifecycle-suite"],
    "website": "https://github.com/lifecycle-suite/crm-lifecycle",
    "license": "LGPL-3",
    "depends": ["crm_lifecycle", "sale"],
    "data": ["views/res_config_settings_views.xml"],
    "auto_install": True,
}
