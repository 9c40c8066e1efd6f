import io
import json
import zipfile

import xlsxwriter
from odoo import api, fields, models
from odoo.tools import format_date, format_datetime, html2plaintext

from ..domain import masks


class CrmPrivacy(models.AbstractModel):
    """Everything known of one customer, as a file for that customer."""

    _inherit = "crm.privacy"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    @api.model
    def _customer_file_sudo(self, partner):
        """Everything the suite knows of ``partner``, in the customer's language.

        Told are the fields each model names in its ``report``. Colleagues' beliefs are told as such, without who holds
        them; internal notes and evidence are left out, since they may speak of others. Names of other people –
        relatives, colleagues – are masked.

        Sudo: the customer is entitled to all of it, whatever a colleague who hands it over may see.

        :return: (file name, bytes of a ZIP with data.json and data.xlsx)
        """
        partner = partner.sudo().with_context(lang=partner.lang or self.env.lang, active_test=False)
        privacy = self.with_context(lang=partner.lang or self.env.lang)
        sheets = [privacy._contact_sheet(partner)]
        sheets += [sheet for sheet in privacy._customer_sheets(partner) if sheet["rows"]]
        privacy._hide_colleagues_sudo(partner, sheets)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data.json", privacy._as_json(partner, sheets))
            archive.writestr("data.xlsx", privacy._as_workbook(sheets))
        return self.env._("what-we-know-%(day)s.zip", day=self._today()), buffer.getvalue()

    @api.model
    def _hide_colleagues_sudo(self, partner, sheets):
        """Mask the full names of colleagues in the texts of these sheets: reasons say who decided.

        Sudo: see :meth:`_customer_file_sudo`. Names of one word are left alone: most are words of the language, too.
        """
        users = self.env["res.users"].sudo().with_context(active_test=False).search([("share", "=", False)])
        full = {user.name for user in users if " " in user.name.strip()} - {partner.name}
        names = {name: masks.text(name) for name in full}
        for sheet in sheets:
            sheet["rows"] = [
                [masks.replaced(value, names) if isinstance(value, str) else value for value in row]
                for row in sheet["rows"]
            ]

    @api.model
    def _contact_sheet(self, partner):
        names = (
            "name",
            "email",
            "phone",
            "street",
            "street2",
            "zip",
            "city",
            "country_id",
            "lang",
            "tz",
            "function",
            "vat",
        )
        described = partner.fields_get([name for name in names if name in partner._fields], ["string"])
        rows = [[described[name]["string"], self._told(partner, partner, name)] for name in described if partner[name]]
        return {
            "code": "res.partner",
            "name": self.env._("Contact"),
            "columns": [self.env._("What"), self.env._("Value")],
            "fields": ["what", "value"],
            "rows": rows,
        }

    @api.model
    def _customer_sheets(self, partner):
        """One sheet for each model: {code, name, columns, fields, rows}."""
        sheets = []
        for name, settings in self._privacy_models().items():
            if not settings.get("report"):
                continue
            names = [column for column in settings["report"] if column in self.env[name]._fields]
            domain = self._person_domain(name, partner) & fields.Domain(settings.get("report_domain", []))
            records = self._rows_sudo(name).search(domain)
            described = records.fields_get(names, ["string"])
            sheets.append(
                {
                    "code": name,
                    "name": self.env["ir.model"]._get(name).name,
                    "columns": [described[column]["string"] for column in names],
                    "fields": names,
                    "rows": [[self._told(partner, record, column) for column in names] for record in records],
                }
            )
        return sheets

    @api.model
    def _told(self, partner, record, name):
        """A field as the customer reads it."""
        field, value = record._fields[name], record[name]
        if field.relational:
            return ", ".join(self._name_of(partner, other) for other in value)
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value or "")
        if field.type == "date":
            return format_date(self.env, value) if value else ""
        if field.type == "datetime":
            return format_datetime(self.env, value, tz=partner.tz or "UTC") if value else ""
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.type == "html":
            return html2plaintext(value or "")
        if name in (getattr(record, "_privacy", None) or {}).get("others", ()):
            return masks.text(value or "")
        return value if isinstance(value, int | float) else str(value or "")

    @api.model
    def _name_of(self, partner, other):
        """The name of a related record; of other people only the first letters."""
        shown = other.display_name or ""
        if other._name in ("res.partner", "res.users") and other != partner:
            return masks.text(shown)
        return shown

    @api.model
    def _as_json(self, partner, sheets):
        content = {
            "person": partner.display_name,
            "day": self._today().isoformat(),
            "data": {
                sheet["code"]: {
                    "name": sheet["name"],
                    "rows": [dict(zip(sheet["columns"], row, strict=True)) for row in sheet["rows"]],
                }
                for sheet in sheets
            },
        }
        return json.dumps(content, ensure_ascii=False, indent=2)

    @api.model
    def _as_workbook(self, sheets):
        buffer = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(buffer, options) as book:
            bold = book.add_format({"bold": True, "bottom": 1})
            for number, sheet in enumerate(sheets, 1):
                page = book.add_worksheet(self._sheet_name(number, sheet["name"]))
                for column, title in enumerate(sheet["columns"]):
                    page.write_string(0, column, title, bold)
                    page.set_column(column, column, 26)
                for line, row in enumerate(sheet["rows"], 1):
                    for column, value in enumerate(row):
                        page.write(line, column, masks.defused(value))
        return buffer.getvalue()

    @api.model
    def _sheet_name(self, number, name):
        """At most 31 characters, none of those a workbook refuses, different from all others."""
        kept = "".join(char for char in name if char not in "[]:*?/\\'")
        return f"{number} {kept}"[:31]
