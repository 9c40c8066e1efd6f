{
    "name": "Periodic Service Plans: Helpdesk",
    "summary": "Cases and tickets of OCA Helpdesk Management are two sides of one thing",
    "version": "19.0.1.0.0",
    "category": "Services",
    "author": "Customer Lifecycle Suite contributors",
    "maintainers": ["lifecycle-suite"],
    "website": "https://github.com/lifecycle-suite/crm-lifecycle",
    "license": "AGPL-3",
    "depends": ["crm_service_plan", "helpdesk_mgmt_sla"],
    "data": [
        "data/helpdesk_ticket_stage_data.xml",
        "views/crm_service_case_views.xml",
        "views/helpdesk_ticket_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "auto_install": True,
}
