"""Statistics, blind to the domain: a tidy frame in, a result with its uncertainty out."""

from analysis.methods.rates import against_peers, wilson

__all__ = ["against_peers", "wilson"]
