"""What PostgreSQL is told of a transaction's statements, so that it plans them as what they are."""

from contextlib import contextmanager


def more_memory(cr):
    """Let sorts and hashes stay in memory until the transaction ends: 200,000 customers' orders take about 40 MB."""
    cr.execute("SET LOCAL work_mem = '96MB'")


def few_and_long(env):
    """Let the statements of this transaction sort and hash a million rows in memory, as the nightly run does.

    They are few and long: another processor helps sooner than PostgreSQL supposes, which has many short ones in mind.
    """
    env.flush_all()
    more_memory(env.cr)
    env.cr.execute("SET LOCAL parallel_setup_cost = 100; SET LOCAL parallel_tuple_cost = 0.01")


@contextmanager
def many_and_short(cr):
    """Let statements run on one processor: they are over before another could help."""
    cr.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    yield
    cr.execute("SET LOCAL max_parallel_workers_per_gather = DEFAULT")


def many_tables(cr):
    """Let all orders of joining twelve tables be considered until the transaction ends, not of the first eight only."""
    cr.execute("SET LOCAL join_collapse_limit = 12; SET LOCAL from_collapse_limit = 12")


@contextmanager
def few_groups(cr):
    """Let rows be grouped by hashing, where the few groups they make are not foreseen.

    The groups themselves are sorted nevertheless. That counts as so dear then that PostgreSQL would compile the
    statement, which takes longer than to run it; and a later statement would read a table by an index to avoid it.
    """
    cr.execute("SET LOCAL enable_sort = off; SET LOCAL jit = off")
    yield
    cr.execute("SET LOCAL enable_sort = DEFAULT; SET LOCAL jit = DEFAULT")
