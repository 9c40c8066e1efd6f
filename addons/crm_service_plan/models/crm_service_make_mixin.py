import uuid
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL, format_date

from ..domain.grouping import Candidate, group_visits, swallowed
from ..tools import one_by_one

BATCH_KEYS = 200
# The next date of a floating task is a forecast as long as the one before it is open: no visit is made for it.
ONE_FLOATING_AT_A_TIME = SQL(
    """NOT (t.timing = 'floating' AND EXISTS (
           SELECT 1 FROM crm_service_occurrence e
            WHERE e.series_id = o.series_id AND e.seq < o.seq
              AND (e.state IN ('planned', 'visit') OR (e.state = 'included' AND e.done_date IS NULL))))"""
)
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True, "service_machine": True}


class CrmServiceMakeMixin(models.AbstractModel):
    """How visits are made from planned services."""

    _name = "crm.service.make.mixin"
    _description = "Makes Visits"

    @api.model
    def _new_token(self):
        return str(uuid.uuid4())

    @api.model
    def _make_next(self, company, as_of):
        """Make the visits of the next customers and assets with a service coming near.

        :param company: branch
        :param as_of: today
        :return: number of customers and assets looked at, 0 = nothing left
        """
        keys = self._keys_due(company, as_of)
        if keys:
            self._make_safely(company, as_of, keys)
        return len(keys)

    def _keys_due(self, company, as_of):
        """:return: ``[(partner id, asset id or 0)]`` with a service that wants a visit now"""
        self.env["crm.service.occurrence"].flush_model()
        self.env["crm.service.subscription"].flush_model()
        self.env["crm.service.plan"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT o.partner_id, COALESCE(o.asset_id, 0)
                     FROM crm_service_occurrence o
                     JOIN crm_service_series r ON r.id = o.series_id
                     JOIN crm_service_subscription s ON s.id = o.subscription_id
                     JOIN crm_service_plan p ON p.id = o.plan_id
                     JOIN crm_service_plan_task t ON t.id = o.task_id
                    WHERE o.company_id = %(company)s AND o.state = 'planned' AND s.state = 'active' AND p.active
                      AND o.due_date <= %(today)s + (SELECT COALESCE(max(lead_days), 0) FROM crm_service_plan)
                      AND o.due_date <= %(today)s + p.lead_days
                      AND r.error_code IS DISTINCT FROM 'visit'
                      AND %(alone)s
                 ORDER BY 1, 2 LIMIT %(limit)s""",
                company=company.id,
                today=as_of,
                limit=BATCH_KEYS,
                alone=ONE_FLOATING_AT_A_TIME,
            )
        )
        return rows

    def _make_safely(self, company, as_of, keys):
        """One bad customer or asset stops nobody: the error is kept on the subscription."""

        def keep(key, error):
            series = self._planned_of(company, as_of, key).series_id
            series._set({"error_code": "visit"})
            series.subscription_id._refresh_next_due()

        one_by_one(self.env, keys, lambda some: self._make(company, as_of, some), keep)

    def _planned_of(self, company, as_of, keys):
        """:return: planned occurrences of these customers and assets that may be served by a visit made now"""
        partners, assets = zip(*keys, strict=True)
        rows = self.env.execute_query(
            SQL(
                """SELECT o.id FROM crm_service_occurrence o
                     JOIN unnest(%(partners)s::int[], %(assets)s::int[]) AS k(partner, asset)
                       ON k.partner = o.partner_id AND k.asset = COALESCE(o.asset_id, 0)
                     JOIN crm_service_subscription s ON s.id = o.subscription_id
                     JOIN crm_service_plan p ON p.id = o.plan_id
                     JOIN crm_service_plan_task t ON t.id = o.task_id
                    WHERE o.company_id = %(company)s AND o.state = 'planned' AND s.state = 'active' AND p.active
                      AND o.window_start <= %(today)s + p.lead_days
                      AND %(alone)s
                 ORDER BY o.id FOR UPDATE OF o""",
                partners=list(partners),
                assets=list(assets),
                company=company.id,
                today=as_of,
                alone=ONE_FLOATING_AT_A_TIME,
            )
        )
        return self.env["crm.service.occurrence"].browse([row[0] for row in rows])

    def _make(self, company, as_of, keys):
        """Make or enlarge the visits of these customers and assets.

        :return: the visits made
        """
        occurrences = self._attach_to_open(company, self._planned_of(company, as_of, keys))
        candidates = [
            Candidate(
                o.id,
                (o.partner_id.id, o.asset_id.id or 0),
                o.due_date,
                o.window_start,
                o.window_end,
                o.due_date - timedelta(days=o.plan_id.lead_days),
            )
            for o in occurrences
        ]
        groups = [
            (day, occurrences.browse(c.id for c in items).with_prefetch(occurrences.ids))
            for day, items in group_visits(candidates, as_of)
        ]
        machine = self.with_context(**QUIET)
        visits = machine.create([machine._prepare_visit_vals(company, day, group) for day, group in groups])
        self._assign([(visit, group) for visit, (__, group) in zip(visits, groups, strict=True)])
        visits.filtered(lambda visit: any(visit.task_ids.mapped("makes_lead")))._make_leads_sudo()
        return visits

    def _make_leads_sudo(self):
        """An opportunity for each of these visits, for the customer's salesperson.

        Runs as superuser: visits are made without access to the sales pipeline.
        """
        Lead = self.env["crm.lead"].sudo()
        return Lead.create([visit._prepare_due_lead_vals() for visit in self])

    def _prepare_due_lead_vals(self):
        work = self.env._("Service") if self.is_sensitive else self._task_names()
        return {
            "name": self.env._("%(work)s is due on %(day)s", work=work, day=format_date(self.env, self.due_date)),
            "type": "opportunity",
            "partner_id": self.partner_id.id,
            "user_id": self.partner_id.user_id.id,
            "company_id": self.company_id.id,
            "service_visit_id": self.id,
            "date_deadline": self.due_date,
        }

    def _attach_to_open(self, company, occurrences):
        """Let visits that nobody touched yet take along what falls into their day.

        :return: the occurrences that still need a visit
        """
        visits = self.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", occurrences.partner_id.ids),
                ("state", "in", ("due", "reminded")),
                ("is_touched", "=", False),
                ("occurrence_ids", "!=", False),
            ]
        ).grouped(lambda v: (v.partner_id, v.asset_id))
        pairs = {}
        for occurrence in occurrences:
            for visit in visits.get((occurrence.partner_id, occurrence.asset_id), ()):
                if occurrence.window_start <= visit.due_date <= occurrence.window_end:
                    pairs[visit] = pairs.get(visit, occurrences.browse()) + occurrence
                    occurrences -= occurrence
                    break
        for visit, group in pairs.items():
            visit.with_context(**QUIET)._enlarge(group)
        self._assign(list(pairs.items()))
        return occurrences

    def _enlarge(self, occurrences):
        """Take these along. What a larger service includes is no work of its own: neither charged nor checked twice."""
        inner = self._swallowed_tasks(self.occurrence_ids | occurrences)
        gone = self.task_ids.filtered(lambda task: task.id in inner)
        new = (occurrences.task_id - self.task_ids).filtered(lambda task: task.id not in inner)
        self._change_work(new, gone)
        self.write({"plan_ids": [(4, plan.id) for plan in occurrences.plan_id]})

    def _reduce(self, occurrences):
        """These services were taken off: so is their work; what they included is work of its own again."""
        for visit in self.filtered("occurrence_ids").with_context(**QUIET):
            rest = visit.occurrence_ids
            inner = visit._swallowed_tasks(rest)
            gone = visit.task_ids & (occurrences.task_id - rest.task_id)
            visit._change_work((rest.task_id - visit.task_ids).filtered(lambda t, inner=inner: t.id not in inner), gone)
            visit.write({"plan_ids": [(3, plan.id) for plan in occurrences.plan_id - rest.plan_id]})
            visit._assign([(visit, rest.filtered(lambda o: o.state == "included" and not o.done_date))])

    def _change_work(self, new, gone):
        """:param new: ``crm.service.plan.task`` that come to the visit; ``gone``: those that leave it"""
        left = (self.task_ids - gone) | new
        lines = self.line_ids.filtered(lambda line: line.task_id in gone and not line.is_done)
        self.write(
            {
                "task_ids": [(6, 0, left.ids)],
                "line_ids": [(2, line.id) for line in lines] + [(0, 0, line) for line in self._prepare_line_vals(new)],
                "name": ", ".join(left.mapped("name")) or self.name,
                "price": max(self.price + sum(new.mapped("price")) - sum(gone.mapped("price")), 0),
                "duration": max(self.duration + sum(new.mapped("duration")) - sum(gone.mapped("duration")), 0) or 0.5,
            }
        )

    def _prepare_visit_vals(self, company, day, occurrences):
        """Values of a visit on ``day`` for these occurrences (of one asset or customer)."""
        first = occurrences[0]
        inner = self._swallowed_tasks(occurrences)
        tasks = occurrences.task_id.filtered(lambda task: task.id not in inner)
        duration = sum(tasks.mapped("duration")) or 0.5
        start = company._service_moment(day)
        return {
            "name": ", ".join(tasks.mapped("name")),
            "partner_id": first.partner_id.id,
            "asset_id": first.asset_id.id,
            "company_id": company.id,
            "due_date": day,
            "window_start": max(o.window_start for o in occurrences),
            "window_end": max(day, min(o.window_end for o in occurrences)),
            "planned_start": start,
            "planned_stop": start + timedelta(hours=duration),
            "duration": duration,
            "user_id": occurrences.subscription_id.user_id[:1].id,
            "plan_ids": [(6, 0, occurrences.plan_id.ids)],
            "task_ids": [(6, 0, tasks.ids)],
            "price": sum(tasks.mapped("price")),
            "line_ids": [(0, 0, line) for line in self._prepare_line_vals(tasks)],
        }

    def _prepare_line_vals(self, tasks):
        return [
            {"name": item.name, "task_id": task.id, "required": item.required, "sequence": number}
            for task in tasks
            for number, item in enumerate(task.checklist_ids)
        ]

    def _swallowed_tasks(self, occurrences):
        tasks = occurrences.task_id
        return swallowed(tasks.ids, {task.id: task.included_task_ids.ids for task in tasks})

    def _assign(self, pairs):
        """Put the occurrences on their visits, in one statement.

        :param pairs: ``[(visit, occurrences)]``
        """
        rows = []
        for visit, occurrences in pairs:
            together = occurrences | visit.occurrence_ids
            inner = self._swallowed_tasks(together)
            by_task = {o.task_id.id: o.id for o in together}
            late = visit.occurrence_ids.filtered(lambda o, inner=inner: o.state == "visit" and o.task_id.id in inner)
            for occurrence in occurrences | late:
                large = inner.get(occurrence.task_id.id)
                rows.append((occurrence.id, visit.id, by_task.get(large) or None))
        if not rows:
            return
        self.env["crm.service.occurrence"].flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_service_occurrence o
                      SET visit_id = m.visit, included_in_id = m.large,
                          state = CASE WHEN m.large IS NULL THEN 'visit' ELSE 'included' END
                     FROM unnest(%s::int[], %s::int[], %s::int[]) AS m(id, visit, large) WHERE o.id = m.id""",
                *(list(column) for column in zip(*rows, strict=True)),
            )
        )
        self.env["crm.service.occurrence"].invalidate_model(["visit_id", "included_in_id", "state"])
        self.invalidate_model(["occurrence_ids"])
