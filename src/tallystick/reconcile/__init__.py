"""Claims -> what a coder writes down: rows of incidents under named policies."""

from tallystick.reconcile.incidents import code, code_report
from tallystick.reconcile.policies import POLICIES, Policy, policy

__all__ = ["POLICIES", "Policy", "code", "code_report", "policy"]
