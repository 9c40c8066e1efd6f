from collections import defaultdict

from odoo import fields, models
from odoo.addons.crm_profile.domain import tabular
from odoo.addons.crm_profile.engine.profile_messages import line_message
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..domain import mention_file


class CrmMentionImport(models.TransientModel):
    """Imports mentions: choose the file, see what would happen, import."""

    _name = "crm.mention.import"
    _inherit = "crm.table.import.mixin"
    _description = "Import Mentions"

    state = fields.Selection([("file", "File"), ("check", "Check"), ("done", "Done")], default="file", required=True)
    file = fields.Binary("File of Mentions")
    good_count = fields.Integer("Mentions", readonly=True)
    error_count = fields.Integer("Rejected Lines", readonly=True)
    error_ids = fields.One2many("crm.mention.import.error", "import_id", "Problems", readonly=True)

    def _run(self, dry_run):
        self.ensure_one()
        self.env["crm.mention"].check_access("create")
        table = self._take_apart(
            lambda headers: sum(name is not None for name in mention_file.columns_of(headers))
        )
        if "text" not in mention_file.columns_of(table.headers):
            raise UserError(self.env._("No column is called “text” or “content”: what was said must be in the file."))
        rows, errors = mention_file.clean_table(table, fields.Date.context_today(self))
        vals_list, problems = self._prepare(rows)
        if not dry_run:
            self.env["crm.mention"].create(vals_list)
        self.error_count = self._keep_result(table, errors + problems, {"good_count": len(vals_list)})

    # ------------------------------------------------------------------ who is meant
    def _prepare(self, rows):
        """(values of the mentions, errors): customers, competitors and repetitions found for all lines at once."""
        customers = self._find_customers({row.values["customer"] for row in rows if row.values.get("customer")})
        competitors = self._find_competitors()
        seen = self._find_known(rows)
        vals_list, errors = [], []
        for row in rows:
            values, problem = dict(row.values), None
            customer, competitor = values.pop("customer", None), values.pop("competitor", None)
            key = (values.get("url"), values["text"], values["date"])
            if customer and len(customers[customer]) != 1:
                found = len(customers[customer])
                code = "ambiguous_customer" if found else "unknown_customer"
                problem = tabular.LineError(row.line, "customer", code, {"value": customer, "count": found})
            elif competitor and len(competitors[competitor.casefold()]) != 1:
                problem = tabular.LineError(row.line, "competitor", "unknown_competitor", {"value": competitor})
            elif key in seen:
                problem = tabular.LineError(row.line, "", "known_mention", {})
            if problem:
                errors.append(problem)
                continue
            seen.add(key)
            values["partner_id"] = customers[customer][0] if customer else False
            values["competitor_id"] = competitors[competitor.casefold()][0] if competitor else False
            vals_list.append(values)
        return vals_list, errors

    def _find_customers(self, words):
        """{word: partner ids}, by customer code or e-mail address."""
        emails = defaultdict(set)
        for word in words:
            if address := email_normalize(word):
                emails[address].add(word)
        partners = self.env["res.partner"].search_fetch(
            ["|", ("ref", "in", list(words)), ("email_normalized", "in", list(emails))], ["ref", "email_normalized"]
        )
        found = defaultdict(list)
        for partner in partners:
            for word in ({partner.ref} | emails.get(partner.email_normalized, set())) & words:
                found[word].append(partner.id)
        return found

    def _find_competitors(self):
        found = defaultdict(list)
        for competitor in self.env["crm.competitor"].search_fetch([("name", "!=", False)], ["name"]):
            found[competitor.name.casefold()].append(competitor.id)
        return found

    def _find_known(self, rows):
        """{(link, text, day)} of the mentions there are."""
        days = {row.values["date"] for row in rows}
        if not days:
            return set()
        known = (
            self.env["crm.mention"]
            .with_context(active_test=False)
            .search_fetch(
                [("date", ">=", min(days)), ("date", "<=", max(days)), ("company_id", "=", self.env.company.id)],
                ["url", "text", "date"],
            )
        )
        return {(mention.url or None, mention.text, mention.date) for mention in known}

    # ------------------------------------------------------------------ result
    def _message(self, error):
        messages = {
            "no_text": self.env._("Nothing was said: the text is missing."),
            "url_invalid": self.env._("“%(value)s” is no link: it begins with http:// or https://."),
            "unknown_customer": self.env._("No customer has the code or e-mail address “%(value)s”."),
            "ambiguous_customer": self.env._("“%(value)s” fits %(count)s contacts. Give the customer code."),
            "unknown_competitor": self.env._("No competitor, or several, are called “%(value)s”."),
            "known_mention": self.env._("This mention is recorded already."),
        }
        if error.code in messages:
            return messages[error.code] % {**error.params, "value": str(error.params.get("value", ""))[:80]}
        return line_message(self.env, error)

    def _problem(self, error):
        labels = self.env["crm.mention"]._fields
        label = labels[error.field]._description_string(self.env) if error.field in labels else ""
        return label, self._message(error)
