"""Companies of a database that had the addon before segments get their focus groups."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.segment"]._ensure(env["res.company"].search([("active", "in", [True, False])]))
