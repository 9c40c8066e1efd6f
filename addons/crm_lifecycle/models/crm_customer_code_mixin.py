from odoo import api, models
from odoo.tools import SQL

AT_ONCE = 1000


class CrmCustomerCodeMixin(models.AbstractModel):
    """A customer gets a code with the first purchase, unless it has a reference already."""

    _name = "crm.customer.code.mixin"
    _description = "Customer Codes"

    @api.model
    def _cron_customer_code(self):
        """Give the customers of every company their codes, a thousand at a time."""
        companies = self.env["res.company"].search([("lifecycle_code_sequence_id", "!=", False)])
        for company in companies:
            while given := self._give_customer_codes(company):
                if not self.env["ir.cron"]._commit_progress(given):
                    return

    @api.model
    def _give_customer_codes(self, company):
        """Write the next codes on customers without a reference, the oldest customer first.

        A contact somebody is writing at this moment is left for the next time. A code that is somebody's reference
        already is passed over.

        :param company: ``res.company`` whose sequence is used and whose purchases count
        :return: how many got one
        """
        sequence = company.lifecycle_code_sequence_id
        self.env.flush_all()
        ids = [
            partner_id
            for (partner_id,) in self.env.execute_query(
                SQL(
                    """SELECT p.id FROM res_partner p
                         JOIN crm_lifecycle_status s ON s.partner_id = p.id AND s.company_id = %s
                        WHERE s.order_count > 0 AND COALESCE(p.ref, '') = ''
                        ORDER BY s.first_date, p.id LIMIT %s
                          FOR UPDATE OF p SKIP LOCKED""",
                    company.id,
                    AT_ONCE,
                )
            )
        ]
        if not ids:
            return 0
        codes = self._next_customer_codes(sequence, len(ids))
        self.env.cr.execute(
            SQL(
                """UPDATE res_partner p SET ref = c.code
                     FROM unnest(%s, %s) AS c (id, code) WHERE p.id = c.id""",
                ids,
                codes,
            )
        )
        self.env["res.partner"].browse(ids).invalidate_recordset(["ref"])
        return len(ids)

    @api.model
    def _next_customer_codes(self, sequence, number):
        """Return so many codes of ``sequence`` that are nobody's reference yet."""
        codes = []
        while len(codes) < number:
            drawn = self._draw_codes(sequence, number - len(codes))
            taken = {
                ref
                for (ref,) in self.env.execute_query(SQL("SELECT ref FROM res_partner WHERE ref = ANY(%s)", drawn))
            }
            codes += [code for code in drawn if code not in taken]
        return codes

    @api.model
    def _draw_codes(self, sequence, number):
        """Return the next ``number`` values, at once where PostgreSQL counts."""
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _ in range(number)]
        prefix, suffix = sequence._get_prefix_suffix()
        counter = f"ir_sequence_{sequence.id:03d}"
        rows = self.env.execute_query(
            SQL("SELECT nextval(%s) FROM generate_series(1, %s)", counter, number)
        )
        return [f"{prefix}{value:0{sequence.padding}d}{suffix}" for (value,) in rows]
