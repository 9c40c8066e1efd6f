"""Marks and ticks were shown to every salesperson, one by one: what the reports hide of small groups could be counted.

Data files leave rules alone that are there already: they are written again.
"""

from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file

FILES = ("survey_rules.xml", "crm_survey_report_rules.xml")


def migrate(cr, version):
    """Write the rules as this version has them."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in FILES:
        convert_file(env, "crm_survey", f"security/{name}", {}, mode="init", noupdate=True)
