"""What a condition reaches that not every reader of its result may see."""

from odoo.fields import Domain

READER = "sales_team.group_sale_salesman"


class Reach:
    """Walks the paths of conditions, from field to field and model to model.

    A plain salesperson is the measure: a field or model closed to the salesperson, or a model with a record rule that
    names a group protecting personal data, is restricted. Record rules such as "own documents only" are not: they
    share out work, and segments count everybody's purchases anyhow.

    :param env: any environment; access rights are read as superuser
    :param author: ``res.users`` with whose rights the conditions are read: what is hidden from the author as well
        cannot be told by the result
    :param secret: dict xml id → id of the groups that protect personal data
    :param open_fields: names (model.field) of relations whose own condition leaves restricted records out
    """

    def __init__(self, env, author, secret, open_fields=()):
        self.open_fields = open_fields
        self.env = env(su=True)
        self.author = author.sudo()
        self.secret = {name: group for name, group in secret.items() if self.holds(name)}
        self.plain = set(self.env.ref(READER).all_implied_ids.ids)

    def holds(self, group):
        """Tell whether the author is in a group, or the system itself, for whom no rule holds."""
        return self.author._is_superuser() or self.author.has_group(group)

    def of(self, model, domain):
        """Tell whether ``domain`` (a list) on ``model`` reaches something restricted."""
        return any(self._condition(model, condition) for condition in Domain(domain).iter_conditions())

    def _condition(self, model, condition):
        for name in condition.field_expr.split("."):
            field = self.env[model]._fields.get(name)
            if field is None:
                return False  # part of a date, or a property: of the field before
            if self._closed(field) or self._leads_to_secrets(field):
                return True
            model = field.comodel_name or model
        below = condition.operator.removesuffix("!") in ("any", "not any") and condition.value
        return bool(below) and isinstance(below, Domain | list | tuple) and self.of(model, below)

    def _closed(self, field):
        """Tell whether a plain salesperson may not read a field."""
        if not field.groups:
            return False
        readers = {self.env["ir.model.data"]._xmlid_to_res_id(name.strip()) for name in field.groups.split(",")}
        return not readers & self.plain

    def _leads_to_secrets(self, field):
        is_open = not field.comodel_name or f"{field.model_name}.{field.name}" in self.open_fields
        return not is_open and self._restricted(field.comodel_name)

    def _restricted(self, model):
        """Tell whether a plain salesperson may read no record of a model, or not all for the sake of personal data."""
        lines = self.env["ir.model.access"].search([("model_id.model", "=", model), ("perm_read", "=", True)])
        if not any(not line.group_id or line.group_id.id in self.plain for line in lines):
            return True
        rules = self.env["ir.rule"].search([("model_id.model", "=", model), ("perm_read", "=", True)])
        groups = set(self.secret.values())
        return any(
            groups & set(rule.groups.ids) or any(name in (rule.domain_force or "") for name in self.secret)
            for rule in rules
        )
