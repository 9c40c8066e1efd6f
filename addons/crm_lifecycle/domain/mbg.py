"""Will the customer buy again? The MBG/NBD model on whole columns.

A customer buys at random with a rate of his own (gamma distributed over customers: ``r``, ``alpha``) and may leave for
good after every purchase, the first one included, with a probability of his own (beta distributed: ``a``, ``b``).
Three numbers per customer carry all that the model needs, times in weeks since the first purchase:

* ``x``: repeat purchases (purchase days after the first one),
* ``t_x``: time of the last purchase (0 when there is only the first),
* ``T``: age of the customer at the day of the decision.

With D = a / (b + x) * ((alpha + T) / (alpha + t_x)) ** (r + x)::

    p_alive      = 1 / (1 + D)
    P(buy in H)  = p_alive * (1 - ((alpha + T) / (alpha + T + H)) ** (r + x))

Sources: Batislam, Denizel, Filiztekin, "Empirical validation and comparison of models for customer base analysis",
Int. J. of Research in Marketing 24 (2007); Wagner, Hoppe, "Erratum on the MBG/NBD model", same journal 25 (2008);
Fader, Hardie, Lee, "Counting your customers the easy way", Marketing Science 24 (2005), for the approach and notation.

P(buy in H) is what to decide on, not p_alive: it falls as long as nothing is bought, so that it passes any cut at most
once, and that day can be known beforehand (:func:`silence_to_cut`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import optimize, special

MIN_CUSTOMERS = 500
"""Fewer customers than this do not make a fit that decides."""
MIN_DROPOUT = 0.005
"""A mean chance of leaving, a / (a + b), below this means that the data show no leaving: the fit is not to be used."""
_LOG_BOUND = np.log(1e5)
_MAX_SILENCE = 2.0**20
_NODES = 24
_CHUNK = 50_000


@dataclass(frozen=True)
class MbgParams:
    """Fitted parameters.

    :param r, alpha: gamma of the purchase rates (shape; rate in weeks)
    :param a, b: beta of the chance to leave after a purchase
    :param log_likelihood: natural logarithm, of all customers together
    :param converged: whether decisions may be based on it
    :param customers: number of customers behind it (the sum of the weights)
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = float("nan")
    converged: bool = True
    customers: float = 0

    @property
    def dropout(self) -> float:
        """Mean chance to leave after a purchase.

        >>> MbgParams(0.5, 6.0, 1.0, 3.0).dropout
        0.25
        """
        return self.a / (self.a + self.b)


def fit(x, t_x, T, weights=None, *, min_customers=MIN_CUSTOMERS) -> MbgParams:
    """Fit r, alpha, a, b by maximum likelihood.

    Equal rows are counted once with their number, so that whole weeks make a million customers a matter of seconds.

    :param x, t_x, T: columns as told in the module's docstring; t_x and T in weeks
    :param weights: how many customers each row stands for (1 each)
    :param min_customers: with fewer the result never counts as converged
    :return: the parameters; ``converged`` is False when they must not be used: too few customers, nobody bought again,
        a parameter ran to its bound, a dropout near 0, or the search ended away from an optimum
    :raise ValueError: columns of different length, negative or undefined values, or a last purchase after the age
    """
    x, t_x, T, weights = distinct(x, t_x, T, weights)
    customers = float(weights.sum())
    if not customers or not (weights * x).sum() or not (T > 0).any():
        return MbgParams(1.0, 1.0, 1.0, 1.0, float("nan"), False, customers)
    likelihood = _Likelihood(x, t_x, T, weights)
    best = None
    for start in _starts(x, T, weights):
        found = likelihood.search(start)
        # two ways to the same edge: the data have no inner optimum
        same_edge = best is not None and not _is_inner(found.x) and abs(found.fun - best.fun) < 1e-4
        if best is None or found.fun < best.fun - 1e-10:
            best = found
        if same_edge or _is_inner(best.x) and likelihood.is_optimum(best.x):
            break
    optimum = likelihood.polish(best.x)
    r, alpha, a, b = (float(value) for value in np.exp(optimum))
    converged = (
        customers >= min_customers
        and _is_inner(optimum)
        and likelihood.is_optimum(optimum)
        and a / (a + b) >= MIN_DROPOUT
    )
    return MbgParams(r, alpha, a, b, float(-likelihood.value(optimum) * customers), bool(converged), customers)


