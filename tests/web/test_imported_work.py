"""Past work that was taken in, as people find it in the portal."""

from g40flow.render.import_words import ImportWords
from g40flow.resources import resource
from g40flow.use_cases.imports.import_history import import_files
from g40flow.use_cases.imports.read_file import PastFile
from tests.use_cases.dossier.world import DESK
from tests.use_cases.dossier.world import World as DossierWorld
from tests.web.reading import Reader
from tests.web.signing_in import ANNA
from tests.web.world import World


def test_past_work_is_found_read_and_reported_and_says_who_took_it_in(reader: Reader, world: World) -> None:
    examples = [PastFile(path=path) for path in sorted((resource("config") / "import").iterdir())]
    actor = DossierWorld(world.database, now=world.now()).actor(ANNA)
    words = ImportWords(resource("templates")).vocabulary(world.network)
    with world.database.writing() as session:
        import_files(session, DESK, examples, words, label=lambda word: word, actor=actor, now=world.now())

    found = reader.get("/dossiers?state=final&q=woningbouw")
    response = reader.get(found.link("Voorbeeldwet woningbouw in de stad"))
    campaigns = reader.get("/campagnes?state=final")
    campaign = reader.get(campaigns.link("Voorbeeldcampagne warmte in de wijk"))

    assert "Ingevoerd uit een bestand van vroeger" in response.part("geschiedenis")
    assert "Afgesloten" in response.text
    assert "Bereikt" in campaign.part("boodschappen")
    assert "Voorbeeldwet woningbouw" in reader.get("/library?q=woningbouw").text
    assert "Voorbeeldwet woningbouw" in reader.get("/verslagen?jaar=2023").part("ingediend")
    assert "Voorbeeldcampagne warmte" in reader.get("/verslagen?jaar=2022").part("resultaten")
    sheet = reader.get(f"/verslagen{campaigns.link('Voorbeeldcampagne warmte in de wijk')}")
    assert "Een amendement is aangenomen." in sheet.part("boodschappen")
