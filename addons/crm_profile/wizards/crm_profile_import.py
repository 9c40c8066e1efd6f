import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..domain import profile_file, tabular
from ..engine.profile_import import ProfileImport
from ..engine.profile_messages import field_label, file_message, line_message

SHOWN_ERRORS = 100


class CrmProfileImport(models.TransientModel):
    """Imports profiles: choose the file, check the columns, see what would happen, import."""

    _name = "crm.profile.import"
    _description = "Import Profiles"

    state = fields.Selection(
        [("file", "File"), ("columns", "Columns"), ("check", "Check"), ("done", "Done")], default="file", required=True
    )
    file = fields.Binary("File of Profiles", attachment=False)
    filename = fields.Char()
    source = fields.Selection(
        [
            ("import", "Our own records"),
            ("partner", "Filled in by the customers"),
            ("employee", "Noted by a colleague"),
            ("third_party", "Bought or found: to be reviewed first"),
        ],
        "What It Is",
        required=True,
        default="import",
    )
    source_ref = fields.Char("Where From", help="Kept with each fact. Empty: the name of the file.")
    create_partners = fields.Boolean("Create missing customers", default=True)
    other_name = fields.Selection(
        [
            ("report", "Report the line"),
            ("same", "It is the same contact"),
            ("new", "Make a new contact"),
        ],
        "Same E-mail or Phone, Another Name",
        required=True,
        default="report",
        help="Families and offices share them.",
    )
    number_format = fields.Selection(
        [("auto", "Find out"), ("point", "1,234.56"), ("comma", "1.234,56")], default="auto", required=True
    )
    date_order = fields.Selection(
        [("auto", "Find out"), ("day", "Day first (31/12/2024)"), ("month", "Month first (12/31/2024)")],
        default="auto",
        required=True,
    )
    column_ids = fields.One2many("crm.profile.import.column", "import_id", "Columns")
    error_ids = fields.One2many("crm.profile.import.error", "import_id", "Problems")
    line_count = fields.Integer("Lines", readonly=True)
    created_count = fields.Integer("New Customers", readonly=True)
    updated_count = fields.Integer("Completed Customers", readonly=True)
    fact_count = fields.Integer("Facts", readonly=True)
    queued_count = fields.Integer("To Review", readonly=True)
    rejected_count = fields.Integer("Rejected Lines", readonly=True)
    error_count = fields.Integer("Problems Found", readonly=True)
    rejected_file = fields.Binary("Rejected", attachment=False, readonly=True)
    rejected_name = fields.Char(readonly=True)

    def action_read(self):
        """Read the file's headers and guess its columns."""
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose a CSV or Excel file first."))
        attributes = self._attributes()
        table = self._read_table(attributes)
        by_code = {attribute.code: attribute.id for attribute in self._get_attributes()}
        columns = []
        for index, (header, target) in enumerate(
            zip(table.headers, profile_file.guess_columns(table.headers, attributes), strict=True)
        ):
            sample = [tabular.cell_text(cells[index]) for _line, cells in table.rows[:20] if index < len(cells)]
            is_fact = (target or "").startswith("fact:")
            columns.append(
                {
                    "sequence": index,
                    "name": header,
                    "sample": " · ".join([text for text in sample if text][:3])[:120],
                    "target": False if is_fact else target,
                    "attribute_id": by_code[target[5:]] if is_fact else False,
                }
            )
        commands = [fields.Command.clear(), *(fields.Command.create(vals) for vals in columns)]
        self.write({"state": "columns", "line_count": table.line_count, "column_ids": commands})
        return self._reopen()

    def action_check(self):
        """Tell what an import would do, and keep nothing of it."""
        self._run(dry_run=True)
        self.state = "check"
        return self._reopen()

    def action_import(self):
        """Import the good lines; the others come back as a file with their reasons."""
        self._run(dry_run=False)
        self.state = "done"
        return self._reopen()

    def action_back(self):
        """Go back one step."""
        self.ensure_one()
        self.state = "columns" if self.state == "check" else "file"
        return self._reopen()

    def action_open(self):
        """Open what was imported: the facts, or the queue."""
        name = "crm_profile_intake_action" if self.source == "third_party" else "crm_profile_fact_action"
        return self.env["ir.actions.act_window"]._for_xml_id(f"crm_profile.{name}")

    def action_download_rejected(self):
        """Download the rejected lines with their reasons."""
        self.ensure_one()
        url = f"/web/content/{self._name}/{self.id}/rejected_file/{self.rejected_name}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def _get_attributes(self):
        """The attributes this user may import: restricted ones only if he may see such facts."""
        all_of_them = self.env.user.has_group("crm_profile.group_restricted")
        domain = Domain.TRUE if all_of_them else Domain("sensitivity", "=", "normal")
        return self.env["crm.profile.attribute"].search(domain)

    def _attributes(self):
        """{code, or plain name in any installed language: code}"""
        attributes, found = self._get_attributes(), {}
        for language, _name in self.env["res.lang"].get_installed():
            for attribute in attributes.with_context(lang=language):
                found.setdefault(tabular.plain(attribute.name), attribute.code)
        found.update({tabular.plain(attribute.code): attribute.code for attribute in attributes})
        return found

    def _read_table(self, attributes):
        try:
            return tabular.read_table(
                base64.b64decode(self.with_context(bin_size=False).file),
                lambda headers: profile_file.known_headers(headers, attributes),
            )
        except tabular.TableError as error:
            raise UserError(file_message(self.env, error)) from error

    def _columns(self, headers):
        """The target of each column.

        :raise UserError: one is chosen twice, or none tells who the customer is, or there may be no such fact
        """
        if len(self.column_ids) != len(headers):
            raise UserError(self.env._("The file has changed. Go back and read it again."))
        targets = [column._target() for column in self.column_ids.sorted("sequence")]
        names = {attribute.code: attribute.name for attribute in self.column_ids.attribute_id}
        for target in targets:
            if target and targets.count(target) > 1:
                label = field_label(self.env, target, names)
                raise UserError(self.env._("Two columns are taken for “%(field)s”. Keep one.", field=label))
        if not set(targets) & set(profile_file.KEYS):
            raise UserError(self.env._("Tell which column is the customer code, the name, the e-mail or the phone."))
        if forbidden := self.column_ids.attribute_id - self._get_attributes():
            raise UserError(self.env._("You may not import “%(name)s”.", name=forbidden[0].name))
        return targets

    def _run(self, dry_run):
        self.ensure_one()
        self.env["res.partner"].check_access("create" if self.create_partners else "write")
        table = self._read_table(self._attributes())
        columns = self._columns(table.headers)
        attributes = self.column_ids.attribute_id
        options = attributes._option_codes()
        specs = {f"fact:{a.code}": profile_file.Spec(a.value_type, options[a.id]) for a in attributes}
        readings = profile_file.sniff_readings(
            table,
            columns,
            specs,
            decimal={"point": ".", "comma": ","}.get(self.number_format),
            day_first={"day": True, "month": False}.get(self.date_order),
            default_decimal=self.env["res.lang"]._get_data(code=self.env.lang or "en_US").decimal_point or ".",
        )
        rows, errors = profile_file.clean_table(table, columns, specs, fields.Date.context_today(self), readings)
        importer = ProfileImport(
            self.env,
            self.source,
            self.source_ref or self.filename or self.env._("Import"),
            create=self.create_partners,
            other_name=self.other_name,
        )
        self._show(table, importer.run(rows, errors, dry_run))

    def _show(self, table, result):
        """Keep the figures, the first problems and the file of rejected lines."""
        names = {attribute.code: attribute.name for attribute in self.column_ids.attribute_id}
        restricted = self.column_ids.attribute_id.filtered(lambda a: a.sensitivity == "restricted").mapped("code")
        reasons, problems = {}, []
        for error in result.errors:
            if error.field[5:] in restricted and "value" in error.params:
                error.params["value"] = "…"  # the wizard's lines are no place for restricted values
            label, message = field_label(self.env, error.field, names), line_message(self.env, error)
            reasons.setdefault(error.line, []).append(f"{label}: {message}" if label else message)
            if len(problems) < SHOWN_ERRORS:
                problems.append({"line": error.line, "field_label": label, "message": message})
        rejected = False
        if reasons:
            texts = {line: " ".join(found) for line, found in reasons.items()}
            labels = (self.env._("Line"), self.env._("Reason"))
            rejected = base64.b64encode(tabular.rejected_file(table, texts, labels))
        self.write(
            {
                "line_count": table.line_count,
                "created_count": result.created,
                "updated_count": result.updated,
                "fact_count": result.facts,
                "queued_count": result.queued,
                "rejected_count": len(reasons),
                "error_count": len(result.errors),
                "error_ids": [fields.Command.clear(), *(fields.Command.create(vals) for vals in problems)],
                "rejected_file": rejected,
                "rejected_name": self.env._("rejected.csv"),
            }
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Profiles"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
