"""The preview: what is saved is in the page, what is wrong is said with its line, and nothing but this machine is served."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from leeszaal.errors import LeeszaalError
from leeszaal.home import Home
from leeszaal.site.preview.live import Live, changed, stamps
from leeszaal.site.preview.server import News, PreviewServer
from leeszaal.site.preview.verb import follow

SLUG = "interbestuurlijk-toezicht"


def test_files_that_are_new_gone_or_written_again_are_changed() -> None:
    a, b, c = Path("a"), Path("b"), Path("c")
    assert changed({a: 1, b: 1}, {a: 2, c: 1}) == {a, b, c}
    assert changed({a: 1}, {a: 1}) == set()


def test_what_an_editor_leaves_lying_about_is_not_followed(finished_room: Path) -> None:
    names = {path.name for path in stamps(Home(finished_room), SLUG)}
    assert {"text.md", "paper.yaml", "index.qmd", "leeszaal.css"} <= names
    assert not any(name.startswith(".") or name.endswith(".ipynb") for name in names)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PreviewServer]:
    for folder in ("over", "site"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.html").write_text(f"<body>{folder}</body>", encoding="utf-8")
    (tmp_path / "site" / "index.html").write_text("<body>start</body>", encoding="utf-8")
    (tmp_path / "geheim.txt").write_text("geheim", encoding="utf-8")
    running = PreviewServer([tmp_path / "over", tmp_path / "site"], News())
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


def fetched(server: PreviewServer, path: str, host: str = "") -> str:
    request = urllib.request.Request(server.address + path, headers={"Host": host} if host else {})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(answer.read().decode("utf-8"))


def test_the_rendered_page_lies_over_the_site_and_listens_for_news(server: PreviewServer) -> None:
    assert fetched(server, "a.html").startswith("<body>over<script>")
    assert fetched(server, "").startswith("<body>start<script>")
    server.news.tell(["regel 3: </script>"])
    assert "</script>" not in fetched(server, "a.html").partition("window.NIEUWS = ")[2].partition(";\n")[0]
    assert json.loads(fetched(server, "-/nieuws?na=0")) == {"version": 1, "problems": ["regel 3: </script>"]}


@pytest.mark.parametrize("path", ["../geheim.txt", "%2e%2e/geheim.txt", "..%2fgeheim.txt", "weg.html", "a%00.html"])
def test_nothing_outside_the_site_is_served(server: PreviewServer, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetched(server, path)
    assert caught.value.code == 404
    caught.value.close()


def test_another_name_for_this_machine_gets_nothing(server: PreviewServer) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetched(server, "a.html", "kwaad.example")
    assert caught.value.code == 403
    caught.value.close()


def test_a_port_that_is_taken_is_said(server: PreviewServer) -> None:
    with pytest.raises(LeeszaalError, match="niet vrij"):
        PreviewServer([], News(), server.server_address[1])


def test_what_is_saved_is_shown_and_what_is_wrong_is_said(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEESZAAL_PROEF", "een-sleutel")
    text = room / "papers" / SLUG / "text.md"
    before = text.read_text(encoding="utf-8")
    live, news, stop, ready = Live(Home(room), SLUG), News(), threading.Event(), threading.Event()
    thread = threading.Thread(target=follow, args=(live, news, stop.is_set, ready.set), daemon=True)
    thread.start()
    try:
        assert ready.wait(120)
        assert news.problems == []
        page = live.over / live.start
        first = page.read_text(encoding="utf-8")
        assert "Bestuurlijke samenvatting" in first
        assert (page.parent / "figures" / "aandeel.svg").is_file()

        written = [path for path in live.folder.rglob("*") if path.is_file()]
        assert not any(b"een-sleutel" in path.read_bytes() for path in written)  # the environment stays where it is

        version = news.version
        place = before.index("{{ werken }}", before.index("# samenvatting"))
        text.write_text(before[:place] + "{{ werkeen }}" + before[place + 12 :], encoding="utf-8")
        told = news.after(version, 60)
        line = before[:place].count("\n") + 1
        assert len(told["problems"]) == 1
        assert f"text.md, regel {line}: " in told["problems"][0]
        assert "werkeen" in told["problems"][0]
        assert page.read_text(encoding="utf-8") == first  # the version before stays

        version = news.version
        text.write_text(
            before.replace("# overijssel\n", "# overijssel\n\nZojuist bewaard <b>zo</b>.\n"), encoding="utf-8"
        )
        assert news.after(version, 120)["problems"] == []
        assert "Zojuist bewaard &lt;b&gt;zo&lt;/b&gt;." in page.read_text(encoding="utf-8")

        version = news.version
        (room / "colofon.qmd").write_text("---\ntitle: Colofon\n---\n\nNieuw.\n", encoding="utf-8")
        assert news.after(version, 60)["problems"] == []
        assert "<p>Nieuw.</p>" in (live.over / "colofon.html").read_text(encoding="utf-8")
    finally:
        stop.set()
        thread.join(30)
        live.stop()
    assert "Nieuw." not in (room / "_site" / "colofon.html").read_text(encoding="utf-8")
