"""Lines of digests about moments in parliament: what must be ready for one, and the moment itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from g40flow.domain.calendar import WorkingCalendar
from g40flow.domain.digest.content import Line, Section, What, Why
from g40flow.domain.digest.facts import Facts, HookDay
from g40flow.domain.digest.merging import Candidate


@dataclass(frozen=True, kw_only=True)
class HookLines:
    """Makes candidates of moments. names: of groups, by slug. calendar_days: how far is looked ahead."""

    facts: Facts
    calendar: WorkingCalendar
    names: Mapping[str, str]
    calendar_days: int

    def of_group(self, group: str) -> Iterator[Candidate]:
        """For a theme group: the moments of what it leads or takes part in.

        An activity that goes to the group stands in its digest by itself.
        """
        for day in self._coming():
            if group in day.groups and (day.preparation or group not in day.routed_to):
                why = Why.LEADS if day.groups[0] == group else Why.TAKES_PART
                yield self._candidate(day, why, "")

    def of_everybody(self, *, activities: bool) -> Iterator[Candidate]:
        """Those of every group. activities: those that go to a group stand in the digest by themselves."""
        for day in self._coming():
            if day.preparation or not (activities and day.routed_to):
                lead = day.groups[0] if day.groups else ""
                yield self._candidate(day, Why.OF_GROUP, self.names.get(lead, lead))

    def _coming(self) -> Iterator[HookDay]:
        last = self.facts.today + timedelta(days=self.calendar_days)
        return (day for day in self.facts.hooks if self.facts.today <= day.on <= last)

    def _candidate(self, day: HookDay, why: Why, why_text: str) -> Candidate:
        line = Line(
            key=f"hook:{day.hook_id}:{day.preparation}",
            what=What.HOOK,
            title=day.title,
            path=day.path,
            of_dossier=day.dossier_id,
            why=why if why_text or why is not Why.OF_GROUP else Why.STAFF,
            why_text=why_text,
            label=day.kind,
            number=day.number,
            note=day.preparation,
            until=day.on,
            at=day.at,
            working_days_left=self._left(day.on),
        )
        return Candidate(section=Section.CALENDAR, line=line)

    def _left(self, on: date) -> int:
        return self.calendar.working_days_left(self.facts.today, on)
