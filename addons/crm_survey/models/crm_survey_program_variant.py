from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..domain import lines
from ..domain.names import CUSTOMER_TYPES


class CrmSurveyProgramVariant(models.Model):
    """Another questionnaire for some customers of a program; the first line that fits counts."""

    _name = "crm.survey.program.variant"
    _description = "Questionnaire for some customers of a survey program"
    _inherit = ["crm.survey.program.line.mixin"]

    survey_id = fields.Many2one(
        "survey.survey", required=True, ondelete="restrict", index=True, domain=[("survey_type", "in", CUSTOMER_TYPES)]
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        help="Only customers of this language. Empty: of any; a questionnaire is shown in the customer's own language "
        "when it is translated.",
    )

    @api.constrains("survey_id")
    def _check_survey(self):
        for variant in self:
            if variant.survey_id.survey_type not in CUSTOMER_TYPES:
                raise ValidationError(self.env._("A program asks with a customer survey."))

    def _as_line(self, partners):
        return replace(super()._as_line(partners), lang=self.lang or "")


class CrmSurveyProgram(models.Model):
    """Which questionnaire a customer gets."""

    _inherit = "crm.survey.program"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    variant_ids = fields.One2many("crm.survey.program.variant", "program_id", string="Other questionnaires", copy=True)

    @api.model
    def _read_customers_sudo(self, partners):
        """Return {partner id: :class:`lines.Customer`} in the current company; a fixed number of queries.

        Sudo: an interviewer asks without being one who reads classes and segments; only the choice comes out of it.
        """
        partners = partners.sudo()
        default = self.env.company.partner_id.lang or self.env.lang
        return {
            partner.id: lines.Customer(
                class_id=partner.lifecycle_value_class_id.id,
                segment_ids=frozenset(partner.lifecycle_segment_ids.ids),
                kind="company" if partner.commercial_partner_id.is_company else "person",
                lang=partner.lang or default,
            )
            for partner in partners
        }

    def _choose_surveys(self, partners):
        """Return {partner id: ``survey.survey``}: of the first line that fits, else the program's own."""
        self.ensure_one()
        chosen = self.variant_ids._choose(partners)
        return {
            partner.id: chosen[partner.id].survey_id if chosen.get(partner.id) else self.survey_id
            for partner in partners
        }

    def _get_surveys(self):
        """Return all questionnaires this program may ask with."""
        return self.survey_id | self.variant_ids.survey_id

    def _check_may_activate(self):
        """:raises UserError: if one of the questionnaires cannot be answered"""
        result = super()._check_may_activate()
        for survey in self.variant_ids.survey_id:
            survey.check_validity()
        return result
