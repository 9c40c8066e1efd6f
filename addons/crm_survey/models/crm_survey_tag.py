from odoo import api, fields, models

from .survey_question import make_code


class CrmSurveyTag(models.Model):
    """A code of the frame by which the words of customers are sorted."""

    _name = "crm.survey.tag"
    _description = "Code of verbatims"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False, help="Stable name of the code, in exports and between languages.")
    description = fields.Text(translate=True, help="What belongs here and what does not: two people shall code alike.")
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code) WHERE code IS NOT NULL", "Two codes cannot have the same name.")

    @api.model_create_multi
    def create(self, vals_list):
        taken = set(self.with_context(active_test=False).search([("code", "!=", False)]).mapped("code"))
        for vals in vals_list:
            if not vals.get("code"):
                vals["code"] = make_code(vals.get("name"), taken, "tag")
            taken.add(vals["code"])
        return super().create(vals_list)
