from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# Programs run with all rights: by a filter on these, whom it finds would tell what is hidden from its reader.
HIDDEN_MODELS = frozenset(
    {"crm.profile.conflict", "crm.profile.fact", "crm.profile.intake", "crm.segment.member", "survey.user_input.line"}
)
# These lead to the facts that are for everybody only.
OPEN_FIELDS = frozenset({"profile_fact_ids"})


class CrmSurveyFilterMixin(models.AbstractModel):
    """A filter of customers, written by a person and read by a job that may see everything."""

    _name = "crm.survey.filter.mixin"
    _description = "Filter of customers to be asked"

    partner_domain = fields.Char(string="Customers", default="[]")

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        # Constraints are checked as superuser; who writes the filter is asked what they may see.
        partners = self.env(su=False)["res.partner"]
        for record in self:
            try:
                domain = record._get_own_domain()
                domain.validate(partners)
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "The filter of “%(program)s” cannot be used: %(error)s",
                        program=record.display_name,
                        error=error,
                    )
                ) from error
            if hidden := next(self._find_hidden(partners, domain), None):
                raise ValidationError(
                    self.env._(
                        "The filter of “%(program)s” must not use “%(field)s”: whoever reads the invitations would "
                        "learn what is not for everybody.",
                        program=record.display_name,
                        field=hidden,
                    )
                )

    def _get_own_domain(self):
        """Return a fresh domain of the filter as it was written."""
        self.ensure_one()
        return Domain(literal_eval(self.partner_domain or "[]"))

    @api.model
    def _get_hidden_models(self):
        """Return the names of the models that are not for everybody; bridges add theirs."""
        return HIDDEN_MODELS

    @api.model
    def _find_hidden(self, model, domain):
        """Yield the conditions of a domain on ``model`` that use what its user may not see, or not everybody may."""
        for condition in domain.iter_conditions():
            reached, allowed = model, True
            for name in condition.field_expr.split("."):
                field = reached._fields.get(name)
                if field is None:  # a part of a date
                    break
                allowed = allowed and reached._has_field_access(field, "read")
                if field.relational:
                    reached = model.env[field.comodel_name]
                    hidden = reached._name in self._get_hidden_models() and name not in OPEN_FIELDS
                    allowed = allowed and reached.has_access("read") and not hidden
            if not allowed or (reached._name == "crm.segment" and self._is_confidential(condition)):
                yield condition.field_expr
            elif condition.operator in ("any", "not any", "any!", "not any!"):
                yield from self._find_hidden(reached, Domain(condition.value))

    @api.model
    def _is_confidential(self, condition):
        """Whether a condition on segments may be about a confidential one; sudo in the search: whoever asks."""
        values = condition.value if isinstance(condition.value, (list, tuple, set, frozenset)) else [condition.value]
        values = [value for value in values if value is not False]
        if condition.operator not in ("in", "not in", "=", "!=") or not all(isinstance(v, int) for v in values):
            return True
        return self._has_confidential_sudo(values)

    @api.model
    def _has_confidential_sudo(self, segment_ids):
        """Whether one of these segments is confidential; sudo: the user may not see that there is one."""
        domain = Domain("id", "in", segment_ids) & Domain("is_confidential", "=", True)
        return bool(self.env["crm.segment"].sudo().with_context(active_test=False).search_count(domain, limit=1))