def distinct(x, t_x, T, weights=None):
    """Return the distinct rows and the number of customers of each as four float columns.

    :raise ValueError: as in :func:`fit`

    >>> distinct([1, 0, 1], [2.0, 0.0, 2.0], [9.0, 9.0, 9.0])
    (array([0., 1.]), array([0., 2.]), array([9., 9.]), array([1., 2.]))
    """
    x, t_x, T = columns = tuple(np.asarray(column, dtype=float).ravel() for column in (x, t_x, T))
    weights = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=float).ravel()
    if len({len(column) for column in (*columns, weights)}) > 1:
        raise ValueError("x, t_x, T and weights must have the same length")
    if not all(np.isfinite(column).all() and (column >= 0).all() for column in (*columns, weights)):
        raise ValueError("x, t_x, T and weights must be numbers of 0 or more")
    if (t_x > T + 1e-9).any():
        raise ValueError("the last purchase lies after the customer's age")
    if not len(x):
        return x, t_x, T, weights
    first, inverse = distinct_rows(*columns)
    return x[first], t_x[first], T[first], np.bincount(inverse, weights=weights)


def p_alive(params: MbgParams, x, t_x, T):
    """Probability that the customer has not left.

    >>> params = MbgParams(0.525, 6.183, 0.891, 1.614)
    >>> float(p_alive(params, 2, 10.0, 39.0).round(4))
    0.2328
    """
    x, t_x, T = _floats(x, t_x, T)
    return special.expit(-_log_odds_left(params, x, t_x, T))


def p_buy(params: MbgParams, x, t_x, T, horizon):
    """Probability of at least one purchase in the next ``horizon`` weeks.

    >>> params = MbgParams(0.525, 6.183, 0.891, 1.614)
    >>> p_buy(params, [0, 0, 3], [0, 0, 30], [0, 39, 39], 39).round(3)
    array([0.418, 0.109, 0.625])
    """
    x, t_x, T, horizon = _floats(x, t_x, T, horizon)
    log_none = -(params.r + x) * np.log1p(horizon / (params.alpha + T))
    return p_alive(params, x, t_x, T) * -np.expm1(log_none)


def expected_purchases(params: MbgParams, x, t_x, T, horizon):
    """Expected number of purchases in the next ``horizon`` weeks.

    For a customer still there after x + 1 purchases the chance to leave p is Beta(a, b + x + 1) and the rate is
    Gamma(r + x, alpha + T); with both the expectation is ::

        p_alive * E[ (1 - (1 + p * H / (alpha + T)) ** -(r + x)) / p ]

    which Gauss-Jacobi quadrature in p gives to six digits and more (two when H is hundreds of times alpha + T), also
    where the closed form with the hypergeometric function 2F1 divides zero by zero (a = 1) or overflows.

    >>> params = MbgParams(0.525, 6.183, 0.891, 1.614)
    >>> expected_purchases(params, [0, 3], [0, 30], [39, 39], 39).round(3)
    array([0.153, 1.724])
    """
    x, t_x, T, horizon = np.broadcast_arrays(*_floats(x, t_x, T, horizon))
    shape = x.shape
    flat = [column.ravel() for column in (x, T, horizon)]
    alive = np.zeros(flat[0].size)
    for begin in range(0, flat[0].size, _CHUNK):
        part = slice(begin, begin + _CHUNK)
        alive[part] = _expected_while_alive(params, *(column[part] for column in flat))
    return p_alive(params, x, t_x, T) * alive.reshape(shape)


def silence_to_cut(params: MbgParams, x, t_x, horizon, cut):
    """Weeks of silence after the last purchase until :func:`p_buy` has fallen to ``cut``.

    :param x, t_x: repeat purchases and time of the last one, in weeks
    :param horizon: weeks looked ahead, one for all or one each
    :param cut: probability at which a customer counts as quiet
    :return: weeks; 0 where it is at or below the cut on the day of the purchase already, infinite where it does not get
        there within some ten thousand years (a cut of 0, say)

    >>> params = MbgParams(0.525, 6.183, 0.891, 1.614)
    >>> weeks = silence_to_cut(params, [0, 3], [0, 30], 39, 0.3)
    >>> weeks.round(1)
    array([ 5.7, 30.6])
    >>> p_buy(params, [0, 3], [0, 30], weeks + [0, 30], 39).round(6)
    array([0.3, 0.3])
    """
    x, t_x, horizon, cut = np.broadcast_arrays(*_floats(x, t_x, horizon, cut))
    if not x.size:
        return np.zeros(x.shape)
    columns = [column.ravel() for column in (x, t_x, horizon, cut)]
    first, inverse = distinct_rows(*columns)
    silence = _bisect(params, *(column[first] for column in columns))
    return silence[inverse].reshape(x.shape)


