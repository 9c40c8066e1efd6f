"""Whose purchase is it? Finds, and plans, the customers of a ledger."""

from odoo.addons.phone_validation.tools import phone_validation
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..domain.ledger_values import ValueProblem


class PartnerMatch:
    """Finds customers by external id, customer code, then e-mail or phone, for all rows with a few queries.

    A customer not found can be planned: he gets a negative number, under which later rows find him, until
    :meth:`create_planned` makes the contacts.

    :param env: environment of the importing user, whose access rules decide what is found
    :param company: the company whose ledger it is; contacts of other companies are out of reach
    :param create: whether to plan customers not found
    """

    def __init__(self, env, company, create):
        self.env = env(context={**env.context, "active_test": False})
        self.company = company
        self.create = create
        self.planned = []
        self._by_key = {}
        self._info = {}
        self._clean = {}

    def load(self, rows):
        """Look up all keys that the rows (dicts of clean values) use."""
        codes = {row["customer"] for row in rows if row.get("customer")}
        emails = {self._email(row) for row in rows} - {None}
        phones = {self._phone(row) for row in rows} - {None}
        for code, partner_id in self._external_ids_sudo(codes):
            self._add("external", code, partner_id)
        for kind, field, keys in (
            ("ref", "ref", codes),
            ("email", "email_normalized", emails),
            ("phone", "phone_sanitized", phones),
        ):
            for partner in self._search(Domain(field, "in", list(keys))) if keys else ():
                self._add(kind, partner[field], partner.id)
        self._read_info()

    def find(self, row):
        """Return the id of the customer of a row, negative if planned.

        :raise ValueProblem: customer_unknown, customer_ambiguous, email_invalid, phone_invalid
        """
        email, phone, code = self._email(row), self._phone(row), row.get("customer")
        for kind in ("external", "ref"):
            if code and (found := self._by_key.get((kind, code))):
                return self._one(found, code)
        found = self._by_contact(email, phone)
        if code:  # someone else's e-mail or phone: he has a code of his own, and it is another one
            found = {partner for partner in found if self._info[partner][1] in (False, "", code)}
        if found:
            return self._one(found, email or phone)
        if not (code or email or phone):
            kind = "email" if row.get("email") else "phone"
            raise ValueProblem(f"{kind}_invalid", field=kind, value=row[kind])
        if not self.create:
            raise ValueProblem("customer_unknown", value=code or email or phone)
        return self._plan(row, code, email, phone)

    def create_planned(self):
        """Create the planned contacts; return ``{negative number: id}``."""
        partners = self.env["res.partner"].with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True, no_vat_validation=True
        )
        created = []
        for begin in range(0, len(self.planned), 1000):
            created += partners.create(self.planned[begin : begin + 1000]).ids
        return {-1 - index: partner_id for index, partner_id in enumerate(created)}

    def _by_contact(self, email, phone):
        by_email = self._by_key.get(("email", email), set()) if email else set()
        by_phone = self._by_key.get(("phone", phone), set()) if phone else set()
        return (by_email & by_phone) or (by_email | by_phone)

    def _one(self, found, key):
        """Return the one customer meant, the company itself among contacts of the same one."""
        commercials = {self._info[partner][0] for partner in found}
        if len(found) == 1:
            return next(iter(found))
        if len(commercials) == 1:
            return next(iter(commercials & found), min(found))
        names = sorted(self._info[partner][2] for partner in found)
        raise ValueProblem("customer_ambiguous", value=key, count=len(found), names=", ".join(names[:3]))

    def _plan(self, row, code, email, phone):
        name = row.get("name") or email or (code and self.env._("Customer %(code)s", code=code)) or phone
        self.planned.append(
            {
                "name": name,
                "ref": code or False,
                "email": row.get("email") or (email if code != email else False) or False,
                "phone": row.get("phone") or False,
                "company_id": self.company.root_id.id,
                "lang": self.company.partner_id.lang or self.env.lang,
            }
        )
        number = -len(self.planned)
        self._info[number] = (number, code or False, name)
        for kind, key in (("ref", code), ("email", email), ("phone", phone)):
            if key:
                self._add(kind, key, number)
        return number

    def _add(self, kind, key, partner_id):
        self._by_key.setdefault((kind, key), set()).add(partner_id)

    def _read_info(self):
        ids = {partner for found in self._by_key.values() for partner in found}
        partners = self._search(Domain("id", "in", list(ids))) if ids else self.env["res.partner"]
        for partner in partners:
            self._info[partner.id] = (partner.commercial_partner_id.id, partner.ref, partner.name or "")
        for found in self._by_key.values():
            found &= self._info.keys()

    def _search(self, domain):
        partners = self.env["res.partner"]
        domain &= Domain("company_id", "in", [False, *self.company.parent_ids.ids])
        fields = ["ref", "email_normalized", "phone_sanitized", "commercial_partner_id", "name"]
        return partners.search_fetch(domain, fields, order="id")

    def _external_ids_sudo(self, codes):
        """Return (external id, partner id) pairs; superuser, since only administrators may read external ids.

        The partners themselves are read under the user's own rules afterwards.
        """
        if not codes:
            return []
        names = {code.split(".", 1)[-1] for code in codes}
        domain = Domain("model", "=", "res.partner") & Domain("name", "in", list(names))
        found = []
        for data in self.env["ir.model.data"].sudo().search_fetch(domain, ["module", "name", "res_id"]):
            whole = f"{data.module}.{data.name}"
            if whole in codes:
                found.append((whole, data.res_id))
            if data.name in codes and data.module in ("__import__", "__export__"):
                found.append((data.name, data.res_id))
        return found

    def _email(self, row):
        text = row.get("email") or (row["customer"] if "@" in row.get("customer", "") else None)
        return text and (email_normalize(text) or None)

    def _phone(self, row):
        text = row.get("phone")
        if not text:
            return None
        if text not in self._clean:
            country = self.company.country_id
            number = phone_validation.phone_format(
                text, country.code or None, country.phone_code or None, force_format="E164", raise_exception=False
            )
            self._clean[text] = number if number.startswith("+") else None
        return self._clean[text]
