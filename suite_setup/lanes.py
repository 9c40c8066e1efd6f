"""Several jobs side by side: each runs in the lane that is free first."""

import os
import queue
from concurrent.futures import ThreadPoolExecutor


def lane_count():
    """Return how many lanes this machine carries: one a core, at most two (each runs Odoo, PostgreSQL and Chromium)."""
    return max(1, min(2, os.cpu_count() or 1))


def in_lanes(jobs, work, lanes):
    """Call ``work(lane, job)`` for each of ``jobs``, ``lanes`` of them at a time.

    :param lanes: number of lanes; a lane's number (from 0) is used by one job at a time
    :returns: what the calls returned, in the order of ``jobs``
    :raises Exception: what a call raised, after the running ones have ended
    """
    free = queue.SimpleQueue()
    for lane in range(lanes):
        free.put(lane)

    def run(job):
        lane = free.get()
        try:
            return work(lane, job)
        finally:
            free.put(lane)

    with ThreadPoolExecutor(lanes) as pool:
        return list(pool.map(run, jobs))
