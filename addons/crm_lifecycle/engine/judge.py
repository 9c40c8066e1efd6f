"""From facts to the rows that differ: the forecast, the stage, the scores and the value class, on whole columns."""

import numpy as np

from ..domain import mbg, stages, value_class
from ..domain.stages import PROSPECT, RETURNED, SUSPECT
from .periods import figures

MAX_SILENCE = 5200
NEVER = -1.0


class Judge:
    """Decides for one company as of one day.

    :param policies: dict kind → ``crm.lifecycle.policy``; ``fits``: dict kind → ``crm.lifecycle.fit``
    :param classes: ``crm.value.class`` records in order of rank
    :param int digits: decimals of the company's currency
    """

    def __init__(self, policies, fits, classes, as_of, digits):
        self.rules = {kind: policy._rules() for kind, policy in policies.items()}
        self.policies = policies
        self.fits = fits
        self.params = {kind: fit._params() for kind, fit in fits.items()}
        self.blends = {kind: fit._blend() for kind, fit in fits.items()}
        self.classes = [one._rule() for one in classes]
        self.as_of = as_of.toordinal()
        self.digits = digits

    def judge(self, facts):
        """Return the new columns for ``facts`` (a dict of columns), persons and companies by their own rules."""
        size = len(facts["partner"])
        out = {}
        for kind in (0, 1):
            where = np.flatnonzero(facts["kind"] == kind)
            part = self._judge_kind(kind, {name: column[where] for name, column in facts.items()})
            for name, column in part.items():
                out.setdefault(name, np.zeros(size, dtype=column.dtype))[where] = column
        self._since(facts, out)
        out["kill"] = ((out["stage"] == SUSPECT) & ~out["is_manual"]) | (facts["eligible"] == 0)
        out["stage"] = np.where(out["kill"], SUSPECT, out["stage"])
        return out

    def _judge_kind(self, kind, facts):
        rules, fit = self.rules[kind], self.fits[kind]
        facts["silence"] = self._silence(kind, facts["days"] - 1, facts["last"] - facts["first"])
        facts["silence_before"] = self._silence(
            kind, facts["days"] - 2, np.maximum(facts["previous"] - facts["first"], 0)
        )
        out = stages.decide(rules, facts, self.as_of)
        bought = facts["orders"] > 0
        repeats = np.maximum(facts["days"] - 1, 0)
        gap = (facts["last"] - facts["first"]) / np.maximum(repeats, 1)
        out["gap"] = np.where(repeats > 0, np.round(gap, 1), 0.0)
        out["returned"] = np.where(out["reason"] == RETURNED, facts["last"] - facts["previous"], 0)
        out["amount"] = np.round(facts["amount"], self.digits)
        out["margin"] = np.round(facts["margin"], self.digits)
        for name, values, cuts in (
            ("r", facts["last"], fit.recency_cuts),
            ("f", facts["orders"], fit.frequency_cuts),
            ("m", out["amount"], fit.monetary_cuts),
        ):
            out[name] = np.where(bought, stages.score(values, cuts or []), 0)
        self._classify(kind, facts, out, bought)
        out["fit"] = np.full(len(bought), fit._origin.id or 0, dtype=np.int64)
        out["policy"] = np.full(len(bought), self.policies[kind]._origin.id, dtype=np.int64)
        out["version"] = np.full(len(bought), self.policies[kind].version, dtype=np.int64)
        return out

    def _silence(self, kind, repeats, active_days):
        """Return the days without a purchase after which each customer is quiet."""
        rules, params, blend = self.rules[kind], self.params[kind], self.blends[kind]
        if params is None or not len(repeats):
            return np.full(len(repeats), rules.gap_days, dtype=np.int64)
        x = np.maximum(repeats, 0)
        cut = blend.cut_before(rules.probability_cut, x) if blend else rules.probability_cut
        weeks = mbg.silence_to_cut(params, x, np.where(repeats > 0, active_days // 7, 0), rules.horizon_weeks, cut)
        return np.minimum(np.ceil(weeks * 7), MAX_SILENCE).astype(np.int64)

    def _classify(self, kind, facts, out, bought):
        """Add the value class, the figures it was judged by, and the day on which one of them changes by itself."""
        rules = [rule for rule in self.classes if rule.kind in (kind, value_class.ANY_KIND)]
        periods = {rule.days for rule in rules}
        out.update(value_class.classify(rules, {days: figures(facts, days, self.digits) for days in periods}, bought))
        expires = {days: facts[f"expires_{days}"] for days in periods}
        out["next_change_on"] = value_class.sooner(
            out["next_change_on"], value_class.next_expiry(rules, expires, bought)
        )

    def _since(self, facts, out):
        """Keep the day a stage began while the facts are the same: a new fit alone rewrites no history."""
        same_facts = (
            (facts["status"] > 0)
            & (facts["first"] == facts["old_first"])
            & (facts["last"] == facts["old_last"])
            & (facts["orders"] == facts["old_orders"])
            & (facts["old_since"] > 0)
        )
        same_facts &= ~out["is_manual"]
        same_stage = facts["old_stage"] == out["stage"]
        keep = same_facts & same_stage & (out["stage"] != PROSPECT)
        later = np.maximum(out["since"], facts["old_since"])
        out["since"] = np.where(keep, facts["old_since"], np.where(same_facts & ~same_stage, later, out["since"]))

    def differs(self, facts, out):
        """Return where the row kept differs from what was decided."""
        pairs = [
            ("kind", "old_kind"),
            ("first", "old_first"),
            ("last", "old_last"),
            ("orders", "old_orders"),
        ]
        changed = np.zeros(len(facts["partner"]), dtype=bool)
        for new, old in pairs:
            changed |= facts[new] != facts[old]
        for new, old in (
            ("stage", "old_stage"),
            ("since", "old_since"),
            ("reason", "old_reason"),
            ("r", "old_r"),
            ("f", "old_f"),
            ("m", "old_m"),
            ("class", "old_class"),
            ("class_days", "old_class_days"),
            ("class_orders", "old_class_orders"),
            ("class_complaints", "old_class_complaints"),
            ("fit", "old_fit"),
            ("version", "old_version"),
            ("quiet_on", "old_quiet"),
            ("next_change_on", "old_next"),
            ("engine_stage", "old_engine"),
            ("is_manual", "old_is_manual"),
        ):
            changed |= out[new] != facts[old]
        changed |= np.where(out["is_manual"], facts["declared"], 0) != facts["old_declared"]
        tolerance = 0.4 * 10.0**-self.digits
        for name in ("amount", "margin", "class_amount", "class_margin", "class_referred"):
            changed |= np.abs(out[name] - facts[f"old_{name}"]) > tolerance
        exists = facts["status"] > 0
        return np.where(exists, changed | out["kill"], ~out["kill"])

    def forecast(self, facts, out):
        """Add chance, expected purchases and revenue to the rows to be written; −1 where there is no forecast."""
        size = len(facts["partner"])
        for name in ("p_buy", "expected_orders", "expected_amount"):
            out[name] = np.full(size, NEVER)
        for kind, params in self.params.items():
            where = np.flatnonzero((facts["kind"] == kind) & (facts["days"] > 0))
            if params is None or not len(where):
                continue
            horizon = self.rules[kind].horizon_weeks
            x = facts["days"][where] - 1
            t_x = (facts["last"] - facts["first"])[where] // 7
            age = np.maximum((self.as_of - facts["first"][where]) // 7, t_x)
            first, inverse = mbg.distinct_rows(x, t_x, age)
            keys = x[first], t_x[first], age[first]
            chance = mbg.p_buy(params, *keys, horizon)
            if self.blends[kind]:
                chance = self.blends[kind].chance(chance, keys[0])
            out["p_buy"][where] = np.round(chance[inverse], 4)
            orders = mbg.expected_purchases(params, *keys, horizon)[inverse]
            out["expected_orders"][where] = np.round(orders, 4)
            mean = np.maximum(facts["amount"][where], 0) / np.maximum(facts["orders"][where], 1)
            out["expected_amount"][where] = np.round(orders * mean, self.digits)
