"""On a real shop's log the forecast ranks at least as well as the plain gap, and errs less than a gap of the past."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import cdnow  # noqa: E402  the line before makes it importable from any folder


class TestCdnow(unittest.TestCase):
    def test_bounds(self):
        for keep_zero in (False, True):
            found = cdnow.measure(keep_zero)
            with self.subTest(keep_zero=keep_zero):
                self.assertGreaterEqual(found["auc"], found["auc_gap"] - 0.01)
                self.assertGreaterEqual(found["auc_repeat"], found["auc_gap_repeat"])
                self.assertLessEqual(found["brier"], found["brier_gap"])
                self.assertGreaterEqual(found["auc_corrected"], found["auc_gap"])
                self.assertGreaterEqual(found["auc_repeat_corrected"], found["auc_repeat"])
                self.assertLessEqual(found["brier_corrected"], found["brier"])
