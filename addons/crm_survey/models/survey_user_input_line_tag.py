from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain import aapor
from ..domain.names import CUSTOMER_TYPES
from ..domain.suppression import VERBATIMS_FROM


class SurveyUserInputLine(models.Model):
    """What a customer wrote is sorted by codes; the words themselves are never changed."""

    _inherit = "survey.user_input.line"  # pylint: disable=consider-merging-classes-inherited  # a file for each

    tag_ids = fields.Many2many(
        "crm.survey.tag", "crm_survey_tag_line_rel", "line_id", "tag_id", string="Codes", copy=False
    )
    verbatim = fields.Text(compute="_compute_verbatim", string="In their words")

    @api.depends("value_text_box", "value_char_box")
    def _compute_verbatim(self):
        for line in self:
            line.verbatim = line.value_text_box or line.value_char_box

    def write(self, vals):
        """Nobody but the customer changes an answer; people sort it.

        :raises AccessError: for anything but the codes of a customer's answer
        """
        if not self.env.su and vals.keys() - {"tag_ids"}:
            if self.sudo().filtered(lambda line: line.survey_id.survey_type in CUSTOMER_TYPES):
                raise AccessError(self.env._("Customers' answers are not changed; sort them by codes instead."))
        return super().write(vals)

    @api.model
    def _get_verbatim_domain(self):
        """Return a fresh domain of what customers wrote who are done, where enough of a program's customers did."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT i.program_id, l.question_id
                     FROM survey_user_input_line l
                     JOIN survey_user_input u ON u.id = l.user_input_id
                     JOIN crm_survey_invitation i ON i.id = u.crm_invitation_id
                    WHERE l.answer_type IN ('text_box', 'char_box') AND i.company_id IN %s
                      AND i.final_disposition IN %s AND u.quality_state IS DISTINCT FROM 'set_aside'
                      AND NOT COALESCE(l.skipped, false) AND NOT COALESCE(u.test_entry, false)
                 GROUP BY 1, 2 HAVING count(DISTINCT u.id) >= %s""",
                tuple(self.env.companies.ids),
                aapor.FINISHED,
                VERBATIMS_FROM,
            )
        )
        questions = {}
        for program, question in rows:
            questions.setdefault(program, []).append(question)
        enough = Domain.OR(
            Domain("user_input_id.crm_invitation_id.program_id", "=", program) & Domain("question_id", "in", ids)
            for program, ids in questions.items()
        )
        return (
            Domain("answer_type", "in", ("text_box", "char_box"))
            & Domain("skipped", "=", False)
            & Domain("user_input_id.test_entry", "=", False)
            & Domain("user_input_id.quality_state", "!=", "set_aside")
            & Domain("user_input_id.crm_invitation_id.final_disposition", "in", aapor.FINISHED)
            & enough
        )

    @api.model
    def action_code_verbatims(self):
        """Open the list in which verbatims are coded."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_survey.survey_user_input_line_action_code")
        return {**action, "domain": list(self._get_verbatim_domain())}
