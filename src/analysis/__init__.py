"""Online public services and administrative procedures: facts, indicators, honest statistics, reports."""
