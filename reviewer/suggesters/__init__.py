"""Suggesters: one module each, declared by ``@suggester``; what they propose is proven before it is delivered."""

from reviewer.suggesters.base import SUGGESTERS, Case, Draft, Suggester, suggester
from reviewer.suggesters.delivery import suggest
from reviewer.suggesters.prover import Prover

__all__ = ["SUGGESTERS", "Case", "Draft", "Prover", "Suggester", "suggest", "suggester"]
