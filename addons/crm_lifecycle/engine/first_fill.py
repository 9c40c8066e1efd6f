"""Indexes that a first fill does without: kept row by row they take a seventh of it, built at once next to nothing."""

from odoo.tools import SQL, sql
from psycopg2.errors import LockNotAvailable

PUT_OFF = {
    "crm.lifecycle.status": ("company_stage_idx", "company_last_idx", "next_change_idx"),
    "crm.lifecycle.transition": ("company_effective_idx",),
}
PATIENCE = "500ms"  # with those who read the empty tables just now; shorter than PostgreSQL's look for deadlocks
TURN = 860_716_001  # the advisory lock of the one process that drops them, where several begin at once


def put_off_indexes(env):
    """Drop them where there is nothing yet to be found by them; all works without, but slower.

    :return: whether they were dropped, which the caller commits at once so that nobody waits
    """
    if not env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s)", TURN))[0][0]:
        return False
    found = [(name, model) for name, model, _index in _indexes(env) if sql.index_exists(env.cr, name)]
    if not found or not all(_is_empty(env[model_name]) for model_name in PUT_OFF):
        return False
    try:
        with env.cr.savepoint():
            env.cr.execute(SQL("SET LOCAL lock_timeout = %s", PATIENCE))
            for name, model in found:
                sql.drop_index(env.cr, name, model._table)
    except LockNotAvailable:
        return False
    return True


def build_indexes(env):
    """Build those that are missing; behind every full run, so that one which was killed leaves none out for long."""
    for _name, model, index in _indexes(env):
        index.apply_to_database(model)


def _indexes(env):
    """Yield the name in the database, the model and the ``models.Index`` of each."""
    for model_name, names in PUT_OFF.items():
        model = env[model_name]
        for name in names:
            index = model._table_objects[f"{model._table}_{name}"]
            yield index.full_name(model), model, index


def _is_empty(model):
    return not model.env.execute_query(SQL("SELECT 1 FROM %s LIMIT 1", SQL.identifier(model._table)))
