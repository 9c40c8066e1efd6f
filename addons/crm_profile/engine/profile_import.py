"""Puts clean rows of profiles into contacts, facts and the queue of what is to be reviewed."""

from dataclasses import dataclass, field

from odoo import fields
from odoo.addons.phone_validation.tools import phone_validation
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..domain.tabular import LineError, plain

CONTACT_VALUES = ("ref", "name", "email", "phone", "is_company", "street", "city")
_BATCH = 500


@dataclass
class ImportResult:
    """What an import did, or would do."""

    created: int = 0
    updated: int = 0
    facts: int = 0
    queued: int = 0
    errors: list = field(default_factory=list)


class _Undo(Exception):
    pass


class ProfileImport:
    """One import of profiles.

    Contacts are found by customer code, then by e-mail or phone; never by a name alone, which several people may share.

    :param env: environment of the importing user, whose access rules decide what is found
    :param source: partner, employee, import; third_party puts the facts into the queue of what is to be reviewed
    :param source_ref: where it comes from, unless a row tells
    :param create: whether to make contacts for customers not found
    :param other_name: what to do if e-mail or phone belong to a contact of another name: report, same, new
    """

    def __init__(self, env, source, source_ref, create=True, other_name="report"):
        self.env = env(context={**env.context, "import_file": True, "tracking_disable": True})
        self.source, self.source_ref = source, source_ref
        self.create, self.other_name = create, other_name
        self._by_key, self._seen, self._phones = {}, {}, {}

    def run(self, rows, errors=(), dry_run=False):
        """Import the rows.

        :param dry_run: do all of it and undo it
        :return: :class:`ImportResult`, errors in the order of the lines
        """
        result = ImportResult(errors=list(errors))
        self.attributes = self.env["crm.profile.attribute"]._by_codes(
            {name[5:] for row in rows for name in row.values if name.startswith("fact:")}
        )
        self._load(rows)
        found = [(row, target) for row in rows if (target := self._find(row, result.errors)) is not None]
        try:
            with self.env.cr.savepoint():
                for begin in range(0, len(found), _BATCH):
                    self._store(found[begin : begin + _BATCH], result)
                if dry_run:
                    raise _Undo
        except _Undo:
            self.env.invalidate_all()
        result.errors.sort(key=lambda error: error.line)
        return result

    # ------------------------------------------------------------------ whose
    def _load(self, rows):
        """Look up all contacts the rows may mean, with four queries."""
        partners = self.env["res.partner"].with_context(active_test=False)
        names = ["ref", "name", "email_normalized", "phone_sanitized", "is_company"]
        company = Domain("company_id", "in", [False, self.env.company.id])
        emails = {self._email(row) for row in rows} - {None}
        phones = {self._phone(row) for row in rows} - {None}
        texts = {row.values["name"] for row in rows if row.values.get("name")}
        for kind, name, keys in (
            ("ref", "ref", {row.values.get("ref") for row in rows} - {None}),
            ("email", "email_normalized", emails),
            ("phone", "phone_sanitized", phones),
            ("name", "name", texts),
        ):
            for partner in partners.search_fetch(company & Domain(name, "in", list(keys)), names) if keys else ():
                key = plain(partner.name) if kind == "name" else partner[name]
                self._by_key.setdefault((kind, key), partners.browse())
                self._by_key[kind, key] |= partner

    def _find(self, row, errors):
        """The contact a row means (empty: a new one); None if that is not clear, with an error."""
        values = row.values
        email, phone = self._email(row), self._phone(row)
        if values.get("phone") and not phone:
            return self._refuse(errors, row, "phone", "phone_invalid", value=values["phone"])
        key = values.get("ref") or (email, phone, plain(values.get("name", "")))
        if key in self._seen:
            return self._refuse(errors, row, "", "duplicate", line=self._seen[key])
        nobody = self.env["res.partner"]
        found = self._by_key.get(("ref", values.get("ref")), nobody)
        if not found:
            found = self._find_by_contact(row, email, phone, errors)
        if found is None:
            return None
        if len(found) > 1:
            return self._refuse(
                errors, row, "", "ambiguous", count=len(found), names=", ".join(found[:3].mapped("display_name"))
            )
        if not found and not self.create:
            return self._refuse(errors, row, "", "unknown")
        if not found and not (email or phone or values.get("ref")):
            if self._by_key.get(("name", plain(values["name"]))):
                return self._refuse(errors, row, "name", "same_name")
        self._seen[key] = row.line
        return found

    def _find_by_contact(self, row, email, phone, errors):
        """The contacts of this e-mail or phone, of the same name if several share them; None with an error."""
        nobody = self.env["res.partner"]
        by_email, by_phone = self._by_key.get(("email", email), nobody), self._by_key.get(("phone", phone), nobody)
        found = (by_email & by_phone) or (by_email | by_phone)
        if row.values.get("ref"):  # somebody else's e-mail or phone: he has another code
            found = found.filtered(lambda partner: not partner.ref)
        name = plain(row.values.get("name", ""))
        namesakes = found.filtered(lambda partner: plain(partner.name or "") == name)
        if not found or not name or namesakes or self.other_name == "same":
            return namesakes or found
        if self.other_name == "new":
            return nobody
        value = row.values.get("email") if by_email else row.values.get("phone")
        return self._refuse(
            errors, row, "email" if by_email else "phone", "other_name", value=value, name=found[0].name
        )

    def _refuse(self, errors, row, target, code, **params):
        errors.append(LineError(row.line, target, code, params))

    def _email(self, row):
        return email_normalize(row.values["email"]) or None if row.values.get("email") else None

    def _phone(self, row):
        text = row.values.get("phone")
        if not text:
            return None
        if text not in self._phones:
            country = self.env.company.country_id
            number = phone_validation.phone_format(
                text, country.code or None, country.phone_code or None, force_format="E164", raise_exception=False
            )
            self._phones[text] = number if number.startswith("+") else None
        return self._phones[text]

    # ------------------------------------------------------------------ storing
    def _store(self, found, result):
        """Store some rows; if one is refused, one by one, so that the others get in."""
        outcome = self._try(found)
        if not isinstance(outcome, str):
            self._add(result, outcome)
            return
        for row, partner in found:
            single = self._try([(row, partner)])
            if isinstance(single, str):
                result.errors.append(LineError(row.line, "", "refused", {"message": single}))
            else:
                self._add(result, single)

    def _add(self, result, outcome):
        for name in ("created", "updated", "facts", "queued"):
            setattr(result, name, getattr(result, name) + getattr(outcome, name))
        result.errors += outcome.errors

    def _try(self, chunk):
        """Store these rows in a savepoint: an :class:`ImportResult`, or the words with which they were refused."""
        try:
            with self.env.cr.savepoint():
                return self._store_rows(chunk)
        except (UserError, AccessError) as refusal:
            self.env.invalidate_all()
            return str(refusal)

    def _store_rows(self, chunk):
        result = ImportResult()
        chunk = self._without_misfits(chunk, result)
        new = [(row, partner) for row, partner in chunk if not partner]
        partners = self.env["res.partner"].create([self._prepare_contact_vals(row) for row, _nobody in new])
        made = {row.line: partner for (row, _nobody), partner in zip(new, partners, strict=True)}
        pairs = [(row, partner or made[row.line]) for row, partner in chunk]
        good = self._without_out_of_scope(pairs, made, result)
        for row, partner in good:
            if row.line not in made and self._fill(row, partner):
                result.updated += 1
        result.created = sum(row.line in made for row, _partner in good)
        entries = [(row, partner, name) for row, partner in good for name in row.values if name.startswith("fact:")]
        if self.source == "third_party":
            self.env["crm.profile.intake"].create([self._prepare_intake_vals(*entry) for entry in entries])
            result.queued = len(entries)
        else:
            self.env["crm.profile.fact"]._record([self._prepare_fact_row(*entry) for entry in entries])
            result.facts = len(entries)
        return result

    def _without_misfits(self, chunk, result):
        """Leave out rows with facts that do not concern such a customer."""
        good = []
        for row, partner in chunk:
            is_company = partner.is_company if partner else bool(row.values.get("is_company"))
            misfits = [
                self.attributes[name[5:]]
                for name in row.values
                if name.startswith("fact:")
                and not self.attributes[name[5:]]["for_company" if is_company else "for_person"]
            ]
            if misfits:
                self._refuse(result.errors, row, f"fact:{misfits[0].code}", "not_for_such", name=misfits[0].name)
            else:
                good.append((row, partner))
        return good

    def _without_out_of_scope(self, pairs, made, result):
        """Leave out rows with facts no running plan asks for, the contacts made for them included."""
        keys = [
            (partner.id, self.attributes[name[5:]].id)
            for row, partner in pairs
            for name in row.values
            if name.startswith("fact:")
        ]
        outside = self.env["crm.collection.plan"]._out_of_scope_sudo(keys)
        good, unwanted = [], self.env["res.partner"]
        for row, partner in pairs:
            bad = [
                n for n in row.values if n.startswith("fact:") and (partner.id, self.attributes[n[5:]].id) in outside
            ]
            if not bad:
                good.append((row, partner))
                continue
            self._refuse(result.errors, row, bad[0], "out_of_scope", name=self.attributes[bad[0][5:]].name)
            if row.line in made:
                unwanted |= partner
        self._discard_sudo(unwanted)
        return good

    def _discard_sudo(self, partners):
        """Take back contacts made a moment ago.

        Sudo: whoever may create contacts need not be allowed to delete any.
        """
        partners.sudo().unlink()

    def _prepare_contact_vals(self, row):
        values = {name: row.values[name] for name in CONTACT_VALUES if name in row.values}
        values.setdefault("name", values.get("email") or values.get("phone") or values.get("ref"))
        return values

    def _fill(self, row, partner):
        """Fill empty fields of a contact; what stands there is not overwritten. Whether anything changed."""
        names = [name for name in CONTACT_VALUES if name != "is_company" and row.values.get(name) and not partner[name]]
        if names:
            partner.write({name: row.values[name] for name in names})
        return bool(names)

    def _prepare_fact_row(self, row, partner, name):
        return {
            "partner_id": partner.id,
            "attribute_id": self.attributes[name[5:]].id,
            "value": row.values[name],
            "source": self.source,
            "source_ref": row.values.get("source_ref") or self.source_ref,
            "collected_on": row.values.get("collected_on") or fields.Date.context_today(partner),
        }

    def _prepare_intake_vals(self, row, partner, name):
        value = row.values[name]
        text = "; ".join(value) if isinstance(value, list) else str(int(value) if isinstance(value, bool) else value)
        return {
            "partner_id": partner.id,
            "attribute_id": self.attributes[name[5:]].id,
            "value": text,
            "found": "bought",
            "source_ref": row.values.get("source_ref") or self.source_ref,
            "found_on": row.values.get("collected_on") or fields.Date.context_today(partner),
        }
