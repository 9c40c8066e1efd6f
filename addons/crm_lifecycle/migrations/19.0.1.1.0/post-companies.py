"""Companies of a database that had the addon before get their focus groups and customer codes."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    companies = env["res.company"].search([("active", "in", [True, False])])
    env["crm.segment"]._ensure(companies)
    companies._lifecycle_ensure_codes()
