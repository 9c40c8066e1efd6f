from odoo import api, models


class CrmServiceSubscription(models.Model):
    """Two customers merged were on the same plan: one subscription is left, with the history of both."""

    _inherit = "crm.service.subscription"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    @api.model
    def _origins_sudo(self, partners):
        """:return: ``{subscription: customer}`` of those that run, before the customers become one

        Runs as superuser: whoever merges customers doubles no service they cannot see.
        """
        running = self.sudo().search([("partner_id", "in", partners.ids), ("state", "!=", "ended")])
        return {subscription: subscription.partner_id.id for subscription in running}

    @api.model
    def _unite_merged_sudo(self, origins):
        """Make one of the subscriptions that different customers had on one plan and for one thing.

        :param origins: what :meth:`_origins_sudo` found before
        :return: the subscriptions that took others in

        Runs as superuser, for the same reason.
        """
        result = self.sudo()
        for group in result.union(*origins).grouped(lambda subscription: subscription._same_service()).values():
            keeper = group.sorted(lambda subscription: subscription._standing(), reverse=True)[0]
            for other in group.filtered(lambda s, keeper=keeper: origins[s] != origins[keeper]):
                keeper._take_in(other)
                result |= keeper
        return result

    def _same_service(self):
        """:return: what two subscriptions have in common that serve the same customer in the same thing"""
        self.ensure_one()
        return self.partner_id, self.plan_id, self.asset_id, self.company_id.root_id, self.target_date

    def _standing(self):
        """:return: sorts highest who is further in the plan: running, most services done, the earlier start"""
        done = self.occurrence_ids.filtered("done_date")
        return (
            self.state == "active",
            len(done),
            bool(self.series_ids.filtered(lambda series: series._has_begun())),
            -self.start_date.toordinal(),
            -self.id,
        )

    def _take_in(self, other):
        """The other subscription's services, talks and tasks to do become this one's; the other one goes.

        :param other: subscription of the same customer on the same plan
        """
        self.ensure_one()
        other._withdraw_visits()
        other._occurrences("planned", "paused").filtered(lambda o: not o.postponed_from).unlink()
        self.env["crm.service.planner"]._sync_series(self)
        mine = {series.task_id: series for series in self.series_ids}
        twice = self.env["crm.service.visit"]
        for series in other.series_ids:
            if own := mine.get(series.task_id):
                twice |= own._take_in(series)
            else:
                series._set({"subscription_id": self.id})
                series._services()._set({"subscription_id": self.id})
        self._set(self._prepare_taken_vals(other))
        self._take_talks(other)
        name = other.display_name
        other.unlink()
        self.series_ids._replan()
        self.message_post(body=self.env._("Two records of one customer became one: %(other)s", other=name))
        self._ask_about_twice(twice)

    def _prepare_taken_vals(self, other):
        """Values the remaining subscription takes from the other one where it has none."""
        return {name: other[name].id for name in ("contract_id", "user_id") if other[name] and not self[name]}

    def _take_talks(self, other):
        other.message_change_thread(self)
        other.activity_ids.write({"res_id": self.id})
        files = self.env["ir.attachment"].search([("res_model", "=", self._name), ("res_id", "=", other.id)])
        files.write({"res_id": self.id})
        self.message_subscribe(other.message_partner_ids.ids)

    def _ask_about_twice(self, visits):
        """What was agreed with the customer stands; of two appointments for one thing a person cancels one."""
        if len(visits) > 1:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Agreed twice since the customers were merged: cancel one of the visits"),
                note=", ".join(visits.mapped("display_name")),
                user_id=(self.user_id or visits.user_id[:1] or self.env.user).id,
            )
