"""Plain helpers, also for the addons that build on this one."""

import logging

from odoo.service.model import PG_CONCURRENCY_ERRORS_TO_RETRY
from psycopg2 import OperationalError

_logger = logging.getLogger(__name__)


def repeat_disturbed(env, work, tries=5):
    """Do one batch of a scheduled action; when another transaction came between, begin again on a fresh snapshot.

    Only right after a commit: a disturbed transaction is rolled back whole.

    :param env: environment whose transaction ``work`` uses
    :param work: called without parameters
    :param tries: how often at most; after that it is left to the next run
    :return: what ``work`` returns, None when it was disturbed every time
    :raise OperationalError: when the database complains of anything else
    """
    for attempt in range(1, tries + 1):
        try:
            result = work()
            env.flush_all()
            return result
        except OperationalError as error:
            if error.pgcode not in PG_CONCURRENCY_ERRORS_TO_RETRY:
                raise
            env.cr.rollback()
            env.invalidate_all()
            _logger.info("Disturbed by another transaction, attempt %s of %s", attempt, tries)
    return None


def without_defaults(records, names):
    """The same records in a context that brings no default values for these fields: a context comes from outside.

    :param names: names of fields that only the engine fills
    """
    context = records.env.context
    kept = {
        key: value
        for key, value in context.items()
        if not (key.startswith("default_") and key.removeprefix("default_") in names)
    }
    return records if len(kept) == len(context) else records.with_env(records.env(context=kept))
