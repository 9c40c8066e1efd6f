"""Answers without an invitation were shown to every company, and customers' words to every salesperson.

Data files leave rules alone that are there already: they are written again.
"""

from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file

FILES = ("survey_rules.xml", "crm_survey_report_rules.xml", "crm_survey_follow_up_rules.xml")


def migrate(cr, version):
    """Write the rules as this version has them."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in FILES:
        convert_file(env, "crm_survey", f"security/{name}", {}, mode="init", noupdate=True)
