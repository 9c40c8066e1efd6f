{
    "name": "Customer Lifecycle: Point of Sale",
    "summary": "Orders and refunds at the counter are purchases and returns",
    "version": "19.0.1.1.0",
    "category": "Sales/CRM",
    "author": "Customer Lifecycle Suite contributors",
    "maintainers": ["lifecycle-suite"],
    "website": "https://github.com/lifecycle-suite/crm-lifecycle",
    "license": "LGPL-3",
    "depends": ["crm_lifecycle", "point_of_sale"],
    "data": ["views/res_config_settings_views.xml"],
    "assets": {
        "point_of_sale._assets_pos": ["crm_lifecycle_pos/static/src/**/*"],
        "web.assets_tests": ["crm_lifecycle_pos/static/tests/tours/**/*"],
    },
    "auto_install": True,
}
