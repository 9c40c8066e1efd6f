import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..domain import tabular
from ..engine.profile_messages import file_message

SHOWN_ERRORS = 100


class CrmTableImportMixin(models.AbstractModel):
    """A wizard that imports a CSV or Excel file: see what would happen, then import; bad lines come back as a file.

    A wizard that uses it has ``state`` with at least ``file``, ``check`` and ``done``, ``error_ids`` (lines with
    ``line``, ``field_label`` and ``message``), and says how a file is run (:meth:`_run`) and a problem is told
    (:meth:`_problem`).
    """

    _name = "crm.table.import.mixin"
    _description = "Import of a Table"

    file = fields.Binary(attachment=False)
    filename = fields.Char()
    line_count = fields.Integer("Lines", readonly=True)
    rejected_file = fields.Binary("File of Rejected Lines", attachment=False, readonly=True)
    rejected_name = fields.Char(readonly=True)

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

    def action_download_rejected(self):
        """Download the rejected lines with their reasons."""
        self.ensure_one()
        url = f"/web/content/{self._name}/{self.id}/rejected_file/{self.rejected_name}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def _run(self, dry_run):
        """Read the file and import its good lines, or only tell (``dry_run``)."""
        raise NotImplementedError

    def _problem(self, error):
        """The column's label (or "") and the sentence for a :class:`tabular.LineError`."""
        raise NotImplementedError

    def _more_of_problem(self, table, error):
        """Further values of the line in ``error_ids``; meant to be overridden."""
        return {}

    def _take_apart(self, known):
        """The file as :class:`tabular.Table`.

        :param known: function of a list of headers: how many of them the importer knows
        :raise UserError: there is no file, or it is none that can be read
        """
        if not self.file:
            raise UserError(self.env._("Choose a CSV or Excel file first."))
        try:
            return tabular.read_table(base64.b64decode(self.with_context(bin_size=False).file), known)
        except tabular.TableError as error:
            raise UserError(file_message(self.env, error)) from error

    def _keep_result(self, table, errors, figures):
        """Keep the figures, the first problems and the file of rejected lines.

        :param errors: list of :class:`tabular.LineError`
        :param figures: {field of the wizard: number}
        :return: number of rejected lines
        """
        reasons, problems = {}, []
        for error in sorted(errors, key=lambda error: error.line):
            label, message = self._problem(error)
            reasons.setdefault(error.line, []).append(f"{label}: {message}" if label else message)
            if len(problems) < SHOWN_ERRORS:
                line = {"line": error.line, "field_label": label, "message": message}
                problems.append({**line, **self._more_of_problem(table, error)})
        rejected = False
        if reasons:
            texts = {line: " ".join(found) for line, found in reasons.items()}
            labels = (self.env._("Line"), self.env._("Reason"))
            rejected = base64.b64encode(tabular.rejected_file(table, texts, labels))
        self.write(
            {
                **figures,
                "line_count": table.line_count,
                "error_ids": [fields.Command.clear(), *(fields.Command.create(vals) for vals in problems)],
                "rejected_file": rejected,
                "rejected_name": self.env._("rejected.csv"),
            }
        )
        return len(reasons)

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(self._name).name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
