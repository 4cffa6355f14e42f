"""The portal with rules in a folder of its own, which people change by deciding on proposals."""

from dataclasses import fields
from pathlib import Path

from g40flow.config.routing import load_router
from g40flow.domain.routing import Router
from tests.use_cases.small_rules import SmallRules
from tests.web.world import World, build_world


class LearningWorld(World):
    """A world that routes by the rules in its folder. rules: those rules, with items to correct."""

    rules: SmallRules

    @property
    def router(self) -> Router:
        return load_router(self.config_dir / "routing")


def build_learning_world(database_url: str, folder: Path) -> LearningWorld:
    """A network without items, with two small rule files in `folder`."""
    plain = build_world(database_url)
    world = LearningWorld(**{part.name: getattr(plain, part.name) for part in fields(plain)})
    for path in plain.config_dir.glob("*.yaml"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "routing").mkdir()
    rules = SmallRules(folder / "routing", plain.database, plain.moment)
    world.__dict__.update({**plain.__dict__, "config_dir": folder, "rules": rules})
    return world
