"""Have your say: initiatives of the European Commission that take feedback. See docs/sources.md."""

from g40flow.sources.haveyoursay.assembling import Names as Names
from g40flow.sources.haveyoursay.source import HaveYourSay as HaveYourSay
