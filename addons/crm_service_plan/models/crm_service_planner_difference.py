from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from .crm_service_planner import BATCH, SLACK_DAYS


class CrmServicePlanner(models.AbstractModel):
    """What a re-plan would do, before it is done: the same calendars, compared instead of stored."""

    _inherit = "crm.service.planner"

    def _difference(self, series_ids, as_of, draft):
        """Compare the services as they stand with what the rules give.

        :param series_ids: ids of `crm.service.series` (of any branch)
        :param as_of: today
        :param draft: `crm.service.plan.task` to be taken with their waiting change
        :return: list of ``(kind, subscription id, task id, old day, new day, reason code, reason label, nominal)``;
            kind is one of added, moved, removed
        """
        rows = []
        series = self.env["crm.service.series"].browse(series_ids)
        for company, group in series.grouped("company_id").items():
            calendar = company._service_calendar_sudo()
            # Looking is not dating: as far as they are dated already, no farther.
            horizon = as_of + timedelta(days=company.service_horizon_days + SLACK_DAYS)
            horizon = max([horizon, *filter(None, group.mapped("planned_until"))])
            for start in range(0, len(group), BATCH):
                bases = self._series_bases(group.ids[start : start + BATCH], as_of, draft)
                keys, dates, __ = self._calendars(bases, horizon, calendar)
                rows += self._compare(keys, dates, as_of, draft)
        return rows

    def _compare(self, series_keys, dates, as_of, draft):
        params = self._params(series_keys, dates, as_of)
        params["past"] = as_of
        params["changed"] = list(draft.ids)
        return self.env.execute_query(
            SQL(
                """WITH wanted AS (
                       SELECT m.series_id, c.seq, c.due, c.nominal, c.reason, c.label
                         FROM %(map)s JOIN %(cal)s ON c.key = m.key),
                   free AS (
                       SELECT o.* FROM %(map)s JOIN crm_service_series r ON r.id = m.series_id
                         JOIN crm_service_occurrence o ON o.series_id = m.series_id
                        WHERE o.state = 'planned' AND o.postponed_from IS NULL
                          AND (o.due_date >= %(past)s OR NOT o.task_id = ANY(%(changed)s)))
                SELECT CASE WHEN f.id IS NULL THEN 'added' WHEN w.seq IS NULL THEN 'removed' ELSE 'moved' END,
                       r.subscription_id, r.task_id, f.due_date, w.due, w.reason, w.label, w.nominal
                  FROM wanted w FULL JOIN free f ON f.series_id = w.series_id AND f.seq = w.seq
                  JOIN crm_service_series r ON r.id = COALESCE(w.series_id, f.series_id)
                 WHERE f.due_date IS DISTINCT FROM w.due
                   AND NOT (f.id IS NULL AND w.nominal > COALESCE(r.planned_until, w.nominal))
                   AND NOT (f.id IS NULL AND EXISTS (
                        SELECT 1 FROM crm_service_occurrence x
                         WHERE x.subscription_id = r.subscription_id AND x.task_id = r.task_id AND x.seq = w.seq))
              ORDER BY r.subscription_id, COALESCE(w.due, f.due_date), r.task_id""",
                **params,
            )
        )
