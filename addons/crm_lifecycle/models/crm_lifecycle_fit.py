from odoo import api, fields, models

from ..domain.blend import Blend
from ..domain.mbg import MbgParams


class CrmLifecycleFit(models.Model):
    """Forecast parameters and score cut points, frozen for a month."""

    _name = "crm.lifecycle.fit"
    _description = "Lifecycle Fit"
    _order = "fitted_on desc, id desc"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    customer_kind = fields.Selection([("person", "Persons"), ("company", "Companies")], required=True)
    fitted_on = fields.Date(required=True, help="The day up to which purchases were known.")
    period = fields.Char(required=True, help="The month these parameters and cut points hold for.")
    policy_id = fields.Many2one("crm.lifecycle.policy", ondelete="set null")
    policy_version = fields.Integer()
    method = fields.Selection([("mbg", "Forecast (MBG/NBD)"), ("gap", "Plain gap")], required=True)
    fallback_code = fields.Selection(
        [
            ("few", "Fewer than 500 customers"),
            ("short", "History shorter than two horizons"),
            ("diverged", "The fit did not converge"),
            ("degenerate", "Dropout near zero"),
        ],
        string="Why the plain gap",
    )
    customers = fields.Integer()
    history_weeks = fields.Float(digits=(10, 1))
    r = fields.Float(digits=(16, 8))
    alpha = fields.Float(digits=(16, 8))
    a = fields.Float(digits=(16, 8))
    b = fields.Float(digits=(16, 8))
    blended = fields.Boolean(
        string="Corrected",
        help="The forecast is corrected by the purchases, as learnt from the horizon before the fit.",
    )
    blend_constant = fields.Float(digits=(16, 8), default=0.0)
    blend_model = fields.Float(digits=(16, 8), default=1.0, help="Weight of the model's forecast.")
    blend_purchases = fields.Float(digits=(16, 8), default=0.0, help="Weight of the number of purchases.")
    log_likelihood = fields.Float(digits=(16, 4))
    converged = fields.Boolean()
    rules = fields.Json(help="The rules of the policy at this version.")
    generation = fields.Integer(
        default=0, help="0: made by a run; else made by the rebuild of the history of that generation."
    )
    recency_cuts = fields.Json(help="Four days (ordinals): the later the last purchase, the higher the score.")
    frequency_cuts = fields.Json()
    monetary_cuts = fields.Json()

    _period_uniq = models.Constraint(
        "UNIQUE(company_id, customer_kind, period, policy_version, generation)",
        "One fit for each month, kind, policy version and generation.",
    )

    @api.depends("fitted_on", "customer_kind", "method")
    def _compute_display_name(self):
        labels = dict(self._fields["customer_kind"]._description_selection(self.env))
        for fit in self:
            fit.display_name = f"{fields.Date.to_string(fit.fitted_on) or ''} · {labels.get(fit.customer_kind, '')}"

    def _params(self):
        """Return the parameters for ``domain.mbg``, or None when the plain gap is used."""
        self.ensure_one()
        if self.method != "mbg":
            return None
        return MbgParams(
            r=self.r,
            alpha=self.alpha,
            a=self.a,
            b=self.b,
            log_likelihood=self.log_likelihood,
            converged=self.converged,
            customers=self.customers,
        )

    def _blend(self):
        """Return the correction of the forecast (``domain.blend``), or None."""
        self.ensure_one()
        if not self.blended:
            return None
        return Blend(self.blend_constant, self.blend_model, self.blend_purchases)

    @api.model
    def _find(self, policy, as_of, exact):
        """Return the fit to use for a day, or an empty record.

        :param policy: ``crm.lifecycle.policy``
        :param date as_of: the day
        :param bool exact: only the fit of that month under the policy's version; else the latest made by then
        """
        domain = [
            ("company_id", "=", policy.company_id.id),
            ("customer_kind", "=", policy.customer_kind),
            ("generation", "=", 0),
        ]
        if exact:
            domain += [("period", "=", f"{as_of:%Y-%m}"), ("policy_version", "=", policy.version)]
        else:
            domain += [("fitted_on", "<=", as_of)]
        return self.search(domain, limit=1)
