from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.addons.crm_contact_policy.tools import repeat_disturbed
from odoo.tools import SQL

from ..domain.schedule import Base, Meter, ScheduleError, plan_dates, rebase
from ..tools import one_by_one

BATCH = 2000
SLACK_DAYS = 30


class CrmServicePlanner(models.AbstractModel):
    """Dates the services of all subscriptions, set-based.

    Calendars are computed once per distinct rule and anchor by `domain.schedule`, then joined to the series that share
    them in one INSERT … SELECT … ON CONFLICT DO NOTHING: measured at a small multiple of the raw insert, where the ORM
    takes thirty times as long.
    """

    _name = "crm.service.planner"
    _description = "Service Planner"
    _inherit = ["crm.service.daily.mixin"]

    @api.model
    def _cron_daily(self, at=None):
        """Date the year ahead, give up what was missed, make the visits that come near. Every batch is committed; what
        was done before a kill is not done again.

        :param at: naive UTC datetime; default now
        """
        at = at or fields.Datetime.now()
        companies = self._companies()
        days = {company: company._service_today(at) for company in companies}
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        self._sync_series()
        for company, as_of in days.items():
            for step in self._steps():
                while done := repeat_disturbed(self.env, partial(step, company, as_of)):
                    if not progress(done, remaining=1):
                        return
        progress(1, remaining=0)

    @api.model
    def _run(self, as_of, companies=None):
        """The daily work in one go, without commits.

        :param as_of: date taken for today
        :param companies: default all with subscriptions
        """
        self._sync_series(as_of=as_of)
        for company in companies or self._companies():
            for step in self._steps():
                while step(company, as_of):
                    pass

    def _companies(self):
        groups = self.env["crm.service.subscription"]._read_group([("state", "=", "active")], ["company_id"])
        return self.env["res.company"].union(*(company for (company,) in groups))

    def _sync_series(self, subscriptions=None, as_of=None):
        """Give every active subscription a series for each task of its plan that has none yet.

        :param subscriptions: only these; default all
        :param as_of: today: a task that joins a running plan does not reach back behind it
        """
        for name in ("crm.service.subscription", "crm.service.plan.task", "crm.service.series"):
            self.env[name].flush_model()
        only = SQL("AND s.id = ANY(%s)", subscriptions.ids) if subscriptions is not None else SQL()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_service_series
                    (subscription_id, task_id, anchor, base_seq, base_meter, not_before, dirty, counted, rule_changed,
                     create_uid, create_date, write_uid, write_date)
                SELECT s.id, t.id, s.start_date, 0, COALESCE(s.start_meter, 0),
                       CASE WHEN EXISTS (SELECT 1 FROM crm_service_series y WHERE y.subscription_id = s.id)
                            THEN GREATEST(s.plan_from, %(today)s) ELSE s.plan_from END,
                       FALSE, FALSE, FALSE, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM crm_service_subscription s JOIN crm_service_plan_task t ON t.plan_id = s.plan_id AND t.active
                 WHERE t.applied_rule->>'active' IS DISTINCT FROM 'false' AND s.state = 'active' %(only)s
                   AND NOT EXISTS (SELECT 1 FROM crm_service_series x
                                    WHERE x.subscription_id = s.id AND x.task_id = t.id)
                ON CONFLICT DO NOTHING""",
                uid=self.env.uid,
                now=fields.Datetime.now(),
                today=as_of or self.env.company._service_today(),
                only=only,
            )
        )
        self.env["crm.service.subscription"].invalidate_model(["series_ids"])

    def _plan_next(self, company, as_of):
        """Plan the next batch of series whose horizon came near or that changed.

        :return: number of series planned, 0 = nothing left
        """
        self.env["crm.service.series"].flush_model()
        self.env["crm.service.plan"].flush_model(["active"])
        until = as_of + timedelta(days=company.service_horizon_days)
        rows = self.env.execute_query(
            SQL(
                """SELECT r.id FROM crm_service_series r JOIN crm_service_subscription s ON s.id = r.subscription_id
                     JOIN crm_service_plan p ON p.id = s.plan_id
                    WHERE s.state = 'active' AND s.company_id = %s AND p.active
                      AND (r.planned_until IS NULL OR r.planned_until < %s OR r.dirty)
                 ORDER BY r.id LIMIT %s""",
                company.id,
                until,
                BATCH,
            )
        )
        ids = [row[0] for row in rows]
        if ids:
            self._plan_safely(company, ids, as_of)
        return len(ids)

    def _plan_safely(self, company, ids, as_of):
        """One bad plan stops nobody: the error is kept on its series."""

        def keep(bad, error):
            horizon = as_of + timedelta(days=company.service_horizon_days + SLACK_DAYS)
            self._mark_planned(bad, ["database"], horizon)

        one_by_one(self.env, ids, lambda some: self._plan_batch(company, some, as_of), keep)

    def _plan_batch(self, company, ids, as_of):
        """Date these series: what is missing is inserted; of those marked dirty, the untouched future is dated anew.

        :param company: the branch all of them belong to
        :param ids: ids of `crm.service.series`
        :param as_of: today
        """
        for name in ("crm.service.series", "crm.service.subscription", "crm.service.occurrence", "crm.service.asset"):
            self.env[name].flush_model()
        horizon = as_of + timedelta(days=company.service_horizon_days + SLACK_DAYS)
        horizon = max([horizon, *filter(None, self.env["crm.service.series"].browse(ids).mapped("planned_until"))])
        calendar = company._service_calendar_sudo()
        bases = self._series_bases(ids, as_of)
        series_keys, dates, errors = self._calendars(bases, horizon, calendar)
        self._keep_rebased(bases)
        self._store(series_keys, dates, as_of)
        self._mark_planned([row[0] for row in series_keys], errors, horizon)

    def _calendars(self, bases, horizon, calendar):
        """Compute each distinct calendar once.

        :param bases: ``[(series id, (rule, base, meter), …)]``
        :return: ``[(series id, key)]``, ``[(key, Due)]``, error codes in the order of the series
        """
        keys, dates, series_keys, errors = {}, [], [], []
        for series_id, key, *__ in bases:
            if key not in keys:
                keys[key] = (len(keys), *self._dates_of(*key, horizon, calendar))
                dates += [(keys[key][0], due) for due in keys[key][1]]
            series_keys.append((series_id, keys[key][0]))
            errors.append(keys[key][2])
        return series_keys, dates, errors

    def _series_bases(self, ids, as_of, draft=None):
        """:return: ``[(series id, (rule, base, meter), rebased)]``; series of one rule and anchor share the key

        :param as_of: today
        :param draft: tasks to be taken with the change that waits
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT r.id, r.task_id, r.anchor, r.base_seq, COALESCE(r.base_meter, 0), r.not_before, r.counted,
                          r.last_done, COALESCE(r.last_seq, 0), r.rule_changed, a.meter_value, a.meter_date,
                          a.meter_rate, s.plan_id, s.target_date
                     FROM crm_service_series r JOIN crm_service_subscription s ON s.id = r.subscription_id
                LEFT JOIN crm_service_asset a ON a.id = s.asset_id
                    WHERE r.id = ANY(%s) AND s.state = 'active' ORDER BY r.id FOR UPDATE OF r""",
                list(ids),
            )
        )
        tasks = self.env["crm.service.plan.task"].browse({row[1] for row in rows})
        changed = [row[0] for row in rows if row[9] or (draft and row[1] in draft._ids)]
        last = self._last_touched(changed, as_of) if changed else {}
        rules = {(task.id, task.plan_id.id): task._rule(draft=bool(draft and task in draft)) for task in tasks}
        result = []
        for series_id, task_id, *position, __, value, on, rate, plan_id, target in rows:
            # A task that was archived, or left behind by a change of plan, has no future.
            rule = rules.get((task_id, plan_id))
            base = self._base_of(rule, target, *position)
            meter = Meter(value or 0.0, on, rate or 0.0) if rule and rule.usage and on else None
            rebased = rule and base and series_id in last and rebase(rule, base, *last[series_id], meter)
            result.append((series_id, (rule, rebased or base, meter), rebased or None))
        return result

    def _base_of(self, rule, target, anchor, seq, base_meter, not_before, counted, last_done, last_seq):
        """:return: :class:`Base`; None when the date the steps lead to is missing"""
        if rule is None:
            return None
        if rule.kind == "dates":
            return target and Base(target, 0, 0.0, not_before, False)
        return Base(
            anchor,
            seq,
            base_meter if rule.usage else 0.0,
            not_before,
            bool(counted or (rule.floating and seq > 0)),
            last_done if rule.gap else None,
            last_seq if rule.gap else 0,
        )

    def _last_touched(self, ids, as_of):
        """:return: ``{series id: (number, day)}`` of the last service done, agreed, postponed or past"""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (series_id) series_id, seq, GREATEST(nominal_date, due_date)
                     FROM crm_service_occurrence
                    WHERE series_id = ANY(%s)
                      AND (state <> 'planned' OR postponed_from IS NOT NULL OR due_date < %s)
                 ORDER BY series_id, seq DESC""",
                list(ids),
                as_of,
            )
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    def _keep_rebased(self, bases):
        rows = [(i, b.seq, b.has_begun, b.not_before) for i, __, b in bases if b]
        if rows:
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_service_series r
                          SET base_seq = m.seq, counted = m.counted, not_before = m.not_before
                         FROM unnest(%s::int[], %s::int[], %s::bool[], %s::date[]) AS m(id, seq, counted, not_before)
                        WHERE r.id = m.id""",
                    *self._columns(rows, 4),
                )
            )

    def _dates_of(self, rule, base, meter, horizon, calendar):
        """:return: dates up to the horizon, and an error code or None"""
        if rule is None:
            return [], None
        if base is None:
            return [], "no_date"
        try:
            dates = plan_dates(rule, base, horizon, calendar, meter)
        except ScheduleError as error:
            return [], error.code
        blind = rule.kind == "interval" and not rule.every and rule.usage and not (meter and meter.rate)
        return dates, "no_meter" if blind and not dates else None

    def _store(self, series_keys, dates, as_of):
        """Three statements for a batch of any size: delete, update, insert."""
        params = self._params(series_keys, dates, as_of)
        self._drop_obsolete(params)
        self._redate(params)
        self._insert(params)

    def _params(self, series_keys, dates, as_of):
        return {
            "map": SQL("unnest(%s::int[], %s::int[]) AS m(series_id, key)", *self._columns(series_keys, 2)),
            "cal": SQL(
                """unnest(%s::int[], %s::int[], %s::date[], %s::date[], %s::date[], %s::date[], %s::text[],
                            %s::text[], %s::text[], %s::date[])
                AS c(key, seq, nominal, due, w_start, w_end, reason, label, decided, earliest)""",
                *self._columns(
                    [
                        (
                            k,
                            d.seq,
                            d.nominal,
                            d.due,
                            d.start,
                            d.end,
                            d.reason or None,
                            d.label or None,
                            d.by,
                            d.earliest,
                        )
                        for k, d in dates
                    ],
                    10,
                ),
            ),
            "uid": self.env.uid,
            "now": fields.Datetime.now(),
            # A person's word stands; a changed rule leaves alone what is past.
            "free": SQL(
                """o.state = 'planned' AND o.postponed_from IS NULL
                   AND (NOT COALESCE(r.rule_changed, FALSE) OR o.due_date >= %s)""",
                as_of,
            ),
        }

    def _drop_obsolete(self, params):
        """Untouched services of dirty series that the rule no longer gives."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_service_occurrence o USING %(map)s JOIN crm_service_series r ON r.id = m.series_id
                 WHERE o.series_id = m.series_id AND %(free)s AND r.dirty
                   AND NOT EXISTS (SELECT 1 FROM %(cal)s WHERE c.key = m.key AND c.seq = o.seq)""",
                **params,
            )
        )

    def _redate(self, params):
        """Untouched services of dirty series whose day changed; an unchanged row is not written."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_service_occurrence o
                   SET nominal_date = c.nominal, due_date = c.due, window_start = c.w_start, window_end = c.w_end,
                       shift_code = c.reason, shift_label = c.label, decided_by = c.decided, earliest_date = c.earliest,
                       write_uid = %(uid)s, write_date = %(now)s
                  FROM %(map)s JOIN crm_service_series r ON r.id = m.series_id JOIN %(cal)s ON c.key = m.key
                 WHERE o.series_id = m.series_id AND o.seq = c.seq AND %(free)s AND r.dirty
                   AND (o.due_date, o.window_start, o.window_end, o.nominal_date, o.shift_code, o.earliest_date)
                       IS DISTINCT FROM (c.due, c.w_start, c.w_end, c.nominal, c.reason, c.earliest)""",
                **params,
            )
        )

    def _insert(self, params):
        """What is missing; what is there already is left alone."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_service_occurrence
                    (subscription_id, series_id, task_id, seq, plan_id, partner_id, asset_id, company_id, nominal_date,
                     due_date, window_start, window_end, shift_code, shift_label, decided_by, earliest_date, state,
                     create_uid, create_date, write_uid, write_date)
                SELECT s.id, r.id, r.task_id, c.seq, s.plan_id, s.partner_id, s.asset_id, s.company_id, c.nominal,
                       c.due, c.w_start, c.w_end, c.reason, c.label, c.decided, c.earliest, 'planned',
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM %(map)s JOIN crm_service_series r ON r.id = m.series_id
                  JOIN crm_service_subscription s ON s.id = r.subscription_id
                  JOIN %(cal)s ON c.key = m.key
                ON CONFLICT (subscription_id, task_id, seq) DO NOTHING""",
                **params,
            )
        )

    def _columns(self, rows, width):
        return [list(column) for column in zip(*rows, strict=True)] or [[] for __ in range(width)]

    def _mark_planned(self, ids, errors, horizon):
        if len(errors) != len(ids):
            errors = errors * len(ids)
        self.env.cr.execute(
            SQL(
                """UPDATE crm_service_series r SET planned_until = %s, dirty = FALSE, rule_changed = FALSE,
                          error_code = m.error
                     FROM unnest(%s::int[], %s::text[]) AS m(id, error) WHERE r.id = m.id""",
                horizon,
                ids,
                errors,
            )
        )
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT subscription_id FROM crm_service_series WHERE id = ANY(%s)", list(ids))
        )
        self._refresh_next_due([row[0] for row in rows])
        self.env["crm.service.series"].invalidate_model()
        self.env["crm.service.occurrence"].invalidate_model()

    def _refresh_next_due(self, subscription_ids):
        """Renew the next due day and the error of these subscriptions; rows that keep both are not written."""
        for name in ("crm.service.series", "crm.service.subscription", "crm.service.occurrence"):
            self.env[name].flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_service_subscription s SET next_due = x.due, error_code = x.error
                     FROM (SELECT i.id,
                                  (SELECT min(o.due_date) FROM crm_service_occurrence o
                                    WHERE o.subscription_id = i.id AND o.state IN ('planned', 'visit')) AS due,
                                  (SELECT min(r.error_code) FROM crm_service_series r
                                    WHERE r.subscription_id = i.id) AS error
                             FROM unnest(%s::int[]) AS i(id)) x
                    WHERE s.id = x.id AND (s.next_due, s.error_code) IS DISTINCT FROM (x.due, x.error)""",
                list(subscription_ids),
            )
        )
        self.env["crm.service.subscription"].invalidate_model(["next_due", "error_code", "error", "occurrence_ids"])
        self.env["crm.service.asset"].invalidate_model(["next_due"])
