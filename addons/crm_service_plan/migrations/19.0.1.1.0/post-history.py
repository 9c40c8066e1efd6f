"""Databases of the first version: verdicts on services done, owners of assets, time taken by agreed visits."""

import logging

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

# As `crm.service.occurrence._close_done` and `_give_up` judge them.
JUDGE = """
    UPDATE crm_service_occurrence o
       SET compliance = CASE WHEN o.state = 'missed' THEN 'missed'
                             WHEN o.done_date > COALESCE(o.window_end, o.due_date) THEN 'late' ELSE 'on_time' END,
           done_by_id = CASE WHEN o.state <> 'missed'
                             THEN (SELECT v.user_id FROM crm_service_visit v WHERE v.id = o.visit_id) END
     WHERE o.compliance IS NULL
       AND (o.state IN ('done', 'missed') OR (o.state = 'included' AND o.done_date IS NOT NULL))
"""
# What minimum intervals count from.
LAST_DONE = """
    UPDATE crm_service_series r SET last_done = d.day, last_seq = d.seq
      FROM (SELECT series_id, max(done_date) AS day, max(seq) AS seq FROM crm_service_occurrence
             WHERE done_date IS NOT NULL GROUP BY series_id) d
     WHERE d.series_id = r.id AND r.last_done IS NULL
"""
OWNERS = """
    INSERT INTO crm_service_asset_owner (asset_id, partner_id, company_id, date_from,
                                         create_uid, create_date, write_uid, write_date)
         SELECT a.id, a.partner_id, a.company_id, COALESCE(a.start_date, a.create_date::date, CURRENT_DATE),
                1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
           FROM crm_service_asset a
          WHERE NOT EXISTS (SELECT 1 FROM crm_service_asset_owner o WHERE o.asset_id = a.id)
"""


def migrate(cr, version):
    for statement in (JUDGE, LAST_DONE, OWNERS):
        cr.execute(statement)
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.invalidate_all()
    agreed = [("state", "in", ("scheduled", "in_progress")), ("booking_ids", "=", False)]
    for visit in env["crm.service.visit"].search(agreed, order="planned_start, id"):
        try:
            with cr.savepoint():
                visit._book()
        except UserError as error:
            # Twice at one time since before: the visit stays as agreed; whoever moves either is asked for a free time.
            _logger.info("Visit %s takes no time: %s", visit.id, error)
