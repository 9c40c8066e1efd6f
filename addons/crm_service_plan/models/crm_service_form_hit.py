import hashlib
import hmac
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class CrmServiceFormHit(models.Model):
    """How often the public form was used lately, under keyed hashes: enough to limit, too little to know anybody."""

    _name = "crm.service.form.hit"
    _description = "Use of the Public Form"
    _order = "id desc"

    key = fields.Char(required=True, readonly=True)
    date = fields.Datetime("Since", required=True, readonly=True, index=True)
    number = fields.Integer("Uses", required=True, readonly=True)

    _key_unique = models.Constraint("UNIQUE(key, date)", "Counted once for each span of time.")

    @api.model
    def _key(self, kind, value):
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret") or ""
        return hmac.new(secret.encode(), f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()[:40]

    @api.model
    def _allow_sudo(self, limits, at=None):
        """Count one use and say whether it is within the limits.

        :param limits: ``[(kind, value, number allowed, span in hours)]``; empty values are left out
        :param at: naive UTC datetime, default now
        :return: bool

        Two at once write the same row: the second is repeated on fresh data, so nobody slips through.
        Runs as superuser: visitors have no access to the model.
        """
        at = at or fields.Datetime.now()
        allowed = True
        for kind, value, number, hours in limits:
            if not value:
                continue
            since = at.replace(minute=0, second=0, microsecond=0)
            since -= timedelta(hours=(at - at.min) // timedelta(hours=1) % hours)
            rows = self.env.execute_query(
                SQL(
                    """INSERT INTO crm_service_form_hit AS h (key, date, number) VALUES (%s, %s, 1)
                       ON CONFLICT (key, date) DO UPDATE SET number = h.number + 1 RETURNING number""",
                    self._key(kind, value),
                    since,
                )
            )
            allowed = allowed and rows[0][0] <= number
        return allowed

    @api.autovacuum
    def _gc_old(self):
        """Nothing is kept longer than two days."""
        self.sudo().search([("date", "<", fields.Datetime.now() - timedelta(days=2))], limit=10000).unlink()
