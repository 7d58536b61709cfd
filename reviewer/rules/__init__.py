"""The rules: one module a rule, declared by ``@rule`` in ``reviewer.rules.engine``."""

from reviewer.rules.engine import RULES, Context, CouldNotCheck, NotApplicable, Row, Rule, rule, run_rules

__all__ = ["RULES", "Context", "CouldNotCheck", "NotApplicable", "Row", "Rule", "rule", "run_rules"]
