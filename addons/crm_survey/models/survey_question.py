import re
import unicodedata

from odoo import api, fields, models
from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..domain.names import CUSTOMER_TYPES


def make_code(title, taken, fallback):
    """Return a short code of a title that is not in ``taken``: ASCII, lower case, words joined by underscores."""
    plain = unicodedata.normalize("NFKD", (title or "").replace("đ", "d").replace("Đ", "D"))
    base = re.sub(r"[^a-z0-9]+", "_", plain.encode("ascii", "ignore").decode().lower()).strip("_")[:40].strip("_")
    base = base or fallback
    code, number = base, 2
    while code in taken:
        code, number = f"{base}_{number}", number + 1
    return code


def filter_shipped(records):
    """Return those of ``records`` that data files know, unless their addon is just being uninstalled."""
    if records.env.context.get(MODULE_UNINSTALL_FLAG):
        return records.browse()
    shipped = records._get_external_ids()
    return records.filtered(lambda r: any(not xid.startswith("__") for xid in shipped.get(r.id, ())))


class SurveyQuestion(models.Model):
    """Questions with a stable code, whose answers go where they belong and are never lost."""

    _inherit = "survey.question"

    active = fields.Boolean(default=True, help="An answered question is archived, never deleted: its answers stay.")
    code = fields.Char(
        help="Stable name of the question: answers of different waves and languages are compared by it."
    )
    target_kind = fields.Selection(
        [
            ("attribute", "Profile fact"),
            ("partner", "Contact field"),
            ("lead", "Lead field"),
            ("competitor", "Competitor comparison"),
            ("churn", "Churn interview"),
        ],
        string="The answer goes to",
        help="Where a customer's answer is recorded beside the answer itself.",
    )
    target_attribute_id = fields.Many2one("crm.profile.attribute", string="Fact", ondelete="restrict")
    target_partner_field_id = fields.Many2one(
        "ir.model.fields",
        string="Contact field",
        ondelete="cascade",
        domain=lambda self: self.env["crm.survey.answer.target.partner"]._get_field_domain(),
    )
    target_lead_field_id = fields.Many2one(
        "ir.model.fields",
        string="Lead field",
        ondelete="cascade",
        domain=lambda self: self.env["crm.survey.answer.target.lead"]._get_field_domain(),
    )
    target_churn = fields.Selection(
        [
            ("primary_reason_id", "First reason"),
            ("secondary_reason_id", "Second reason"),
            ("relationship_caused", "Caused by our relationship (yes/no)"),
            ("competitor_id", "Competitor"),
            ("comparison", "Comparison with the competitor"),
            ("customer_note", "In the customer's words"),
            ("bring_back", "What would bring them back"),
            ("win_back_chance", "Chance to win back (none, low, medium, high)"),
        ],
        string="Churn field",
    )
    is_restricted = fields.Boolean(
        compute="_compute_is_restricted",
        store=True,
        help="The answer is a restricted fact: only those who may see restricted facts see it.",
    )

    _code_unique = models.UniqueIndex(
        "(survey_id, code) WHERE code IS NOT NULL", "Two questions of one survey cannot have the same code."
    )

    @api.depends("target_kind", "target_attribute_id.sensitivity")
    def _compute_is_restricted(self):
        for question in self:
            question.is_restricted = (
                question.target_kind == "attribute" and question.target_attribute_id.sensitivity == "restricted"
            )

    @api.constrains("target_kind", "target_attribute_id", "survey_id")
    def _check_restricted_target(self):
        for question in self:
            if question.is_restricted and question.survey_id.survey_type not in CUSTOMER_TYPES:
                raise ValidationError(
                    self.env._(
                        "“%(question)s” asks for a restricted fact: this is only possible in customer surveys, "
                        "whose answers are never copied elsewhere.",
                        question=question.title,
                    )
                )

    @api.constrains("target_kind", "target_partner_field_id", "target_lead_field_id")
    def _check_target_fields(self):
        """Respondents are strangers with a link: they reach only the fields each handler allows."""
        for question in self:
            for kind, field in (
                ("partner", question.target_partner_field_id),
                ("lead", question.target_lead_field_id),
            ):
                if field and field.name not in self.env[f"crm.survey.answer.target.{kind}"]._get_allowed_fields():
                    raise ValidationError(
                        self.env._("Answers cannot be written to the field “%(field)s”.", field=field.field_description)
                    )

    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create(vals_list)
        questions._fill_codes()
        return questions

    def write(self, vals):
        if "question_type" in vals:
            changed = self.filtered(lambda q: q.question_type != vals["question_type"])
            if changed._filter_answered():
                raise UserError(
                    self.env._("Answered questions keep their type: archive the question and add a new one.")
                )
        restricted = self.filtered("is_restricted")
        result = super().write(vals)
        restricted.filtered(lambda q: not q.is_restricted)._check_may_disclose()
        return result

    def _check_may_disclose(self):
        """:raises AccessError: given answers would become visible to the user, who may not see restricted facts"""
        if self.env.su or self.env.user.has_group("crm_profile.group_restricted"):
            return
        for question in self._filter_answered():
            raise AccessError(
                self.env._(
                    "“%(question)s” was answered as a restricted fact: only who may see those may change where its "
                    "answers go.",
                    question=question.title,
                )
            )

    def copy(self, default=None):
        """A copy beside its original gets a code of its own."""
        return super().copy({"code": False, **(default or {})})

    def unlink(self):
        """Delete what was never answered and archive the rest (questions of customer surveys).

        Shipped questions are archived, too: the next update would bring back those it does not find.
        """
        customer = self.filtered(lambda q: q.survey_id.survey_type in CUSTOMER_TYPES)
        kept = customer._filter_answered() | customer._filter_shipped()
        kept.write({"active": False})
        return super(SurveyQuestion, self - kept).unlink()

    def _filter_shipped(self):
        """Return those of ``self`` that come with an addon, unless that addon is just being uninstalled."""
        return filter_shipped(self)

    def _fill_codes(self):
        """Give questions and labels of customer surveys a code where none was given."""
        for survey, questions in self.grouped("survey_id").items():
            if survey.survey_type not in CUSTOMER_TYPES:
                continue
            taken = set(survey.with_context(active_test=False).question_and_page_ids.mapped("code"))
            for question in questions.filtered(lambda q: not q.code and not q.is_page):
                question.code = make_code(question.title, taken, "question")
                taken.add(question.code)

    def _filter_answered(self):
        """Return those of ``self`` that anyone answered or skipped."""
        if not self.ids:
            return self.browse()
        groups = self.env["survey.user_input.line"].sudo()._read_group(
            Domain("question_id", "in", self.ids), ["question_id"]
        )
        return self.browse(question.id for (question,) in groups)
