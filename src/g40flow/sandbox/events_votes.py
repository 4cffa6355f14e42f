"""Events of the House that decide something: votes, their corrections, and commitments."""

from g40flow.sandbox.event_table import BadEvent, Scene, Words, happening
from g40flow.sandbox.world.house import GROUPS, Ballot, commitment

_DEFAULT = ("Stad & Land", "Nieuw Midden", "Samen Wonen")


@happening("parliament", "Stem over een motie of wetsvoorstel")
def hold_vote(
    scene: Scene,
    *,
    case: str = "m-f35",
    in_favour: Words = _DEFAULT,
    absent: Words = (),
    roll_call: bool = False,
) -> str:
    """case: key of the case. in_favour, absent: names of groups; all others vote against."""
    ballot = _ballot(scene, case, in_favour, absent=absent, roll_call=roll_call)
    scene.world.contents.stored.put_all(ballot.entities(scene.now))
    return f"Gestemd over {case}: voor {', '.join(in_favour) or 'niemand'}"


@happening("parliament", "Een fractie geeft een vergissing door")
def correct_vote(
    scene: Scene, *, case: str = "m-f35", group: str = "Samen Wonen", in_favour: Words = _DEFAULT
) -> str:
    """in_favour: as the vote was held."""
    ballot = _ballot(scene, case, in_favour, mistaken=(group,))
    scene.world.contents.stored.put_all(ballot.entities(scene.now))
    return f"{group} vergiste zich bij de stemming over {case}"


@happening("parliament", "Toezegging van een bewindspersoon")
def make_commitment(
    scene: Scene,
    *,
    key: str = "toezegging-nieuw",
    activity: str = "cd-dakloosheid",
    text: str = "De staatssecretaris informeert de Kamer voor de zomer over de opvang per gemeente.",
    by: str = "staatssecretaris van Volksgezondheid, Welzijn en Sport",
    due: str = "",
) -> str:
    """activity: key of the meeting. due: ISO day."""
    contents = scene.world.contents
    if activity not in contents.activities:
        raise BadEvent(f"onbekende activiteit {activity}")
    number = 200 + len(contents.stored.of("Toezegging"))
    contents.stored.put_all([commitment(key, number, activity, text, by, due, scene.now)])
    return f"Toezegging bij {activity}: {text}"


def _ballot(
    scene: Scene,
    case: str,
    in_favour: Words,
    *,
    absent: Words = (),
    mistaken: Words = (),
    roll_call: bool = False,
) -> Ballot:
    if case not in scene.world.contents.cases:
        raise BadEvent(f"onbekende zaak {case}")
    if unknown := sorted({*in_favour, *absent, *mistaken} - GROUPS.keys() - {""}):
        raise BadEvent(f"onbekende fractie {', '.join(unknown)}; bekend zijn: {', '.join(GROUPS)}")
    return Ballot(
        case=case,
        in_favour=tuple(name for name in in_favour if name),
        absent=absent,
        mistaken=mistaken,
        roll_call=roll_call,
    )
