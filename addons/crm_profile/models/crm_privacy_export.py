from odoo import api, models

from ..domain import masks

FACT = "crm.profile.fact"
CONTACT = (
    "email",
    "email_normalized",
    "email_formatted",
    "phone",
    "phone_sanitized",
    "mobile",
    "street",
    "street2",
    "vat",
)
# Pages that show facts as they read, whatever model they hang on.
PAGES = ("profile_html", "left_html", "right_html", "held_html")


class CrmPrivacy(models.AbstractModel):
    """What is hidden when somebody exports who may not export personal data."""

    _inherit = "crm.privacy"

    @api.model
    def _export_masks(self, records, paths):
        """Which columns of an export are masked.

        :param paths: the exported fields, as ``export_data`` gets them
        :return: {column number: path to the fact whose value it is, None for anything else that is masked}
        """
        if not any(self._may_need_mask(records, path) for path in paths):
            return {}
        ours = self._privacy_models()
        found = {}
        for number, path in enumerate(paths):
            masked, fact = self._mask_of(records, path.split("/"), ours)
            if masked:
                found[number] = fact
        return found

    @api.model
    def _may_need_mask(self, records, path):
        """Quickly: whether the export may concern the suite at all; exports of all other models pass untouched."""
        return records._original_module in self._suite_modules_sudo() or "/" in path or path in PAGES

    @api.model
    def _mask_of(self, root, steps, ours):
        """(whether the column is masked, path to the fact it belongs to)"""
        model, walked = root, []
        for step in steps:
            field = model._fields.get(step)
            if field is None:
                return False, None
            if self._tells(root, model, step, ours):
                return True, "/".join(walked) if model._name == FACT else None
            walked.append(step)
            if not field.comodel_name:
                return False, None
            model = self.env[field.comodel_name]
        return False, None

    @api.model
    def _tells(self, root, model, name, ours):
        """Whether field ``name`` of ``model`` is hidden in an export of ``root``."""
        if name in PAGES:
            return True
        if model._name == FACT and name.startswith(("value_", "option_id")) and name != "value_type":
            return True
        # a report is no register of its own, but shows what others hide
        settings = ours.get(model._name) or getattr(model, "_privacy", None) or {}
        if name in settings.get("mask", ()):
            return True
        suite = root._name in ours or root._original_module in self._suite_modules_sudo()
        if not suite:
            return False
        if model._name in ("res.partner", "res.users"):
            return name in CONTACT
        return model._name in ours and name.endswith(("email", "phone")) and model._fields[name].type == "char"

    @api.model
    def _masked_export(self, hidden, paths, export):
        """Export with the columns ``hidden`` masked; each fact's sensitivity is exported along, and left out again.

        :param hidden: as :meth:`_export_masks` returns it
        :param export: the export of the model itself
        """
        prefixes = sorted({prefix for prefix in hidden.values() if prefix is not None})
        extra = [f"{prefix}/sensitivity" if prefix else "sensitivity" for prefix in prefixes]
        places = {prefix: len(paths) + number for number, prefix in enumerate(prefixes)}
        normal = dict(self.env[FACT]._fields["sensitivity"]._description_selection(self.env))["normal"]
        rows = []
        for row in export([*paths, *extra])["datas"]:
            shown = list(row[: len(paths)])
            for number, prefix in hidden.items():
                secret = paths[number].rpartition("/")[2] in PAGES
                secret |= prefix is not None and row[places[prefix]] not in (normal, "normal")
                shown[number] = (
                    (masks.SECRET if shown[number] not in ("", False, None) else "")
                    if secret
                    else (masks.shape(shown[number]))
                )
            rows.append(shown)
        return {"datas": rows}

    @api.model
    def _without_formulas(self, result):
        """The result of an export of which no text is taken for a formula: customers and the web wrote some of them."""
        rows = [[masks.defused(cell) if isinstance(cell, str) else cell for cell in row] for row in result["datas"]]
        return {**result, "datas": rows}
