from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from g40flow.config.network import load_network
from g40flow.resources import resource
from g40flow.web.forms import AgreedDeadlineForm, CorrectionForm

NETWORK = load_network(resource("config"))
SLUGS = [group.slug for group in NETWORK.theme_groups]


def deadline(closes_on: str) -> AgreedDeadlineForm:
    """A form that is right but for its day."""
    return AgreedDeadlineForm.read(closes_on=closes_on, source="mail", seen="", remove=False)


@pytest.mark.parametrize("typed", ["2026-12-11", "11-12-2026", " 11/12/2026 ", "2026/12/11"])
def test_a_day_may_be_typed_in_several_ways(typed: str) -> None:
    assert deadline(typed).day == date(2026, 12, 11)


@settings(derandomize=True)
@given(typed=st.one_of(st.text(max_size=12), st.from_regex(r"\A[0-9]{1,5}[-/][0-9]{1,3}[-/][0-9]{1,5}\Z")))
def test_whatever_is_typed_as_a_day_is_a_day_or_is_asked_again(typed: str) -> None:
    form = deadline(typed)

    assert (form.day is None) == ("closes_on" in form.errors)
    assert form.day is None or 2000 <= form.day.year <= 2100


@settings(derandomize=True)
@given(
    groups=st.lists(st.sampled_from([*SLUGS, "bestaat-niet", ""])),
    lead=st.sampled_from([*SLUGS, "", "bestaat-niet"]),
    reason=st.text(),
)
def test_a_correction_that_is_taken_names_known_groups_once_with_its_lead_first(
    groups: list[str], lead: str, reason: str
) -> None:
    form = CorrectionForm.read(NETWORK, groups=groups, lead=lead, reason=reason)

    if form.errors:
        return
    assert len(set(form.groups)) == len(form.groups)
    assert set(form.groups) == {*groups, lead} - {""}
    assert form.lead == lead or lead == ""
    assert form.reason
