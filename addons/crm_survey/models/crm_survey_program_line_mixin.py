from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..domain import lines


class CrmSurveyProgramLineMixin(models.AbstractModel):
    """A line of a program that is for some customers only: a questionnaire, or a quota."""

    _name = "crm.survey.program.line.mixin"
    _description = "Line of a survey program"
    _order = "program_id, sequence, id"
    _check_company_auto = True

    program_id = fields.Many2one("crm.survey.program", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    value_class_ids = fields.Many2many(
        "crm.value.class", string="Value classes", check_company=True, help="Empty: of any class."
    )
    segment_ids = fields.Many2many(
        "crm.segment",
        string="Segments",
        domain="[('is_confidential', '=', False), ('company_id', '=', company_id)]",
        check_company=True,
        help="Empty: in any segment or none.",
    )
    customer_kind = fields.Selection([("person", "Persons"), ("company", "Companies")], string="Only")

    @api.constrains("segment_ids")
    def _check_segments(self):
        """Who reads the program's invitations sees whom a line takes: it must not be a confidential segment."""
        for segment in self.segment_ids.filtered("is_confidential"):
            raise ValidationError(
                self.env._("“%(name)s” is confidential: no survey program is made of it.", name=segment.name)
            )

    def _as_line(self, partners):
        """Return this line as a value for the decision.

        :param partners: the customers it will be decided about
        """
        self.ensure_one()
        return lines.Line(
            id=self.id,
            class_ids=frozenset(self.value_class_ids.ids),
            segment_ids=frozenset(self.segment_ids.ids),
            kind=self.customer_kind or "",
        )

    def _choose(self, partners):
        """Return {partner id: the first of these lines that fits, or none}; a fixed number of queries a line."""
        by_id = {line.id: line for line in self}
        wanted = [line._as_line(partners) for line in self]
        customers = self.env["crm.survey.program"]._read_customers_sudo(partners) if self else {}
        return {
            partner_id: by_id.get(lines.first_line(wanted, customer, partner_id), self.browse())
            for partner_id, customer in customers.items()
        }
