"""The committed page is what its sources give, and nothing in it reaches out."""

import base64
import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

from tests.web.conftest import PAGE, ROOT, SECONDS, SOURCES

FRESH = "resources/web/reserve.html is not what web/reserve gives: run make page"


def test_the_committed_page_is_a_fresh_build(workshop: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "reserve.html"
    subprocess.run(
        ["node", str(workshop / "build.mjs"), str(fresh)],
        check=True,
        capture_output=True,
        timeout=SECONDS,
        env={**os.environ, "PROTO": str(ROOT / "proto" / "luopu")},
    )
    assert fresh.read_bytes() == PAGE.read_bytes(), FRESH


def test_the_policy_allows_this_script_and_this_style_and_nothing_else() -> None:
    page = PAGE.read_text(encoding="utf-8")
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    named = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{named[0]}'; style-src 'sha256-{named[1]}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def test_no_address_of_another_machine_stands_in_the_page() -> None:
    addresses = set(re.findall(r"\w+://[\w./-]+", PAGE.read_text(encoding="utf-8")))
    assert addresses == {"http://www.w3.org/2000/svg"}


def test_every_package_is_locked_by_its_digest_and_names_no_registry() -> None:
    lock = json.loads((SOURCES / "package-lock.json").read_text())
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert all(one["integrity"].startswith("sha512-") and "resolved" not in one for one in packages.values())
    assert {name.removeprefix("node_modules/") for name, one in packages.items() if not one.get("dev")} == {
        "@noble/curves",
        "@noble/hashes",
    }


def test_both_languages_say_the_same_things(node: str) -> None:
    script = (
        f"const {{ LANGUAGES }} = await import({json.dumps((SOURCES / 'src' / 'words.js').as_uri())});"
        "const each = (one) => Object.entries(one).map(([name, value]) => [name, keys(value)]);"
        "const keys = (one) => typeof one === 'object' ? each(one) : '';"
        "const holes = (one) => JSON.stringify(one).match(/\\{\\w+\\}/g).sort();"
        "console.log(JSON.stringify(['zh', 'en'].map((name) => [keys(LANGUAGES[name]), holes(LANGUAGES[name])])))"
    )
    done = subprocess.run(
        [node, "--input-type=module", "-e", script], check=True, capture_output=True, text=True, timeout=SECONDS
    )
    zh, en = json.loads(done.stdout)
    assert zh == en


def test_every_reason_that_has_its_own_sentence_is_one_that_a_check_gives() -> None:
    sources = {path.name: path.read_text(encoding="utf-8") for path in (SOURCES / "src").glob("*.js")}
    (block, other) = re.findall(r"whyChecks: \{(.*?)\n  \}", sources.pop("words.js"), re.DOTALL)
    worded = set(re.findall(r"^    \"?([\w-]+)\"?:", block, re.MULTILINE))
    assert worded == set(re.findall(r"^    \"?([\w-]+)\"?:", other, re.MULTILINE))
    assert worded <= {check for text in sources.values() for check in re.findall(r'"([\w-]+)"', text)}
