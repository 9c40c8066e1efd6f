from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

from ..domain import effort


class CrmCollectionPlan(models.Model):
    """What a plan will yield, what it will cost, and how far it has come."""

    # One concern a file, so that files stay small.
    _inherit = "crm.collection.plan"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    use_id = fields.Many2one("crm.profile.use", "For", ondelete="restrict", help="What the facts are for.")
    method_id = fields.Many2one("crm.collection.method", "Asked by", ondelete="restrict")
    complete_count = fields.Integer("Complete", compute="_compute_expectation", help="Customers of whom all is held.")
    reachable_count = fields.Integer("Can Be Asked", compute="_compute_expectation")
    wanted_count = fields.Integer("Still Wanted", compute="_compute_expectation")
    ask_count = fields.Integer("To Ask", compute="_compute_expectation")
    yield_count = fields.Float("Expected Yield", compute="_compute_expectation", digits=(16, 0))
    expected_cost = fields.Monetary("Will Cost", compute="_compute_expectation")
    expected_hours = fields.Float("Will Take (hours)", compute="_compute_expectation")
    progress = fields.Float(
        compute="_compute_expectation", help="From what was held at the start to the target; without restricted facts."
    )
    reasoning = fields.Text(compute="_compute_expectation", help="How yield and cost come about.")

    @api.onchange("use_id")
    def _onchange_use_id(self):
        """The use says how deep, by what means and what for; all of it can be changed."""
        if self.use_id:
            self.depth = self.use_id.depth
            self.method_id = self.use_id.method_id or self.method_id

    def action_take_attributes(self):
        """Add what the use needs."""
        for plan in self:
            missing = plan.use_id.attribute_ids - plan.line_ids.attribute_id
            plan.line_ids = [fields.Command.create({"attribute_id": attribute.id}) for attribute in missing]

    def _get_complete_domain(self, wanted=None):
        """The plan's customers of whom all it asks for is held: usable and not out of date.

        The attributes for which a customer is the wrong kind (person or company) are not asked of him; restricted
        ones count for their group alone: who holds which would show in the number.

        :param wanted: only these attributes of the plan; default those whose holders the user may count
        """
        self.ensure_one()
        wanted = self.line_ids.attribute_id._may_count() if wanted is None else wanted
        if not wanted:
            return Domain.FALSE
        persons = len(wanted.filtered("for_person"))
        companies = len(wanted.filtered("for_company"))
        today = fields.Date.context_today(self)
        self.env["crm.profile.fact"].flush_model()
        self.line_ids.flush_recordset()
        complete = SQL(
            """(SELECT f.partner_id
                  FROM crm_profile_fact f
                  JOIN res_partner p ON p.id = f.partner_id
                  JOIN crm_collection_plan_line l ON l.attribute_id = f.attribute_id AND l.plan_id = %s
                  JOIN crm_profile_attribute a ON a.id = f.attribute_id
                 WHERE f.status IN ('stated', 'verified')
                   AND a.id = ANY(%s)
                   AND CASE WHEN COALESCE(p.is_company, FALSE) THEN a.for_company ELSE a.for_person END
                   AND (f.expires_on IS NULL OR f.expires_on > %s::date)
                   AND (COALESCE(l.max_age_months, 0) = 0
                        OR f.collected_on > %s::date - make_interval(months => l.max_age_months))
              GROUP BY f.partner_id, p.is_company
                HAVING COUNT(DISTINCT f.attribute_id)
                       >= CASE WHEN COALESCE(p.is_company, FALSE) THEN %s ELSE %s END)""",
            self.id,
            wanted.ids,
            today,
            today,
            companies,
            persons,
        )
        return self._partner_domain() & Domain("id", "in", complete)

    def _complete_count(self, wanted=None):
        """Customers in scope of whom all is held."""
        if not self.line_ids or not self._origin.id:
            return 0
        return self.env["res.partner"].search_count(self._origin._get_complete_domain(wanted))

    def _complete_for_all(self):
        """Customers of whom all is held that is not restricted: a number that may be kept, or compared with one that
        was, since whoever counted, everybody reads it.
        """
        return self._complete_count(self.line_ids.attribute_id.filtered(lambda a: a.sensitivity == "normal"))

    @api.depends("domain", "line_ids.attribute_id", "method_id", "difficulty", "target_count", "budget", "hours")
    @api.depends_context("lang", "uid", "company")
    def _compute_expectation(self):
        for plan in self:
            partners = self.env["res.partner"]
            population = partners.search_count(plan._partner_domain())
            held = plan._complete_count()
            method = plan.method_id
            reached = plan._partner_domain() & method._get_reach_domain() if method else plan._partner_domain()
            if plan._origin.id and plan.line_ids:
                reached &= Domain("id", "not in", partners._search(plan._origin._get_complete_domain()))
            reachable = partners.search_count(reached)
            means = method._means() if method else effort.Means({})
            expected = effort.expect(
                population, held, reachable, plan.target_count, plan.difficulty, means, plan.budget, plan.hours
            )
            plan.update(
                {
                    "complete_count": held,
                    "reachable_count": reachable,
                    "wanted_count": expected.wanted,
                    "ask_count": expected.asked,
                    "yield_count": expected.answers,
                    "expected_cost": expected.cost,
                    "expected_hours": expected.hours,
                    "progress": effort.progress(
                        plan._complete_for_all(), plan.baseline_count, plan.target_count, population
                    ),
                    "reasoning": plan._get_reasoning(expected, means, population, held, reachable),
                }
            )

    def _get_reasoning(self, expected, means, population, held, reachable):
        """The calculation in words."""
        words = [
            self.env._(
                "%(population)s customers in scope, all is held of %(held)s; %(wanted)s are still wanted.",
                population=population,
                held=held,
                wanted=expected.wanted,
            )
        ]
        if not self.method_id:
            return " ".join([*words, self.env._("Choose how they are asked to see yield and cost.")])
        if expected.limit == "nothing_missing":
            return " ".join([*words, self.env._("There is nothing to ask.")])
        rate = means.rates.get(self.difficulty, 0.0)
        words.append(
            self.env._(
                "By %(method)s %(rate)s %% of those asked answer; %(reachable)s can be asked.",
                method=self.method_id.name,
                rate=formatLang(self.env, 100 * rate, digits=1),
                reachable=reachable,
            )
        )
        words.append(self._get_limit_words()[expected.limit])
        words.append(
            self.env._(
                "%(asked)s asked × %(rate)s %% = %(answers)s answers, at %(cost)s and %(hours)s hours.",
                asked=expected.asked,
                rate=formatLang(self.env, 100 * rate, digits=1),
                answers=round(expected.answers),
                cost=formatLang(self.env, expected.cost, currency_obj=self.currency_id),
                hours=formatLang(self.env, expected.hours, digits=1),
            )
        )
        return " ".join(words)

    def _get_limit_words(self):
        return {
            "target": self.env._("Enough can be asked to reach the target."),
            "reach": self.env._("Too few can be reached for the target."),
            "budget": self.env._("The budget allows no more."),
            "hours": self.env._("The hours allow no more."),
            "no_answers": self.env._("Nobody answers this way: choose another method or difficulty."),
        }

    def action_open_customers(self):
        """The customers in scope."""
        return self._action_partners(self.env._("Customers in Scope"), self._partner_domain())

    def action_open_missing(self):
        """The customers of whom something is missing."""
        missing = self._partner_domain() & ~Domain(
            "id", "in", self.env["res.partner"].search(self._get_complete_domain()).ids
        )
        return self._action_partners(self.env._("To Ask"), missing)

    def _action_partners(self, name, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": list(domain),
        }
