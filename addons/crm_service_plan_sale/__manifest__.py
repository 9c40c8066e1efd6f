{
    "name": "Periodic Service Plans: Sales",
    "summary": "A sold product starts its service; what no contract covers is quoted",
    "version": "19.0.1.0.0",
    "category": "Services",
    "author": "Customer Lifecycle Suite contributors",
    "maintainers": ["lifecycle-suite"],
    "website": "https://github.com/lifecycle-suite/crm-lifecycle",
    "license": "LGPL-3",
    "depends": ["crm_service_plan", "sale_crm"],
    "data": [
        "data/product_data.xml",
        "views/product_template_views.xml",
        "views/sale_order_views.xml",
        "views/crm_service_visit_views.xml",
    ],
    "post_init_hook": "post_init_hook",
    "auto_install": True,
}
