from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..domain import metrics


class SurveyQuestion(models.Model):
    """Standard measures on Odoo's question types, and follow-up questions to a scale."""

    _inherit = "survey.question"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    metric = fields.Selection(
        [
            ("nps", "NPS: would they recommend us, 0 to 10"),
            ("csat", "CSAT: how satisfied are they, 1 to 5"),
            ("ces", "CES: how easy was it, 1 to 7"),
            ("competitor", "Comparison with a competitor, point by point"),
        ],
        index="btree_not_null",
        help="The answers are reported as this measure. It sets the type of the question and its scale.",
    )
    follow_question_id = fields.Many2one(
        "survey.question",
        string="Only after the scale",
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        domain="[('survey_id', '=', survey_id), ('question_type', '=', 'scale'), ('sequence', '<=', sequence)]",
        help="Ask this question only after certain answers to a scale: “why?” after a bad mark, for example.",
    )
    follow_min = fields.Integer(string="Answers from")
    follow_max = fields.Integer(string="Answers up to", default=6)

    @api.onchange("metric")
    def _onchange_metric(self):
        """Show at once what saving sets."""
        self.update(self._prepare_metric_vals(self.metric))

    @api.constrains("metric", "question_type", "scale_min", "scale_max")
    def _check_metric(self):
        for question in self.filtered("metric"):
            if not metrics.fits(question.metric, question.question_type, question.scale_min, question.scale_max):
                measures = dict(self._fields["metric"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "“%(question)s” does not have the scale of its measure (%(measure)s).",
                        question=question.title,
                        measure=measures[question.metric],
                    )
                )

    @api.constrains("follow_question_id", "follow_min", "follow_max", "sequence", "survey_id")
    def _check_follow_question(self):
        for question in self.filtered("follow_question_id"):
            scale = question.follow_question_id
            order = (scale.sequence, scale.id) < (question.sequence, question.id)
            if scale.survey_id != question.survey_id or scale.question_type != "scale" or not order:
                raise ValidationError(
                    self.env._(
                        "“%(question)s” can only follow a scale that is asked before it.", question=question.title
                    )
                )
            if question.follow_min > question.follow_max:
                raise ValidationError(
                    self.env._("“%(question)s”: the first answer must not be above the last.", question=question.title)
                )
        self.survey_id._check_follow_layout()

    @api.model_create_multi
    def create(self, vals_list):
        """Complete a measure with its question type, scale and labels."""
        return super().create([{**self._prepare_metric_vals(vals.get("metric")), **vals} for vals in vals_list])

    def write(self, vals):
        """Set what belongs to a measure, and keep the scale on which answers were given.

        :raises UserError: when answers were already given on another scale
        """
        if vals.get("metric"):
            vals = {**self._prepare_metric_vals(vals["metric"], labels=False), **vals}
        moved = self.filtered(
            lambda q: any(name in vals and q[name] != vals[name] for name in ("scale_min", "scale_max"))
        )
        if moved.filtered(lambda q: q.question_type == "scale")._filter_answered():
            raise UserError(self.env._("Answered questions keep their scale: archive the question and add a new one."))
        return super().write(vals)

    def copy(self, default=None):
        """A copy beside its original follows the same scale."""
        copies = super().copy(default)
        for old, new in zip(self, copies, strict=True):
            if old.follow_question_id and new.survey_id == old.survey_id:
                new.follow_question_id = old.follow_question_id
        return copies

    @api.model
    def _prepare_metric_vals(self, metric, labels=True):
        """Return the values a question needs to ask ``metric`` (falsy: nothing)."""
        if not metric:
            return {}
        vals = {"question_type": metrics.question_type(metric)}
        if metric in metrics.SCALES:
            vals["scale_min"], vals["scale_max"] = metrics.SCALES[metric]
            if labels:
                vals.update(self._prepare_metric_labels(metric))
        return vals

    @api.model
    def _prepare_metric_labels(self, metric):
        low, high = {
            "nps": (self.env._("Not at all likely"), self.env._("Extremely likely")),
            "csat": (self.env._("Not at all satisfied"), self.env._("Very satisfied")),
            "ces": (self.env._("Very hard"), self.env._("Very easy")),
        }[metric]
        return {"scale_min_label": low, "scale_max_label": high}
