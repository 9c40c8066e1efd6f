from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class CrmReferral(models.Model):
    """Who brought whom: the chain of recommendations, and the revenue it is credited with."""

    _name = "crm.referral"
    _description = "Referral"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _privacy = {
        "partner": ("partner_id", "referrer_id"),
        "report": ("date", "company_id", "partner_id", "referrer_id", "kind"),
        "note_fields": ("note",),
        "note_date": "date",
        "mask": ("note",),
    }

    partner_id = fields.Many2one("res.partner", string="Customer", required=True, index=True, ondelete="cascade")
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    referrer_id = fields.Many2one("res.partner", string="Referred by", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._lifecycle_today())
    kind = fields.Selection(
        [
            ("customer", "A customer's recommendation"),
            ("family", "Family"),
            ("friend", "A friend"),
            ("colleague", "A colleague"),
            ("partner", "A business partner"),
        ],
        string="How",
        required=True,
        default="customer",
    )
    lead_id = fields.Many2one("crm.lead", ondelete="set null", index="btree_not_null")
    note = fields.Char()
    partner_commercial_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Referred Customer", store=True, index=True
    )
    referrer_commercial_id = fields.Many2one(
        related="referrer_id.commercial_partner_id", string="Referrer", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(string="Revenue", compute="_compute_amount", help="What the referred customer has bought.")

    _partner_company_uniq = models.Constraint(
        "UNIQUE(partner_id, company_id)", "Somebody has brought this customer already."
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_amount(self):
        statuses = self.env["crm.lifecycle.status"].search(
            [("partner_id", "in", self.partner_commercial_id.ids), ("company_id", "in", self.company_id.ids)]
        )
        found = {(status.partner_id.id, status.company_id.id): status.amount_total for status in statuses}
        for referral in self:
            referral.amount = found.get((referral.partner_commercial_id.id, referral.company_id.id), 0.0)

    @api.constrains("partner_id", "referrer_id", "company_id")
    def _check_no_circle(self):
        """Nobody is brought, over however many links, by somebody he brought."""
        self.flush_model()
        for referral in self:
            if referral.partner_commercial_id in referral._ancestors_sudo():
                raise ValidationError(
                    self.env._(
                        "%(name)s cannot have been brought by somebody they brought.",
                        name=referral.partner_id.display_name,
                    )
                )

    def _ancestors_sudo(self):
        """Return the customers above this one in the chain, the referrer first."""
        # As superuser: a circle is one also when a link of it is out of the user's sight.
        rows = self.env.execute_query(
            SQL(
                """WITH RECURSIVE up(id) AS (
                       SELECT %s::int4
                       UNION SELECT r.referrer_commercial_id FROM crm_referral r
                         JOIN up ON up.id = r.partner_commercial_id
                        WHERE r.company_id = %s)
                   SELECT id FROM up""",
                self.referrer_commercial_id.id,
                self.company_id.id,
            )
        )
        return self.env["res.partner"].sudo().browse([partner_id for (partner_id,) in rows])

    @api.model_create_multi
    def create(self, vals_list):
        """Keep the referrals; the referrers' value may change."""
        referrals = super().create(vals_list)
        referrals._lifecycle_mark()
        return referrals

    def write(self, vals):
        """Mark the referrers on both sides of a change."""
        self._lifecycle_mark()
        result = super().write(vals)
        self._lifecycle_mark()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_mark(self):
        self._lifecycle_mark()

    def _lifecycle_mark(self):
        for company, referrals in self.sudo().grouped("company_id").items():
            self.env["crm.lifecycle.dirty"]._mark(referrals.referrer_id, company)

    def _forget(self):
        """Remove referrals the caller may change: a wrong one leaves no trace."""
        self.check_access("write")
        self._forget_sudo()

    def _forget_sudo(self):
        # As superuser: whoever may name a referrer may take the name back.
        self.sudo().unlink()

    @api.model
    def _chain(self, customer):
        """Return the referrals below ``customer`` in the current company: whom they brought, whom those brought …"""
        rows = self.env.execute_query(
            SQL(
                """WITH RECURSIVE down(id, partner_id) AS (
                       SELECT id, partner_commercial_id FROM crm_referral
                        WHERE referrer_commercial_id = %(customer)s AND company_id = %(company)s
                       UNION SELECT r.id, r.partner_commercial_id FROM crm_referral r
                               JOIN down d ON d.partner_id = r.referrer_commercial_id
                              WHERE r.company_id = %(company)s)
                   SELECT id FROM down""",
                customer=customer.id,
                company=self.env.company.id,
            )
        )
        return self.browse([referral_id for (referral_id,) in rows])

    @api.model
    def _credit_query(self):
        """Return ``SQL`` of who brought what, to be grouped: the columns ``partner_id`` and ``company_id``.

        Revenue is that of the customers whose figures the reader may see.
        """
        return SQL(
            """SELECT r.referrer_commercial_id AS partner_id, r.company_id
                 FROM (SELECT DISTINCT referrer_commercial_id, partner_commercial_id, company_id FROM crm_referral) r
            LEFT JOIN (%s) s ON s.partner_id = r.partner_commercial_id AND s.company_id = r.company_id""",
            self._seen_revenue(),
        )

    @api.model
    def _seen_revenue(self):
        """Return ``SQL`` of customer, company and revenue of the statuses that the reader may see."""
        status = self.env["crm.lifecycle.status"]
        names = ("partner_id", "company_id", "amount_total")
        return status._search([]).select(*(SQL.identifier(status._table, name) for name in names))

    @api.model
    def _credits(self, partners, companies):
        """Return ``{(customer id, company id): (customers brought, their revenue)}``, in one query.

        Revenue is that of the customers whose figures the reader may see.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT r.referrer_commercial_id, r.company_id, count(*), COALESCE(sum(s.amount_total), 0)::float8
                     FROM (SELECT DISTINCT referrer_commercial_id, partner_commercial_id, company_id FROM crm_referral
                            WHERE referrer_commercial_id = ANY(%s) AND company_id = ANY(%s)) r
                LEFT JOIN (%s) s ON s.partner_id = r.partner_commercial_id AND s.company_id = r.company_id
                    GROUP BY 1, 2""",
                partners.ids,
                companies.ids,
                self._seen_revenue(),
            )
        )
        return {(partner, company): (number, amount) for partner, company, number, amount in rows}

    @api.model
    def _before_merge_sudo(self, partners):
        """Keep one referral of the customers who become one, and none by himself: the oldest tells who brought him."""
        # As superuser: the merge concerns every company. Core would delete all rows that break the unique key.
        mine = self.sudo().search([("partner_id", "in", partners.ids)], order="date, id")
        inside = mine.filtered(lambda one: one.referrer_id in partners)
        rest = mine - inside
        later = rest - self.union(*[rows[:1] for rows in rest.grouped("company_id").values()])
        (inside | later).unlink()
        self.env.flush_all()
