"""The shipped program “After a service” was to be started by hand even where visits are kept."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Let visits start it, unless somebody has taken it into use otherwise."""
    api.Environment(cr, SUPERUSER_ID, {})["crm.survey.program"]._ask_after_visits()