def _bisect(params, x, t_x, horizon, cut):
    """Return the silence of :func:`silence_to_cut` for distinct rows; p_buy falls, so that there is one crossing."""

    def above(silence):
        return p_buy(params, x, t_x, t_x + silence, horizon) > cut

    never = above(np.full(x.shape, _MAX_SILENCE / 2))
    low = np.zeros(x.shape)
    high = np.ones(x.shape)
    while (rising := above(high) & (high < _MAX_SILENCE)).any():
        low = np.where(rising, high, low)
        high = np.where(rising, high * 2, high)
    for _step in range(60):
        middle = (low + high) / 2
        over = above(middle)
        low, high = np.where(over, middle, low), np.where(over, high, middle)
        if ((high - low) <= 1e-9 * (1 + high)).all():
            break
    return np.select([never, ~above(np.zeros(x.shape))], [np.inf, 0.0], high)


def _expected_while_alive(params, x, T, horizon):
    """Return the expectation of :func:`expected_purchases` for a customer who is there, one row each."""
    values, inverse = np.unique(x, return_inverse=True)
    nodes, masses = _beta_nodes(params.a, params.b + values + 1)
    nodes, masses = nodes[inverse], masses[inverse]
    shape = (params.r + x)[:, None]
    bought = -np.expm1(-shape * np.log1p(nodes * (horizon / (params.alpha + T))[:, None]))
    return (masses * bought / nodes).sum(axis=1)


def _beta_nodes(a, b):
    """Return Gauss nodes and masses for the Beta(a, b) distribution, a row for each element of ``b``.

    By Golub and Welsch from the recurrence of the Jacobi polynomials: unlike closed forms it overflows for no ``b``.
    """
    p, q = b[:, None] - 1, a - 1  # weight (1 - z)^p (1 + z)^q on [-1, 1], z = 2 * node - 1
    k = np.arange(1, _NODES)
    diagonal = np.empty((len(b), _NODES))
    diagonal[:, :1] = (q - p) / (p + q + 2)
    total = 2 * k + p + q
    diagonal[:, 1:] = (q * q - p * p) / (total * (total + 2))
    squared = 4 * k * (k + p) * (k + q) / (total * total * (total + 1))
    # the factor (k + p + q) / (total - 1) is 0 / 0 at k = 1 when p + q = -1; it is 1 for k = 1
    ratio = np.ones_like(total)
    ratio[:, 1:] = (k[1:] + p + q) / (total[:, 1:] - 1)
    off = np.sqrt(squared * ratio)
    matrix = np.zeros((len(b), _NODES, _NODES))
    index = np.arange(_NODES)
    matrix[:, index, index] = diagonal
    matrix[:, index[1:], index[:-1]] = off
    values, vectors = np.linalg.eigh(matrix)
    return np.clip((values + 1) / 2, 1e-300, 1.0), vectors[:, 0, :] ** 2


def _log_odds_left(params, x, t_x, T):
    """Return the logarithm of D of the module's docstring."""
    gap = np.log1p((T - t_x) / (params.alpha + t_x))
    return np.log(params.a) - np.log(params.b + x) + (params.r + x) * gap


def _floats(*columns):
    return tuple(np.asarray(column, dtype=float) for column in columns)


def distinct_rows(*columns):
    """Return the index of one row of each kind, and each row's kind.

    Rows of whole numbers are packed into one number each and sorted once; others are numbered column by column first.

    >>> first, kind = distinct_rows([3, 5, 3], [0.5, 1.0, 0.5])
    >>> first.tolist(), kind.tolist()
    ([0, 1], [0, 1, 0])
    """
    size = len(columns[0])
    code, total = np.zeros(size, dtype=np.int64), 1
    for column in columns if size else ():
        values, span = _numbered(np.asarray(column))
        if total * span >= 2**62:
            code = np.unique(code, return_inverse=True)[1]
            total = int(code.max()) + 1
        code, total = code * span + values, total * span
    _values, first, inverse = np.unique(code, return_index=True, return_inverse=True)
    return first, inverse


def _numbered(column):
    """Return a number from 0 for each value of the column, and how many there may be."""
    low, high = column.min(), column.max()
    if np.isfinite(low) and np.isfinite(high) and high - low < 2**31:
        whole = column.astype(np.int64)
        if (whole == column).all():
            return whole - int(low), int(high) - int(low) + 1
    values, inverse = np.unique(column, return_inverse=True)
    return inverse, len(values)


