import json

from odoo.addons.web.controllers.export import CSVExport, ExcelExport
from odoo.http import request


def ungrouped(data):
    """An export without groups for who may not export it as it is: titles and sums of groups would tell values.

    :param data: parameters of the export, as JSON
    :return: the same, perhaps without groups
    """
    params = json.loads(data)
    groups = [name.partition(":")[0].replace(".", "/") for name in params.get("groupby") or ()]
    if not groups or params.get("model") not in request.env or request.env.user.has_group("crm_profile.group_export"):
        return data
    model = request.env[params["model"]]
    if model._name != "crm.profile.fact" and not request.env["crm.privacy"]._export_masks(model, groups):
        return data
    return json.dumps({**params, "groupby": []})


class MaskedExcelExport(ExcelExport):
    def base(self, data):
        return super().base(ungrouped(data))


class MaskedCSVExport(CSVExport):
    def base(self, data):
        return super().base(ungrouped(data))
