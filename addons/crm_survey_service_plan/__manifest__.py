{
    "name": "Customer Surveys: Service",
    "summary": "Ask after a visit, when a case is solved, and when a contract ends",
    "version": "19.0.1.1.0",
    "category": "Sales/CRM",
    "author": "Customer Lifecycle Suite contributors",
    "maintainers": ["lifecycle-suite"],
    "website": "https://github.com/lifecycle-suite/crm-lifecycle",
    "license": "LGPL-3",
    "depends": ["crm_survey", "crm_service_plan"],
    "data": ["data/crm_survey_program_data.xml", "views/crm_survey_program_views.xml"],
    "auto_install": True,
}