def _starts(x, T, weights):
    """Yield starting points (logarithms): first the moments of the data, then some about it."""
    customers = weights.sum()
    rate = max((weights * x).sum() / max((weights * T).sum(), 1e-9), 1e-6)
    spread = max((weights * (x - (weights * x).sum() / customers) ** 2).sum() / customers, 1e-6)
    mean = (weights * x).sum() / customers
    shape = float(np.clip(mean**2 / max(spread - mean, mean * 0.1), 0.05, 20))
    for factor, (a, b) in product((1.0, 5.0), ((0.8, 2.0), (0.1, 1.0))):
        yield np.log([shape * factor, shape * factor / rate, a, b])


def _is_inner(log_params):
    return bool((np.abs(log_params) < _LOG_BOUND - 1e-3).all())


class _Likelihood:
    """Mean negative log-likelihood and its gradient, in the logarithms of r, alpha, a, b."""

    def __init__(self, x, t_x, T, weights):
        self.x, self.t_x, self.T = x, t_x, T
        self.share = weights / weights.sum()
        # gamma functions are needed per distinct x only
        self.x_values, inverse = np.unique(x, return_inverse=True)
        self.x_share = np.bincount(inverse, weights=self.share)

    def value(self, log_params):
        return self(log_params)[0]

    def __call__(self, log_params):
        r, alpha, a, b = np.exp(log_params)
        x, share, n, n_share = self.x, self.share, self.x_values, self.x_share
        log_T, log_t = np.log(alpha + self.T), np.log(alpha + self.t_x)
        odds = np.log(a) - np.log(b + x) + (r + x) * (log_T - log_t)
        gammas = (
            (special.gammaln(r + n) - special.gammaln(r) + special.gammaln(a + b) - special.gammaln(b))
            + special.gammaln(b + n + 1)
            - special.gammaln(a + b + n + 1)
        )
        rows = np.logaddexp(0, odds) - (r + x) * log_T
        value = r * np.log(alpha) + (n_share * gammas).sum() + (share * rows).sum()
        left = special.expit(odds)
        psi = special.psi
        slope_r = np.log(alpha) + (n_share * (psi(r + n) - psi(r))).sum()
        slope_r += (share * (left * (log_T - log_t) - log_T)).sum()
        slope_alpha = (
            r / alpha
            - (share * (r + x) * (1 / (alpha + self.T) + left * (1 / (alpha + self.t_x) - 1 / (alpha + self.T)))).sum()
        )
        slope_both = psi(a + b) - (n_share * psi(a + b + n + 1)).sum()
        slope_a = slope_both + (share * left).sum() / a
        slope_b = slope_both + (n_share * (psi(b + n + 1) - psi(b))).sum() - (share * left / (b + x)).sum()
        slopes = np.array([slope_r, slope_alpha, slope_a, slope_b]) * [r, alpha, a, b]
        return -value, -slopes

    def search(self, start):
        bounds = [(-_LOG_BOUND, _LOG_BOUND)] * 4
        options = {"maxiter": 200, "ftol": 1e-13, "gtol": 1e-8}
        return optimize.minimize(self, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)

    def curvature(self, log_params, step=1e-5):
        """Return the matrix of second derivatives, by differences of the gradient."""
        rows = []
        for unit in np.eye(4):
            rows.append((self(log_params + step * unit)[1] - self(log_params - step * unit)[1]) / (2 * step))
        matrix = np.array(rows)
        return (matrix + matrix.T) / 2

    def is_optimum(self, log_params):
        """Tell whether the gradient vanishes and every direction goes up."""
        flat = np.abs(self(log_params)[1]).max() < 1e-6
        return bool(flat and np.linalg.eigvalsh(self.curvature(log_params)).min() > 1e-8)

    def polish(self, log_params):
        """Return the optimum after a few Newton steps, which settle the last digits; the point itself if none help."""
        for _step in range(5):
            value, slope = self(log_params)
            matrix = self.curvature(log_params)
            if not _is_inner(log_params) or np.linalg.eigvalsh(matrix).min() <= 1e-10:
                break
            moved = log_params - np.linalg.solve(matrix, slope)
            if not _is_inner(moved) or self.value(moved) > value + 1e-14 or np.abs(moved - log_params).max() < 1e-12:
                break
            log_params = moved
        return log_params
