{
    "name": "Periodic Service Plans: Skills",
    "summary": "Visits go to people with the skill, at the level, not expired",
    "version": "19.0.1.0.0",
    "category": "Services",
    "license": "LGPL-3",
    "author": "Customer Lifecycle Suite contributors",
    "maintainers": ["lifecycle-suite"],
    "website": "https://github.com/lifecycle-suite/crm-lifecycle",
    "depends": ["crm_service_plan", "hr_skills"],
    "data": [
        "security/ir.model.access.csv",
        "security/crm_service_task_skill_rules.xml",
        "views/crm_service_plan_task_views.xml",
        "views/crm_service_skill_workload_views.xml",
    ],
    "auto_install": True,
}
