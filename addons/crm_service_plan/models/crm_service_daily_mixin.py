from odoo import models

from ..tools import one_by_one


class CrmServiceDailyMixin(models.AbstractModel):
    """The steps of a day's work after dating: missed, visits, proposals, problems told."""

    _name = "crm.service.daily.mixin"
    _description = "Daily Work on Service"

    def _steps(self):
        """:return: the daily work on a company: each is called until it returns 0"""
        make = self.env["crm.service.visit"]._make_next
        return self._plan_next, self._miss_next, make, self._propose_next, self._tell_problems

    def _miss_next(self, company, as_of):
        """Give up overdue services by the policy of their plan, all of the company at once.

        :return: 0: one go is enough
        """

        def work(plans):
            overdue = Occurrence._overdue(company, as_of).filtered(lambda o: o.plan_id in plans)
            mended = overdue.series_id.filtered(lambda series: series.error_code == "missed")
            mended._set({"error_code": False})
            overdue._give_up(as_of)
            mended.subscription_id._refresh_next_due()

        def keep(plan, error):
            series = Occurrence._overdue(company, as_of).filtered(lambda o: o.plan_id == plan).series_id
            series._set({"error_code": "missed"})
            series.subscription_id._refresh_next_due()

        Occurrence = self.env["crm.service.occurrence"]
        one_by_one(self.env, Occurrence._overdue(company, as_of).plan_id, work, keep)
        return 0

    def _propose_next(self, company, as_of):
        """Propose visits that lie close together as one.

        :return: 0: one go is enough
        """
        Proposal = self.env["crm.service.proposal"]
        one_by_one(self.env, company, lambda one: Proposal._propose(one, as_of), lambda one, error: None)
        return 0

    def _tell_problems(self, company, as_of):
        """What could not be planned is written on its plan; whoever is responsible gets an activity, once.

        :return: 0: one go is enough
        """
        self.env["crm.service.plan"]._tell_problems()
        return 0
