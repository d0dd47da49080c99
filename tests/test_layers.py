"""The layers hold: an import points down only, each foreign library has one door, and the public names are there."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import clusterpool

PACKAGE = Path(clusterpool.__file__).parent
ROOT = "clusterpool"

RANK = {
    "messages": -1,
    "errors": 0,
    "cache": 1,
    "example": 1,
    "notebook": 0,
    "executors": 1,
    "outline": 1,
    "language": -2,
    "schema": 1,
    "solver": 1,
    "places": 2,
    "reading": 2,
    "templates": 3,
    "validation": 3,
    "importing": 3,
    "demand": 4,
    "inspection": 4,
    "market": 5,
    "plan": 5,
    "routes": 6,
    "purchasing": 6,
    "allocation": 6,
    "check": 6,
    "freight": 7,
    "model": 8,
    "search": 9,
    "optimize": 10,
    "separation": 10,
    "game": 11,
    "same_price": 11,
    "report": 12,
    "gains": 13,
    "savings": 14,
    "cli": 15,
    "__main__": 16,
}
"""Every room of the package (a file or a folder) with its floor; rooms on one floor do not see each other."""

ONLY_SEES = {
    "check": {"errors", "demand", "plan"},  # shares no code with the model
    "allocation": {"errors", "language", "notebook", "solver"},  # knows games, no offers or roads
}

DOORS = {
    "highspy": {"solver"},
    "pulp": {"solver", "purchasing", "freight", "model"},  # the latter three state models
    "networkx": {"routes"},
    "typer": {"cli"},
    "pyvrp": {"freight"},
    "loky": {"executors"},
    "babel": {"language"},
    "matplotlib": {"report"},
    "jinja2": {"report"},
    "markupsafe": {"report"},
    "xlsxwriter": {"report", "templates"},
}
"""Foreign libraries that only these rooms may import."""


@dataclass(frozen=True)
class Import:
    """`room` imports `module`, at `where`."""

    room: str
    module: str
    where: str

    @property
    def room_imported(self) -> str | None:
        """The room of the package that is imported; None for a foreign module."""
        head, _, rest = self.module.partition(".")
        return rest.partition(".")[0] if head == ROOT else None


def sources() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "data" not in path.relative_to(PACKAGE).parts)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(source: str, room: str, name: str) -> list[Import]:
    """All imports in a source text, those in functions and under TYPE_CHECKING too."""
    found = []
    for node in ast.walk(ast.parse(source)):
        where = f"{name}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import):
            found += [Import(room, alias.name, where) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{where}: imports are absolute"
            if node.module == ROOT:  # from clusterpool import room
                found += [Import(room, f"{ROOT}.{a.name}", where) for a in node.names if a.name != "__version__"]
            else:
                found.append(Import(room, node.module or "", where))
    return found


def all_imports() -> list[Import]:
    return [
        found
        for path in sources()
        if path != PACKAGE / "__init__.py"
        for found in imports_of(path.read_text(encoding="utf-8"), room_of(path), str(path.relative_to(PACKAGE)))
    ]


def faults(imports: list[Import]) -> list[str]:
    """Every import that breaks a layer or goes round a door."""
    broken = []
    for item in imports:
        seen = item.room_imported
        foreign = item.module.partition(".")[0]
        if seen is None:
            if item.room not in DOORS.get(foreign, {item.room}):
                broken.append(f"{item.where}: {foreign} comes in by {sorted(DOORS[foreign])} only")
        elif seen not in RANK:
            broken.append(f"{item.where}: {item.module} has no floor in tests/test_layers.py")
        elif seen != item.room and RANK[seen] >= RANK[item.room]:
            broken.append(f"{item.where}: {item.room} must not see {seen}, an import points down")
        elif seen not in ONLY_SEES.get(item.room, {seen}) | {item.room}:
            broken.append(f"{item.where}: {item.room} must not see {seen}")
    return broken


def test_every_room_has_a_floor() -> None:
    assert {room_of(path) for path in sources()} - {"__init__"} <= RANK.keys()


def test_imports_point_down_and_libraries_come_in_by_their_door() -> None:
    assert faults(all_imports()) == []


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("demand", "from clusterpool.optimize import plan_pool"),
        ("market", "import clusterpool.plan"),
        ("routes", "from clusterpool import purchasing"),
        ("check", "from clusterpool.market import needs"),
        ("allocation", "from clusterpool.demand import Pool"),
        ("optimize", "import highspy"),
        ("allocation", "from pulp import LpProblem"),
        ("freight", "import networkx as nx"),
        ("report", "def f():\n    import typer"),
        ("optimize", "from pyvrp import Model"),
        ("savings", "import loky"),
        ("optimize", "from clusterpool import Pool"),
    ],
)
def test_a_wrong_import_is_found(room: str, line: str) -> None:
    assert len(faults(imports_of(line, room, "example.py"))) == 1


def graph_of(sources: dict[str, str]) -> dict[str, set[str]]:
    """Which module imports which, of modules by name; TYPE_CHECKING imports count, a package stands for its `__init__`.

    `from package import name` is an import of the module package.name where there is one.
    """
    graph: dict[str, set[str]] = {}
    for module, source in sources.items():
        named = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
        seen = {alias.name for node in named if isinstance(node, ast.Import) for alias in node.names}
        for node in named:
            if isinstance(node, ast.ImportFrom) and node.module:
                inside = (f"{node.module}.{alias.name}" for alias in node.names)
                seen |= {name if name in sources else node.module for name in inside}
        graph[module] = seen & (sources.keys() - {module})
    return graph


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_no_modules_import_each_other_in_a_circle() -> None:
    texts = {module_of(path): path.read_text(encoding="utf-8") for path in sources()}
    texts.pop(ROOT)  # hands the public names on, loaded when asked for
    TopologicalSorter(graph_of(texts)).prepare()


@pytest.mark.parametrize(
    "sources",
    [
        {"a": "import b", "b": "from a import x"},
        {"p": "from p.a import x", "p.a": "from p.b import x", "p.b": "from p import a"},
        {"p.a": "if TYPE_CHECKING:\n    from p.b import x", "p.b": "def f():\n    from p.a import y"},
        {"p": "from p.a import x", "p.a": "from p import x"},
    ],
)
def test_a_circle_is_found(sources: dict[str, str]) -> None:
    with pytest.raises(CycleError):
        TopologicalSorter(graph_of(sources)).prepare()


@pytest.mark.parametrize("name", clusterpool.__all__)
def test_public_name_is_there(name: str) -> None:
    assert getattr(clusterpool, name).__name__ == name


def test_public_names_are_stated_alike_for_readers_and_type_checkers() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    for_checkers = {
        alias.name: node.module.removeprefix(f"{ROOT}.")
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    assert for_checkers == clusterpool._HOME
    assert sorted(clusterpool.__all__) == sorted(clusterpool._HOME)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'plan_pol'"):
        importlib.import_module(ROOT).plan_pol  # noqa: B018


def test_importing_the_package_imports_none_of_its_rooms() -> None:
    code = "import sys, clusterpool; print([m for m in sys.modules if m.startswith('clusterpool.') or m == 'pandas'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
