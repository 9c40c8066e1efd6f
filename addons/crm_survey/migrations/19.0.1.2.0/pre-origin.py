"""Causes of a lull name the answers they come from as leads do."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists, rename_column


def migrate(cr, version):
    """Keep the values under the new name; the index is made anew under its own."""
    if column_exists(cr, "crm_lull_cause", "survey_invitation_id"):
        rename_column(cr, "crm_lull_cause", "survey_invitation_id", "survey_origin_id")
        cr.execute(SQL("DROP INDEX IF EXISTS crm_lull_cause__survey_invitation_id_index"))
