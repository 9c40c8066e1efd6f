import random
from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import BaseCase
from scipy import stats

from ..domain import aapor, scores

few = st.integers(0, 300)


class TestScores(BaseCase):
    """Scores and their intervals: the check values of the literature, and SciPy as peer."""

    def test_check_values(self):
        score = scores.nps_of(25, 15, 10)
        self.assertEqual((round(score.value), round(score.margin)), (30, 22))
        self.assertEqual(scores.sample_size(300, 0.05), 169)
        rates = aapor.rates(aapor.Counts(760, 339, 59, 288, 1, 173, 71))
        self.assertEqual([round(rates[key], 3) for key in ("RR1", "RR2", "RR5")], [0.469, 0.678, 0.525])
        den = 760 + 339 + 59 + 288 + 1
        e = den / (den + 71)
        self.assertAlmostEqual(rates["E"], e)
        self.assertAlmostEqual(rates["RR3"], 760 / (den + e * 173))
        self.assertAlmostEqual(rates["RR4"], (760 + 339) / (den + e * 173))
        self.assertAlmostEqual(rates["RR6"], (760 + 339) / den)
        self.assertAlmostEqual(rates["COOP1"], 760 / (760 + 339 + 59 + 1))
        self.assertAlmostEqual(rates["REF1"], 59 / (den + 173))
        self.assertAlmostEqual(rates["CON1"], (760 + 339 + 59 + 1) / (den + 173))

    @given(few, few)
    @settings(max_examples=examples(500), deadline=None)
    def test_share_against_scipy(self, hits, misses):
        if not hits + misses:
            self.assertIsNone(scores.share(hits, 0))
            return
        ours = scores.share(hits, hits + misses)
        peer = stats.binomtest(hits, hits + misses).proportion_ci(method="wilson")
        self.assertAlmostEqual(ours.low, 100 * peer.low, 6)
        self.assertAlmostEqual(ours.high, 100 * peer.high, 6)

    @given(st.lists(st.integers(1, 7), min_size=2, max_size=80))
    @settings(max_examples=examples(500), deadline=None)
    def test_mean_against_scipy(self, answers):
        ours = scores.mean({value: answers.count(value) for value in answers})
        self.assertAlmostEqual(ours.value, stats.tmean(answers))
        if len(set(answers)) == 1:
            self.assertEqual(ours.margin, 0)
            return
        low, high = stats.t.interval(0.95, len(answers) - 1, loc=stats.tmean(answers), scale=stats.sem(answers))
        self.assertAlmostEqual(ours.low, low)
        self.assertAlmostEqual(ours.high, high)

    @given(st.lists(st.integers(1, 7), min_size=2, max_size=60), st.lists(st.integers(1, 7), min_size=2, max_size=60))
    @settings(max_examples=examples(500), deadline=None)
    def test_two_means_against_scipy(self, now, before):
        change = scores.compare(*(scores.mean({v: wave.count(v) for v in wave}) for wave in (now, before)))
        if len(set(now)) == 1 or len(set(before)) == 1:
            self.assertGreaterEqual(change.p, 0)
            return  # SciPy warns of samples that do not vary
        peer = stats.ttest_ind(now, before, equal_var=False)
        self.assertAlmostEqual(change.z, peer.statistic, 6)
        self.assertAlmostEqual(change.p, peer.pvalue, 6)

    @given(*[st.integers(5, 200)] * 6)
    @settings(max_examples=examples(500), deadline=None)
    def test_two_waves_of_nps(self, p1, m1, d1, p2, m2, d2):
        """An NPS is the mean of 100, 0 and -100: its error is the population one of those numbers."""
        now, before = scores.nps(p1, m1, d1), scores.nps(p2, m2, d2)
        numbers = [[100] * p + [0] * m + [-100] * d for p, m, d in ((p1, m1, d1), (p2, m2, d2))]
        errors = [stats.tstd(n, ddof=0) / len(n) ** 0.5 for n in numbers]
        self.assertAlmostEqual(now.error, errors[0])
        z = (stats.tmean(numbers[0]) - stats.tmean(numbers[1])) / (errors[0] ** 2 + errors[1] ** 2) ** 0.5
        change = scores.compare(now, before)
        self.assertAlmostEqual(change.z, z)
        self.assertAlmostEqual(change.p, 2 * stats.norm.sf(abs(z)))

    @given(few, few, few, st.integers(0, 500))
    @settings(max_examples=examples(500), deadline=None)
    def test_intervals_hold_the_value(self, p, m, d, more):
        score = scores.nps_of(p, m, d, p + m + d + more)
        if score:
            self.assertTrue(-100 <= score.low <= score.value <= score.high <= 100)
            self.assertLessEqual(score.error, scores.nps_of(p, m, d).error + 1e-9)

    def test_few_answers_promise_little(self):
        """The interval of few answers holds the truth about as often as it says; the plain one does not."""
        chance = random.Random(19)
        truth, plain, ours = 100 * (0.6 - 0.1), 0, 0
        for _trial in range(4000):
            sample = chance.choices((1, 0, -1), (0.6, 0.3, 0.1), k=8)
            counts = sample.count(1), sample.count(0), sample.count(-1)
            one, other = scores.nps(*counts), scores.nps_of(*counts)
            plain += one.low <= truth <= one.high
            ours += other.low <= truth <= other.high
        self.assertLess(plain / 4000, 0.93)
        self.assertGreater(ours / 4000, 0.94)

    def test_five_out_of_five_are_no_proof(self):
        """Shares that do not differ in truth are called different about as rarely as promised, small waves too."""
        chance = random.Random(7)
        for small, great, truth in ((5, 200, 0.8), (8, 8, 0.9), (30, 100, 0.5)):
            alarms = sum(
                scores.compare(
                    scores.share(sum(chance.random() < truth for _answer in range(small)), small),
                    scores.share(sum(chance.random() < truth for _answer in range(great)), great),
                ).significant
                for _trial in range(3000)
            )
            self.assertLess(alarms / 3000, 0.07, (small, great, truth))

    def test_shares_that_differ(self):
        """With many answers the two-sample z of the textbooks."""
        change = scores.compare(scores.share(600, 1000), scores.share(500, 1000))
        plain = 0.1 / (0.6 * 0.4 / 1000 + 0.5 * 0.5 / 1000) ** 0.5
        self.assertAlmostEqual(change.z, plain, 1)
        self.assertEqual((round(change.difference), change.significant), (10, True))

    def test_whole_population_leaves_no_doubt(self):
        for score in (
            scores.nps(20, 10, 5, 35), scores.share(20, 35, 35), scores.mean({5: 20, 2: 15}, 35)
        ):
            self.assertAlmostEqual(score.margin, 0)

    def test_interval_ends_with_the_scale(self):
        wide = scores.mean({7: 4, 1: 1})
        self.assertGreater(wide.high, 7)
        shown = scores.within(wide, 1, 7)
        self.assertEqual((shown.high, shown.value, shown.error), (7, wide.value, wide.error))

    def test_single_answer(self):
        self.assertEqual(scores.mean({5: 1}).margin, inf)
        self.assertIsNone(scores.compare(scores.mean({5: 1}), scores.mean({5: 2})))
        self.assertIsNone(scores.score_of("ces", {}, (1, 7)))
