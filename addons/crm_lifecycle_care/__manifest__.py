{
    "name": "Customer Lifecycle: Care",
    "summary": "The day of the first purchase becomes an occasion by itself",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Lifecycle Suite contributors",
    "maintainers": ["lifecycle-suite"],
    "website": "https://github.com/lifecycle-suite/crm-lifecycle",
    "license": "LGPL-3",
    "depends": ["crm_lifecycle", "crm_care"],
    "data": ["data/ir_cron_data.xml", "views/res_config_settings_views.xml"],
    "auto_install": True,
}
