"""What PostgreSQL is told of a transaction's statements, so that it plans them as what they are."""


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


def many_and_short(cr, call):
    """Return what ``call`` returns; its statements are over before another processor could help."""
    cr.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    result = call()
    cr.execute("SET LOCAL max_parallel_workers_per_gather = DEFAULT")
    return result


def many_tables(cr):
    """Let all orders of joining twelve tables be considered until the transaction ends, not of the first eight only."""
    cr.execute("SET LOCAL join_collapse_limit = 12; SET LOCAL from_collapse_limit = 12")


def few_groups(cr):
    """Let rows be grouped by hashing until the transaction ends, where the few groups they make are not foreseen."""
    cr.execute("SET LOCAL enable_sort = off")
