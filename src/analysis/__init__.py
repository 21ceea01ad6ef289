"""Online public services and administrative procedures: facts, indicators, honest statistics, reports.

`from analysis import facts, indicators, methods, display` is all that a notebook needs.
"""

__all__ = ["display", "facts", "indicators", "methods"]
