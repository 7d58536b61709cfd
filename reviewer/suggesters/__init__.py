"""Suggesters: one module each, declared by ``@suggester``; what they propose is proven before it is delivered."""

from reviewer.suggesters.base import SUGGESTERS, Case, Draft, Suggester, suggester
from reviewer.suggesters.delivery import Dropped, suggest

__all__ = ["SUGGESTERS", "Case", "Draft", "Dropped", "Suggester", "suggest", "suggester"]
