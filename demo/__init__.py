"""The demonstration data: a motorbike shop in Saigon and the CDNOW purchase log.

``load(env, today)`` fills a database that has the suite installed; ``summary(env)`` tells what is there. Everything goes
through the suite's own models, nothing is written past them, and every step can be killed and taken up again.
"""

from .loader import PARTS, load
from .summary import summary

__all__ = ["PARTS", "load", "summary"]
