import pytz
from odoo import api, fields, models
from odoo.tools import SQL


class ResCompany(models.Model):
    _inherit = "res.company"

    lifecycle_full_requested = fields.Boolean(
        readonly=True, copy=False, help="The next nightly run looks at every customer, because a rule changed."
    )

    lifecycle_generation = fields.Integer(
        default=1, readonly=True, copy=False, help="The history shown; each rebuild of the history adds one."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Give a new company its two policies and its focus groups."""
        companies = super().create(vals_list)
        companies._lifecycle_ensure_sudo()
        return companies

    @api.ondelete(at_uninstall=False)
    def _unlink_lifecycle_history(self):
        """Remove stages, history and marks of the company: their columns have no foreign key."""
        self.env.cr.execute(SQL("DELETE FROM crm_lifecycle_transition WHERE company_id = ANY(%s)", self.ids))
        self.env.cr.execute(SQL("DELETE FROM crm_lifecycle_dirty WHERE company_id = ANY(%s)", self.ids))
        self.env.cr.execute(SQL("DELETE FROM crm_lifecycle_status WHERE company_id = ANY(%s)", self.ids))

    def _lifecycle_today(self, at=None):
        """Return the day in the company's time zone.

        :param datetime at: naive UTC moment, now if not given
        """
        self.ensure_one()
        moment = pytz.utc.localize(at or fields.Datetime.now())
        return moment.astimezone(pytz.timezone(self._contact_tz())).date()

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
        self.env["crm.segment"].sudo()._ensure(self)
        return self.env["crm.lifecycle.policy"].sudo()._ensure(self)
