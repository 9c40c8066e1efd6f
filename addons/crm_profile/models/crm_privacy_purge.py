from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.fields import Domain

BATCH = 2000


class CrmPrivacy(models.AbstractModel):
    """The retention: what is erased when its time is over. Deleted set by set, counted, and never looked at again."""

    _inherit = "crm.privacy"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    @api.model
    def _purges(self, company, as_of):
        """What is due in ``company`` on ``as_of`` (date).

        :return: list of (model name, domain, columns to empty or None to delete the rows)
        """
        company = company.sudo()
        due = []
        own = self._company_domain(company)
        if company.privacy_fact_days >= 0:
            end = as_of - relativedelta(days=company.privacy_fact_days)
            due.append(("crm.profile.fact", own & Domain("expires_on", "<=", end), None))
        if company.privacy_log_months:
            end = as_of - relativedelta(months=company.privacy_log_months)
            due.append(("crm.profile.access.log", own & Domain("day", "<=", end), None))
        for name, settings in self._privacy_models().items():
            inside = own if "company_id" in self.env[name]._fields else Domain.TRUE
            if settings.get("note_fields") and company.privacy_note_months:
                end = as_of - relativedelta(months=company.privacy_note_months)
                filled = Domain.OR(Domain(column, "not in", (False, "")) for column in settings["note_fields"])
                due.append((name, inside & Domain(settings["note_date"], "<=", end) & filled, settings["note_fields"]))
            if settings.get("drop_date") and company.privacy_intake_days:
                end = as_of - relativedelta(days=company.privacy_intake_days)
                dropped = Domain(settings.get("drop_domain", [])) & Domain(settings["drop_date"], "<=", end)
                due.append((name, inside & dropped, None))
        return due

    @api.model
    def _company_domain(self, company):
        """Rows of the company; those of no company follow the settings of the first one."""
        first = self.env["res.company"].sudo().search([], order="id", limit=1)
        return Domain("company_id", "in", [company.id, False] if company == first else [company.id])

    @api.model
    def _cron_purge(self, as_of=None):
        """Erase what is over on ``as_of`` (date; default today), batch by batch.

        Kill-safe: a batch is deleted and counted in one transaction.
        """
        as_of = as_of or self._today()
        cron = self.env["ir.cron"]
        for company in self.env["res.company"].sudo().search([("id", "!=", False)]):
            for name, domain, columns in self._purges(company, as_of):
                while number := self._purge_batch_sudo(company, name, domain, columns, as_of):
                    if not cron._commit_progress(number, remaining=self._rows_sudo(name).search_count(domain)):
                        return

    @api.model
    def _rows_sudo(self, name):
        """Sudo: retention does not depend on who runs it."""
        return self.env[name].sudo().with_context(active_test=False)

    @api.model
    def _purge_batch_sudo(self, company, name, domain, columns, as_of):
        """Erase one batch.

        Sudo: see :meth:`_rows_sudo`.

        :return: number of rows
        """
        records = self._rows_sudo(name).search(domain, limit=BATCH, order="id")
        if not records:
            return 0
        log = self.env["crm.profile.purge.log"]
        parts = records.grouped("attribute_id") if "attribute_id" in records._fields else {None: records}
        for attribute, part in parts.items():
            log._count_sudo(name, len(part), "emptied" if columns else "purged", attribute, company, as_of)
        if columns:
            self._blank_columns(records, columns)
        else:
            if hasattr(records, "_privacy_before_erase"):
                records._privacy_before_erase()
            self._clear_traces(records)
            self._delete_rows(records)
        return len(records)

    @api.model
    def _blank_columns(self, records, columns):
        self._blank(records.with_context(privacy_keep_traces=True), columns)

    @api.model
    def _forecast(self, company, as_of):
        """What will be erased up to ``as_of`` (date): [(model name, attribute, number)], counts only."""
        found = []
        for name, domain, columns in self._purges(company, as_of):
            rows = self._rows_sudo(name)
            if "attribute_id" in rows._fields:
                for attribute, number in rows._read_group(domain, ["attribute_id"], ["__count"]):
                    found.append((name, attribute.id, number, bool(columns)))
            elif number := rows.search_count(domain):
                found.append((name, False, number, bool(columns)))
        return found

    @api.model
    def _next_month(self):
        return fields.Date.add(self._today(), months=1)
