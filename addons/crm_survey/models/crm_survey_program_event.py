from datetime import datetime, time, timedelta

import pytz
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..domain import schedule
from ..domain.names import LIVE_TRIGGERS, LOOK_BACK

# What is known by its day only may be entered some days late, a purchase posted on Monday say.
LATE = timedelta(days=7)


class CrmSurveyProgram(models.Model):
    """What starts a program: one method ``_events_<trigger>`` for each."""

    _inherit = "crm.survey.program"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    value_class_ids = fields.Many2many("crm.value.class", string="Value classes", check_company=True)
    segment_ids = fields.Many2many(
        "crm.segment",
        string="Segments",
        domain="[('is_confidential', '=', False), ('company_id', '=', company_id)]",
        check_company=True,
    )
    started_keys = fields.Json(
        readonly=True,
        copy=False,
        prefetch=False,
        help="What had happened on the day of the start before the program was started: it does not count.",
    )

    @api.constrains("trigger", "stage_ids", "value_class_ids", "segment_ids")
    def _check_stages(self):
        """:raises ValidationError: if what starts the program is not named"""
        for program in self:
            if program.trigger in program._get_groups() and not program._get_groups()[program.trigger]:
                raise ValidationError(
                    self.env._(
                        "Name the stages, value classes or segments that start the program “%(program)s”.",
                        program=program.name,
                    )
                )

    @api.constrains("segment_ids")
    def _check_segments(self):
        """Whoever reads invitations sees who is in the segment: it must not be a confidential one."""
        for segment in self.segment_ids.filtered("is_confidential"):
            raise ValidationError(
                self.env._("“%(name)s” is confidential: no survey program is made of it.", name=segment.name)
            )

    def _get_groups(self):
        """Return {trigger: what a customer has to be in}, for the triggers that are about belonging."""
        return {"stage": self.stage_ids, "class": self.value_class_ids, "segment": self.segment_ids}

    # -- events ------------------------------------------------------------------------------------

    def _events(self, since, at):
        """Return what started this program, oldest first; the seam for further triggers.

        A trigger is a selection value and a method ``_events_<trigger>(since, at)``, which returns what happened to
        customers of the program's company, whether the program was running or not.

        :param since: naive UTC, inclusive
        :param at: naive UTC, inclusive
        :returns: list of :class:`schedule.Event`, at most one for each partner
        """
        self.ensure_one()
        started = set(self.started_keys or ())
        begin = self._day_start(self._local_day(self.activated_on)) if self.activated_on else since
        since = max(self._get_since(since), begin) if self.trigger != "stage" else since
        events = getattr(self, f"_events_{self.trigger}")(since, at)
        return schedule.latest_per_partner(event for event in events if event.key not in started)

    def _get_since(self, since):
        """Return from when on to look: triggers known by their day look back further."""
        return since - LATE

    def _remember_events_sudo(self, at):
        """Keep what happened before ``at`` on the same day: it was before the start.

        Sudo: the runs look at what happened with all rights, so the start has to.
        """
        self.ensure_one()
        program = self.sudo().with_company(self.company_id)
        if program.trigger in ("manual", "stage", "calendar"):
            program.started_keys = False
            return
        events = getattr(program, f"_events_{program.trigger}")(program._day_start(program._local_day(at)), at)
        program.started_keys = sorted({event.key for event in events}) or False

    def _events_manual(self, since, at):
        return []

    def _events_stage(self, since, at):
        transitions = self.env["crm.lifecycle.transition"].search(self._get_transition_domain(since, at))
        return [
            schedule.Event(change.partner_id.id, change.recorded_on, f"crm.lifecycle.transition,{change.id}")
            for change in transitions
        ]

    def _events_class(self, since, at):
        """Value classes entered; first fills, imports and new rules for the classes start nothing."""
        changes = self.env["crm.value.class.change"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("to_class_id", "in", self.value_class_ids.ids)
            & Domain("is_live", "=", True)
            & self._get_day_domain("changed_on", since, at)
        )
        return [
            schedule.Event(change.partner_id.id, self._day_start(change.changed_on), f"{change._name},{change.id}")
            for change in changes
        ]

    def _events_segment(self, since, at):
        """Segments joined, by rule or by hand; first fills, new criteria and imports start nothing."""
        stays = self.env["crm.segment.member"].search(
            Domain("segment_id", "in", self.segment_ids.ids)
            & Domain("is_first", "=", False)
            & Domain("is_live", "=", True)
            & self._get_day_domain("entered_on", since, at)
        )
        imported = set(
            self.env["crm.external.transaction"]
            .search(
                Domain("partner_id.commercial_partner_id", "in", stays.partner_id.ids)
                & Domain("company_id", "=", self.company_id.id)
                & Domain("create_date", ">=", since - LOOK_BACK)
            )
            .partner_id.commercial_partner_id.ids
        )
        return [
            schedule.Event(stay.partner_id.id, self._day_start(stay.entered_on), f"{stay._name},{stay.id}")
            for stay in stays
            if stay.origin == "manual" or stay.partner_id.id not in imported
        ]

    def _events_purchase(self, since, at):
        """Purchases from any source. All of one day are one; returns are none."""
        return [
            schedule.Event(partner.id, self._day_start(last), f"crm.transaction,{partner.id},{last}")
            for partner, _first, last in self._read_purchases(since, at)
        ]

    def _events_first_purchase(self, since, at):
        """Purchases of customers who never bought before."""
        rows = self._read_purchases(since, at)
        before = self.env["crm.transaction"].with_context(crm_transaction_grain="order")._read_group(
            self._get_purchase_domain()
            & Domain("commercial_partner_id", "in", [partner.id for partner, _first, _last in rows])
            & Domain("date", "<", self._local_day(since)),
            ["commercial_partner_id"],
        )
        old = {partner.id for (partner,) in before}
        return [
            schedule.Event(partner.id, self._day_start(first), f"crm.transaction.first,{partner.id}")
            for partner, first, _last in rows
            if partner.id not in old
        ]

    def _read_purchases(self, since, at):
        """Return [(customer, first day, last day)] of the purchases between two moments."""
        transactions = self.env["crm.transaction"].with_context(
            crm_transaction_since=self._local_day(since), crm_transaction_grain="order"
        )
        return transactions._read_group(
            self._get_purchase_domain() & self._get_day_domain("date", since, at),
            ["commercial_partner_id"],
            ["date:min", "date:max"],
        )

    def _get_purchase_domain(self):
        return Domain("company_id", "=", self.company_id.id) & Domain("amount", ">", 0)

    @api.model
    def _person_event(self, record, person, on):
        """Return the event of something that happened with a person.

        That person is asked, for their company if they have one, unless nothing reaches them.
        """
        customer = person.commercial_partner_id
        reachable = person != customer and (person.email or person.phone)
        return schedule.Event(customer.id, on, f"{record._name},{record.id}", person.id if reachable else 0)

    # -- days ----------------------------------------------------------------------------------------

    def _local_day(self, moment):
        """Return the day of a naive UTC moment by the company's clock."""
        tz = pytz.timezone(self.company_id._contact_tz())
        return pytz.utc.localize(moment).astimezone(tz).date()

    def _day_start(self, day):
        """Return the naive UTC moment at which a day of the company begins."""
        tz = pytz.timezone(self.company_id._contact_tz())
        return tz.localize(datetime.combine(day, time.min)).astimezone(pytz.utc).replace(tzinfo=None)

    def _get_day_domain(self, name, since, at):
        """Return a fresh domain of what is dated, in the field ``name``, between two moments."""
        return Domain(name, ">=", self._local_day(since)) & Domain(name, "<=", self._local_day(at))

    # -- who is there ----------------------------------------------------------------------------------

    def _get_transition_domain(self, since, at):
        """Return a fresh domain of the transitions that start this program."""
        return (
            self._get_live_domain()
            & Domain("id", ">", self.events_after)
            & Domain("recorded_on", ">=", since)
            & Domain("recorded_on", "<=", at)
        )

    def _get_live_domain(self):
        """Return a fresh domain of the stage changes of life itself, whenever they were."""
        self.ensure_one()
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("to_stage_id", "in", self.stage_ids.ids)
            & Domain("trigger", "in", LIVE_TRIGGERS)
        )

    def _get_belonging_domain(self):
        """Return a fresh domain of the customers in the program's stages, classes or segments; all for the others."""
        self.ensure_one()
        names = {
            "stage": "lifecycle_stage_id",
            "class": "lifecycle_value_class_id",
            "segment": "lifecycle_segment_ids",
        }
        if self.trigger not in names:
            return Domain.TRUE
        return Domain(names[self.trigger], "in", self._get_groups()[self.trigger].ids)

    def _get_current_domain(self):
        """Return a fresh domain of the customers who are there today and whom the program may ask."""
        return self._get_belonging_domain() & self._get_partner_domain()

    def _get_current_partners(self):
        """Return the customers who are there today; none for a program by hand or after an event."""
        self.ensure_one()
        if self.trigger not in self._get_groups():
            return self.env["res.partner"]
        return self.env["res.partner"].search(self._get_current_domain())

    def _events_possible_sudo(self, since, at):
        """Return how many customers would have been asked for what happened between ``since`` and ``at``.

        Sudo: who plans a program need not see every purchase or visit; only their number comes out of it.
        """
        self.ensure_one()
        program = self.sudo()
        if program.trigger == "stage":
            found = program.env["crm.lifecycle.transition"]._read_group(
                program._get_live_domain() & Domain("recorded_on", ">=", since) & Domain("recorded_on", "<=", at),
                ["partner_id"],
            )
            return len(found)
        events = getattr(program, f"_events_{program.trigger}")(since, at)
        return len({event.partner_id for event in events})
