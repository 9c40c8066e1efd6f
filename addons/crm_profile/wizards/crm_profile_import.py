from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..domain import profile_file, tabular
from ..engine.profile_import import ProfileImport
from ..engine.profile_messages import field_label, line_message


class CrmProfileImport(models.TransientModel):
    """Imports profiles: choose the file, check the columns, see what would happen, import."""

    _name = "crm.profile.import"
    _inherit = "crm.table.import.columns.mixin"
    _description = "Import Profiles"

    file = fields.Binary("File of Profiles")
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
    column_ids = fields.One2many("crm.profile.import.column", "import_id", "Columns")
    error_ids = fields.One2many("crm.profile.import.error", "import_id", "Problems")
    created_count = fields.Integer("New Customers", readonly=True)
    updated_count = fields.Integer("Completed Customers", readonly=True)
    fact_count = fields.Integer("Facts", readonly=True)
    queued_count = fields.Integer("To Review", readonly=True)
    rejected_count = fields.Integer("Rejected Lines", readonly=True)
    error_count = fields.Integer("Problems Found", readonly=True)

    def action_read(self):
        """Read the file's headers and guess its columns."""
        self.ensure_one()
        attributes = self._attributes()
        table = self._read_table(attributes)
        by_code = {attribute.code: attribute.id for attribute in self._get_attributes()}
        targets = []
        for target in profile_file.guess_columns(table.headers, attributes):
            is_fact = (target or "").startswith("fact:")
            targets.append(
                {
                    "target": False if is_fact else target,
                    "attribute_id": by_code[target[5:]] if is_fact else False,
                }
            )
        return self._show_columns(table, targets)

    def action_open(self):
        """Open what was imported: the facts, or the queue."""
        name = "crm_profile_intake_action" if self.source == "third_party" else "crm_profile_fact_action"
        return self.env["ir.actions.act_window"]._for_xml_id(f"crm_profile.{name}")

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
        return self._take_apart(lambda headers: profile_file.known_headers(headers, attributes))

    def _columns(self, headers):
        """The target of each column.

        :raise UserError: one is chosen twice, or none tells who the customer is, or there may be no such fact
        """
        self._check_columns(headers)
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
            **self._chosen_reading(),
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
        figures = {
            "created_count": result.created,
            "updated_count": result.updated,
            "fact_count": result.facts,
            "queued_count": result.queued,
            "error_count": len(result.errors),
        }
        self.rejected_count = self._keep_result(table, result.errors, figures)

    def _problem(self, error):
        attributes = {attribute.code: attribute for attribute in self.column_ids.attribute_id}
        attribute = attributes.get(error.field[5:])
        if attribute and attribute.sensitivity == "restricted" and "value" in error.params:
            error.params["value"] = "…"  # the wizard's lines are no place for restricted values
        names = {code: attribute.name for code, attribute in attributes.items()}
        return field_label(self.env, error.field, names), line_message(self.env, error)
