"""The demo's calendar: what is replayed happens on its own day, not all in the second the demo is loaded."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields


@contextmanager
def clock(env, moment):
    """Let Odoo's clock stand at a moment while the suite's own jobs work.

    :param env: environment; its cursor's clock gives `create_date`
    :param moment: naive UTC datetime
    """
    local_day = fields.Date.context_today

    def context_today(record, timestamp=None):
        return local_day(record, timestamp or moment)

    attempt_date = env["crm.survey.attempt"]._fields["date"]  # its default holds the real now
    with (
        patch.object(attempt_date, "default", lambda _record: moment),
        patch.object(fields.Datetime, "now", staticmethod(lambda *_args: moment)),
        patch.object(fields.Date, "context_today", staticmethod(context_today)),
        patch.object(fields.Date, "today", staticmethod(lambda *_args: moment.date())),
        patch.object(type(env.cr), "now", lambda _cursor: moment),
    ):
        yield
