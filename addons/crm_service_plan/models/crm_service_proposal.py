from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..domain.bundles import Stop, bundles

LOOK_AHEAD = 60


class CrmServiceProposal(models.Model):
    """Visits of one customer, asset or address that lie close together, proposed as one trip. A person decides."""

    _name = "crm.service.proposal"
    _description = "Proposal: Visits Together"
    _order = "day, id"

    name = fields.Char(compute="_compute_name")
    key = fields.Char(
        required=True, readonly=True, index=True, help="The visits; what was declined is not asked again."
    )
    company_id = fields.Many2one("res.company", "Branch", required=True, readonly=True)
    visit_ids = fields.Many2many("crm.service.visit", string="Visits", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, ondelete="cascade", index=True)
    address = fields.Char(readonly=True)
    kind = fields.Selection(
        [("merge", "One visit"), ("trip", "One trip")],
        readonly=True,
        help="One visit: same customer and asset. One trip: visits of one customer or address, one after another.",
    )
    day = fields.Date("On", readonly=True)
    is_sensitive = fields.Boolean(readonly=True)
    reason = fields.Char("Why", compute="_compute_reason")
    state = fields.Selection(
        [("open", "To Decide"), ("accepted", "Accepted"), ("declined", "Declined"), ("gone", "Overtaken")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )

    _key_unique = models.Constraint("UNIQUE(key)", "These visits were proposed together already.")

    @api.depends("partner_id", "address", "kind")
    @api.depends_context("lang")
    def _compute_name(self):
        for proposal in self:
            proposal.name = proposal.address or proposal.partner_id.display_name or self.env._("Visits together")

    @api.depends("visit_ids.planned_date", "day")
    @api.depends_context("lang")
    def _compute_reason(self):
        for proposal in self:
            days = [
                format_date(self.env, day) for day in sorted(filter(None, proposal.visit_ids.mapped("planned_date")))
            ]
            proposal.reason = self.env._(
                "%(count)s visits (%(days)s) fit into %(day)s: every window is open then",
                count=len(proposal.visit_ids),
                days=", ".join(days),
                day=format_date(self.env, proposal.day),
            )

    def write(self, vals):
        """Decided by the buttons alone.

        :raise UserError: when written by RPC
        """
        if not self.env.su and vals:
            self.check_access("write")
            raise UserError(self.env._("Accept or decline the proposal."))
        return super().write(vals)

    def _set(self, vals):
        """Write what only the buttons may change."""
        return super().write(vals)  # pylint: disable=super-method-mismatch  # write() itself refuses

    def action_accept(self):
        """Do it: visits of one customer and asset become one; others are put one after another on that day."""
        for proposal in self:
            proposal._check_open()
            visits = proposal.visit_ids.sorted(
                lambda v: (v.state not in ("confirmed", "scheduled"), v.planned_start, v.id)
            )
            if proposal.kind == "merge":
                proposal._merge(visits)
            else:
                proposal._line_up(visits)
            proposal._set({"state": "accepted"})

    def action_decline(self):
        """Leave them as they are; the same visits are not proposed again."""
        self._check_open()
        self._set({"state": "declined"})

    def _check_open(self):
        if any(proposal.state != "open" for proposal in self):
            raise UserError(self.env._("This was decided already."))
        open_states = ("due", "reminded", "confirmed", "scheduled")
        if any(visit.state not in open_states for visit in self.visit_ids):
            raise UserError(self.env._("One of the visits is under way or closed meanwhile."))

    def _merge(self, visits):
        """Everything onto the first visit; the others are cancelled, their services done with it."""
        main, others = visits[0], visits[1:]
        occurrences = others.occurrence_ids.filtered(lambda o: o.state in ("visit", "included"))
        occurrences._check_minimum(self.day)
        self._move_to(main, main.planned_start)
        for other, services in occurrences.grouped("visit_id").items():
            other._remember_left(services)
        occurrences._set({"state": "planned", "visit_id": False, "included_in_id": False})
        main._enlarge(occurrences)
        main._assign([(main, occurrences)])
        others.invalidate_recordset(["occurrence_ids"])
        others._cancel()
        for other in others:
            other.message_post(body=self.env._("Served with %(visit)s.", visit=main.display_name))

    def _line_up(self, visits):
        """The day and person of the first, one after another."""
        start = visits[0].planned_start
        for number, visit in enumerate(visits):
            start = self._move_to(visit, start if number else visit.planned_start, visits[0].user_id)

    def _move_to(self, visit, start, user=None):
        """Put a visit on the proposal's day, at ``start``'s hour.

        :return: when it ends
        """
        company = visit.company_id
        if company._service_today(start) != self.day:
            start = company._service_same_hour(start, self.day)
        hours = timedelta(hours=visit.duration or 0.5)
        vals = {"planned_start": start, "planned_stop": start + hours}
        if visit.state not in ("confirmed", "scheduled"):
            visit.write({**vals, **({"user_id": user.id} if user else {})})
        return visit.planned_stop

    @api.model
    def _propose(self, company, as_of):
        """Look for visits close together; what is overtaken is put aside. Nothing is moved.

        :param company: branch
        :param as_of: today
        :return: new proposals
        """
        Visit = self.env["crm.service.visit"]
        visits = Visit.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("due", "reminded", "confirmed", "scheduled")),
                ("planned_date", ">=", as_of),
                ("planned_date", "<=", as_of + timedelta(days=LOOK_AHEAD)),
                ("occurrence_ids", "!=", False),
            ]
        )
        self._put_aside(company, visits, as_of)
        asked = self.search([("company_id", "=", company.id), ("state", "=", "open")]).visit_ids
        stops = [self._stop(visit) for visit in visits - asked]
        by_id = {visit.id: visit for visit in visits}
        vals = []
        for day, group in bundles([stop for stop in stops if stop]):
            vals.append(self._prepare_vals(company, day, Visit.union(*(by_id[stop.id] for stop in group))))
        known = set(self.search([("key", "in", [val["key"] for val in vals])]).mapped("key"))
        return self.create([val for val in vals if val["key"] not in known])

    def _put_aside(self, company, open_visits, as_of):
        """Proposals whose visits were done, moved away or are past."""
        waiting = self.search([("company_id", "=", company.id), ("state", "=", "open")])
        gone = waiting.filtered(lambda p: p.day < as_of or len(p.visit_ids & open_visits) < len(p.visit_ids))
        gone._set({"state": "gone"})

    def _stop(self, visit):
        near = min(visit.plan_ids.mapped("bundle_days"), default=0)
        day = visit.planned_date
        if not near or not day:
            return None
        earliest = max(filter(None, visit.occurrence_ids.mapped("earliest_date")), default=None)
        start = max(filter(None, (visit.window_start or visit.due_date, earliest)))
        return Stop(
            visit.id,
            self._place(visit),
            day,
            min(start, day),
            max(visit.window_end or visit.due_date, day),
            near,
            visit.state in ("confirmed", "scheduled"),
        )

    def _place(self, visit):
        """Address if there is one, else the customer: visits of both kinds come together."""
        partner = visit.partner_id
        if partner.street and (partner.zip or partner.city):
            words = (partner.street, partner.zip or "", partner.city or "", partner.country_id.code or "")
            return ("address", " ".join(" ".join(words).lower().split()))
        return ("partner", str(partner.commercial_partner_id.id))

    def _prepare_vals(self, company, day, visits):
        same = len(visits.partner_id) == 1 and len({visit.asset_id for visit in visits}) == 1
        place = visits[0].partner_id
        several = len(visits.partner_id) > 1
        return {
            "key": ",".join(map(str, sorted(visits.ids))),
            "company_id": company.id,
            "visit_ids": [(6, 0, visits.ids)],
            "partner_id": place.id if not several else False,
            "address": ", ".join(filter(None, (place.street, place.city))) if several else False,
            "kind": "merge" if same else "trip",
            "day": day,
            "is_sensitive": any(visits.mapped("is_sensitive")),
        }
