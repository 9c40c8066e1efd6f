"""Everything a user can ask the suite for: what comes back may not depend on what he may not see.

Rather than looking for a figure in what is shown, everything is asked for twice: before and after the hidden figures
have changed. An answer that differs tells something, be it by a count, an order, a group or an error.
"""

import inspect

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tools import mute_logger

MAGIC = {"create_date", "write_date", "create_uid", "write_uid", "id", "display_name"}
NUMBERS = ("integer", "float", "monetary")
LIMITS = (0, 350)
REFUSED = (AccessError, UserError, MissingError, ValueError, TypeError, KeyError, AttributeError, NotImplementedError)


class Asker:
    """Asks as one user.

    :param env: environment of the user, with the companies chosen
    :param models: names of the models asked
    :param ours: names of the addons whose fields and methods count on models of others
    """

    def __init__(self, env, models, ours):
        self.env = env
        self.models = models
        self.ours = set(ours)

    def ask(self):
        """Return {question: answer}; questions are tuples that begin with the model."""
        found = {}
        with mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.models",
                         "odoo.sql_db", "odoo.domains"):
            for name in self.models:
                model = self.env[name].with_context(active_test=False)
                if not model.has_access("read"):
                    continue
                self.env.invalidate_all()
                for question, look in self._questions(model):
                    found[(name, *question)] = self._answer(look)
        return found

    def _answer(self, look):
        try:
            return look()
        except REFUSED as refusal:
            return type(refusal).__name__

    def _do(self, record, name):
        """Return what a method says, without the numbers of records it has made; nothing of it stays."""
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            answer = self._answer(lambda: getattr(record, name)())
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.transaction.clear()
        if isinstance(answer, dict):
            return repr({key: value for key, value in answer.items() if key != "res_id"})
        return getattr(answer, "_name", repr(answer))

    def _fields(self, model):
        """Return the names of the readable fields of the suite."""
        return [
            name for name, field in model._fields.items()
            if name not in MAGIC and model._has_field_access(field, "read") and self._is_ours(field)
        ]

    def _is_ours(self, field):
        return bool(set(field._modules or ()) & self.ours)

    def _questions(self, model):
        """Yield (question, function) of what can be asked of a model."""
        names = self._fields(model)
        yield ("search",), lambda: model.search([], order="id").ids
        yield ("default order",), lambda: model.search([]).ids
        for name in names:
            field = model._fields[name]
            yield ("read", name), lambda name=name: {
                row["id"]: row[name] for row in model.search([], order="id").read([name])
            }
            yield ("group", name), lambda name=name: repr(model.formatted_read_group([], [name], ["__count"]))
            yield from self._conditions(model, name, field)
            if field.type in (*NUMBERS, "date"):
                yield ("order", name), lambda name=name: model.search([], order=f"{name} desc, id").ids
            if field.type in NUMBERS:
                for aggregator in ("sum", "max"):
                    yield (aggregator, name), lambda name=name, a=aggregator: repr(
                        model.formatted_read_group([], [], [f"{name}:{a}"])
                    )
        yield from self._methods(model)

    def _conditions(self, model, name, field):
        """Yield searches by one field, and by the fields behind it."""
        def search(*leaf):
            return lambda: model.search([leaf], order="id").ids

        yield ("set", name), search(name, "!=", False)
        yield ("unset", name), search(name, "=", False)
        if field.type in NUMBERS:
            for limit in LIMITS:
                yield ("above", name, limit), search(name, ">", limit)
        if field.comodel_name in self.models:
            behind = self.env[field.comodel_name]
            for other in self._fields(behind):
                if behind._fields[other].type in NUMBERS:
                    yield ("behind", name, other), search(f"{name}.{other}", ">", 350)

    def _methods(self, model):
        """Yield the public methods that ask for nothing."""
        for name in dir(type(model)):
            method = getattr(type(model), name, None)
            if name.startswith("_") or not inspect.isfunction(method) or getattr(method, "_api_private", False):
                continue
            owner = self._owner(type(model), name)
            if owner not in self.ours:
                continue
            wanted = [p for p in list(inspect.signature(method).parameters.values())[1:] if p.default is p.empty]
            if wanted and not all(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in wanted):
                continue
            yield ("method", name), lambda name=name: {
                record.id: self._do(record, name)
                for record in self.env[model._name].browse(self._every_id(model))
            }

    def _every_id(self, model):
        """Return the ids of all rows, also of those that the user may not see: an id can be guessed."""
        return model.sudo().search([], order="id", limit=12).ids

    @staticmethod
    def _owner(cls, name):
        """Return the addon that defines a method first."""
        for base in reversed(cls.mro()):
            if name in vars(base):
                parts = base.__module__.split(".")
                return parts[2] if parts[:2] == ["odoo", "addons"] else parts[0]
        return None
