"""The demonstration data: a motorbike shop in Saigon and the CDNOW purchase log.

``load(env, today)`` fills a database that has the suite installed; ``summary(env)`` tells what is there. Everything
goes through the suite's own models, and every step can be killed and taken up again. Odoo is imported only when they
are called.
"""


def load(env, today=None, **options):
    """Fill the database, or finish an interrupted load; see ``demo.loader.load``."""
    from .loader import load as run

    return run(env, today, **options)


def summary(env):
    """Tell what is in the database; see ``demo.summary.summary``."""
    from .summary import summary as run

    return run(env)
