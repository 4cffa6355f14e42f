"""Which theme groups an item is for, decided from its texts, with the reasons."""

from g40flow.domain.routing.items import Reason, RoutableItem, Routing
from g40flow.domain.routing.model import HAND_MODEL, RoutingModel, WordModel
from g40flow.domain.routing.router import Router
from g40flow.domain.routing.rules import GroupTerms, Hint, RuleBook

__all__ = [
    "HAND_MODEL",
    "GroupTerms",
    "Hint",
    "Reason",
    "RoutableItem",
    "Router",
    "Routing",
    "RoutingModel",
    "RuleBook",
    "WordModel",
]
