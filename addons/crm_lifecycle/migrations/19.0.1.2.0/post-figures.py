"""The figures of a change of stage become columns of their own, which are read and written faster than a JSON."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists


def migrate(cr, version):
    """Take the figures from the JSON that held them, and drop it."""
    if not column_exists(cr, "crm_lifecycle_transition", "metrics"):
        return
    cr.execute(
        SQL(
            """UPDATE crm_lifecycle_transition SET
                      first_date = (reason_params ->> 'first')::date, last_date = (reason_params ->> 'last')::date,
                      order_count = (metrics ->> 'orders')::int, amount_total = (metrics ->> 'amount')::numeric,
                      mean_gap_days = NULLIF((metrics ->> 'mean_gap_days')::numeric, 0),
                      p_buy = (metrics ->> 'p_buy')::numeric, quiet_on = (metrics ->> 'quiet_on')::date,
                      recency_score = NULLIF((metrics ->> 'r')::int, 0),
                      frequency_score = NULLIF((metrics ->> 'f')::int, 0),
                      monetary_score = NULLIF((metrics ->> 'm')::int, 0)"""
        )
    )
    cr.execute(SQL("ALTER TABLE crm_lifecycle_transition DROP COLUMN metrics"))
