{
    "name": "Customer Surveys: Helpdesk",
    "summary": "Ask when a ticket of OCA Helpdesk Management is solved",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Lifecycle Suite contributors",
    "maintainers": ["lifecycle-suite"],
    "website": "https://github.com/lifecycle-suite/crm-lifecycle",
    "license": "AGPL-3",
    "depends": ["crm_survey", "helpdesk_mgmt"],
    "data": ["views/crm_survey_program_views.xml"],
    "auto_install": True,
}
