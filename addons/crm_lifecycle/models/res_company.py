import pytz
from odoo import api, fields, models
from odoo.tools import SQL, ormcache


class ResCompany(models.Model):
    _inherit = "res.company"

    lifecycle_full_requested = fields.Boolean(
        readonly=True, copy=False, help="The next nightly run looks at every customer, because a rule changed."
    )

    lifecycle_count_external = fields.Boolean(string="Imported purchases count", default=True)
    lifecycle_generation = fields.Integer(
        default=1, readonly=True, copy=False, help="The history shown; each rebuild of the history adds one."
    )

    lifecycle_holdings_on = fields.Date(
        string="Holdings Counted On", readonly=True, copy=False,
        help="With very many customers their holdings are counted at night. Empty: when somebody looks.",
    )

    lifecycle_trade = fields.Char(string="Trade", readonly=True, copy=False, help="The presets applied last.")
    lifecycle_trade_values = fields.Json(readonly=True, copy=False, help="What presets set.")
    lifecycle_code_sequence_id = fields.Many2one(
        "ir.sequence",
        string="Customer Codes",
        copy=False,
        ondelete="restrict",
        help="A customer without a reference gets the next code with the first purchase. Empty: no codes.",
    )

    lifecycle_walk_in_ids = fields.Many2many(
        "res.partner",
        "crm_lifecycle_walk_in_rel",
        "company_id",
        "partner_id",
        string="Walk-in Contacts",
        help="Contacts that stand for unknown buyers, such as “walk-in customer”: what is sold to them counts as sold"
        " without a customer.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Give a new company its two policies and its focus groups."""
        companies = super().create(vals_list)
        companies._lifecycle_ensure_sudo()
        return companies

    def write(self, vals):
        """Have everyone looked at again when other purchases count."""
        result = super().write(vals)
        if any(name.startswith("lifecycle_count_") for name in vals):
            self._lifecycle_request_full()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_lifecycle_history(self):
        """Remove stages, history and marks of the company: their columns have no foreign key."""
        self.env.cr.execute(SQL("DELETE FROM crm_lifecycle_transition WHERE company_id = ANY(%s)", self.ids))
        self.env.cr.execute(SQL("DELETE FROM crm_lifecycle_dirty WHERE company_id = ANY(%s)", self.ids))
        self.env.cr.execute(SQL("DELETE FROM crm_lifecycle_status WHERE company_id = ANY(%s)", self.ids))

    @api.model
    def _lifecycle_first_sudo(self):
        """Return the company that what belongs to none counts for.

        Sudo: it is the same one whichever companies a user may see.
        """
        return self.browse(self._lifecycle_first_id_sudo())

    @api.model
    @ormcache()
    def _lifecycle_first_id_sudo(self):
        # Asked for at every lead that belongs to nobody: kept, as it is the same for as long as that company is there.
        return self.sudo().with_context(active_test=False).search([], order="id", limit=1).id

    def _lifecycle_today(self, at=None):
        """Return the day in the company's time zone.

        :param datetime at: naive UTC moment, now if not given
        """
        self.ensure_one()
        moment = pytz.utc.localize(at or fields.Datetime.now())
        return moment.astimezone(pytz.timezone(self._contact_tz())).date()

    @api.model
    def _lifecycle_days(self):
        """Return ``SQL`` of the rows (``company_id``, ``today``): the day it is in each company's time zone."""
        days = self._lifecycle_days_sudo()
        return SQL("(VALUES %s) AS", SQL(", ").join(SQL("(%s, %s::date)", *row) for row in days.items()))

    @api.model
    def _lifecycle_days_sudo(self):
        # As superuser: the day is the same for every reader, and the rows of other companies are kept from him anyway.
        companies = self.sudo().with_context(active_test=False).search([("id", "!=", False)])
        return {company.id: company._lifecycle_today() for company in companies}

    @api.model
    def _lifecycle_each(self, work):
        """Call ``work`` with every active company, committing after each, as long as the job has time."""
        companies = self.search([("active", "=", True)])
        for index, company in enumerate(companies):
            work(company)
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - index - 1):
                return

    def _lifecycle_request_full(self):
        """Have the next nightly run look at every customer."""
        self._lifecycle_request_full_sudo()

    def _lifecycle_request_full_sudo(self):
        # As superuser: a lifecycle manager may change rules but not write companies.
        self.sudo().filtered(lambda company: not company.lifecycle_full_requested).write(
            {"lifecycle_full_requested": True}
        )

    def _lifecycle_ensure_sudo(self):
        # As superuser: whoever may create a company gets it with its policies.
        self.sudo()._lifecycle_ensure_codes()
        self.env["crm.segment"].sudo()._ensure(self)
        return self.env["crm.lifecycle.policy"].sudo()._ensure(self)

    def _lifecycle_ensure_codes(self):
        """Give companies without one a sequence of customer codes: C00001, C00002 …"""
        for company in self.filtered(lambda company: not company.lifecycle_code_sequence_id):
            company.lifecycle_code_sequence_id = self.env["ir.sequence"].create(
                {
                    "name": self.env._("Customer codes of %(company)s", company=company.name),
                    "code": "crm.customer.code",
                    "prefix": "C",
                    "padding": 5,
                    "company_id": company.id,
                }
            )
