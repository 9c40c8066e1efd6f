"""Parents see the health visits of their children by login; the text message of a reminder has its link.

Data files leave rules and templates alone that are there already; what somebody changed stays as it is.
"""

from lxml import etree
from odoo import SUPERUSER_ID, api
from odoo.tools import file_open

OWN_ALONE = "('partner_id', '=', user.partner_id.id if user.share else 0)"
LINK = "{{ object._short_url() }}"
TEXTS = {"en_US": " See and confirm: ", "vi_VN": " Xem và xác nhận: "}


def migrate(cr, version):
    """Write the rule as this version has it, and the link behind the text in every language that has none."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    rule = env.ref("crm_service_plan.crm_service_visit_rule_health", raise_if_not_found=False)
    if rule and OWN_ALONE in (rule.domain_force or ""):
        with file_open("crm_service_plan/security/crm_service_plan_rules.xml", "rb") as file:
            record = etree.parse(file).find("record[@id='crm_service_visit_rule_health']")
        rule.domain_force = record.findtext("field[@name='domain_force']")
    template = env.ref("crm_service_plan.sms_template_visit_reminder", raise_if_not_found=False)
    if not template:
        return
    languages = {code for code, __ in env["res.lang"].get_installed()}
    bodies = {code: template.with_context(lang=code).body or "" for code in languages}
    for code, body in bodies.items():
        if "object._short_url()" not in body and "access_token" not in body:
            template.with_context(lang=code).body = body + TEXTS.get(code, TEXTS["en_US"]) + LINK
