"""Plain helpers of the scheduled actions."""

import logging

from psycopg2 import OperationalError

_logger = logging.getLogger(__name__)

# Value of context keys that only our own code may set: no client can send this very object.
OURS = object()


def one_by_one(env, items, work, failed):
    """Do a batch in a savepoint; when it fails item by item, so that a bad one stops nobody and says so.

    :param env: environment whose transaction ``work`` uses
    :param items: recordset or list, sliced one by one when the batch fails
    :param work: called with the items, or with a slice of one
    :param failed: called with the slice of one that failed, and the exception
    :raise OperationalError: another transaction came between: no fault of the items
    """
    try:
        with env.cr.savepoint():
            work(items)
    except OperationalError:
        raise
    except Exception as error:  # whatever is wrong with one item is kept with it; the others go on
        env.invalidate_all()
        if len(items) > 1:
            for number in range(len(items)):
                one_by_one(env, items[number : number + 1], work, failed)
            return
        _logger.exception("Left aside: %s", items)
        failed(items, error)
