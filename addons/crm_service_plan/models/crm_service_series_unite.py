from odoo import models

from ..domain.uniting import unite

# What a joining service says of itself when it stands for one of the record that stays.
OF_SERVICE = ("state", "done_date", "done_by_id", "compliance", "days_late", "visit_id", "included_in_id")


class CrmServiceSeries(models.Model):
    """A task of a merged customer: its services go over, and the count goes on from the later one."""

    _inherit = "crm.service.series"

    def _services(self):
        return self.env["crm.service.occurrence"].search([("series_id", "in", self.ids)])

    def _take_in(self, other):
        """Take the services of the same task of another subscription.

        :param other: series that goes; nothing of it is merely planned any more
        :return: visits agreed for one and the same service, empty or two
        """
        self.ensure_one()
        by = "order" if self._counts_one_by_one() else "number" if self.task_id.kind == "dates" else "days"
        if by == "order":
            self._clear_open()
        rows = self._services().filtered(lambda o: o.state != "cancelled")
        theirs = other._services()
        united = unite([o._as_service() for o in rows], [o._as_service() for o in theirs], by, self.base_seq)
        self._serve(united.served)
        self._renumber(theirs - theirs.browse(united.served.values()), united.numbers)
        if by == "order":
            self._go_on_from(other, united.last)
        done = self._services().filtered("done_date")
        last_day = max(done.mapped("done_date"), default=False)
        self._set({"last_done": last_day, "last_seq": max([0, *done.mapped("seq")])})
        agreed = self._services().filtered(lambda o: o._as_service().state == "agreed" and o.visit_id)
        return agreed.visit_id if by == "order" else agreed.visit_id.browse()

    def _counts_one_by_one(self):
        rule = self.task_id._rule()
        return bool(rule and rule.one_by_one)

    def _clear_open(self):
        """What nobody agreed to is dated anew after the count has changed."""
        rows = self._services()
        untouched = rows.filtered(lambda o: o.state in ("visit", "included") and o._as_service().state == "open")
        untouched._off_visit()
        rows.filtered(lambda o: o.state in ("planned", "paused") and not o.postponed_from).unlink()

    def _serve(self, served):
        """Theirs stand for mine: done or agreed once, under my number."""
        Occurrence = self.env["crm.service.occurrence"]
        for mine, theirs in served.items():
            own, joining = Occurrence.browse(mine), Occurrence.browse(theirs)
            if own.visit_id:
                own._off_visit()
            inner = Occurrence.search([("included_in_id", "=", joining.id)])
            own._set({name: joining._fields[name].convert_to_write(joining[name], joining) for name in OF_SERVICE})
            inner._set({"included_in_id": own.id})
            joining.unlink()

    def _renumber(self, theirs, numbers):
        """Give everybody their number; first far away, so that no two bear the same in between."""
        rows = theirs.browse(numbers)
        for occurrence in rows:
            occurrence._set({"seq": -1_000_000_000 + occurrence.id})
        self.env.flush_all()
        theirs._set({"series_id": self.id, "subscription_id": self.subscription_id.id})
        for occurrence in rows:
            occurrence._set({"seq": numbers[occurrence.id]})
        self.env.flush_all()

    def _go_on_from(self, other, last):
        """The following ones are counted from the later completion of both."""
        vals = {"base_seq": last}
        if other._has_begun() and (not self._has_begun() or other.anchor > self.anchor):
            vals |= {"anchor": other.anchor, "base_meter": other.base_meter, "counted": True, "not_before": False}
            vals["base_seq"] = max(last, other.base_seq)
        self._set(vals)
