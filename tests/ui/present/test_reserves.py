"""Reserve proofs in words: ratios, states, problems of lists, coverage, plots, all custodians, customers' papers (3.4.3)."""

import csv
import io
from dataclasses import replace
from datetime import UTC
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.reserveerrors import AmountNegative, RowUnreadable, UserTwice
from app.core.units import UINT64_MAX
from app.core.walleterrors import BadTransition
from app.ui.desks.reserves import CoverageView, MakingStep
from app.ui.present.language import Words
from app.ui.present.pages import excluded_pages, makes_reserves, page_before_reserves
from app.ui.present.reserve_chain import (
    coverage_row,
    coverage_sentence,
    custodian_chip,
    custodian_detail,
    custodians_sentence,
    is_old,
    is_short_now,
    overview_words,
    supply_facts,
    supply_legend,
    supply_shares,
)
from app.ui.present.reserve_lists import (
    problem_row,
    problems_sentence,
    problems_table,
    stage_rows,
    step_permille,
    step_text,
)
from app.ui.present.reserve_papers import chain_verdict, claim_facts, claim_title, paper_steps, paper_verdict
from app.ui.present.reserve_plot import MOST_TICKS, plot_view, round_ticks, tick_text
from app.ui.present.reserves import (
    custody_detail,
    custody_note,
    held_in_all,
    is_covered,
    much,
    paper_folder,
    public_facts,
    ratio,
    same_words,
    snapshot_chip,
    snapshot_facts,
    snapshot_sentence,
    voucher_title,
)
from tests.fakes.desk_facts import NOW_NS
from tests.fakes.desks import reserve_facts as facts
from tests.fakes.desks.reserve_facts import MEDAL, RICE
from tests.ui.present.test_vouchers import THIN, account

AMOUNTS = st.integers(0, UINT64_MAX)


def values(shown: list) -> dict[str, str]:  # type: ignore[type-arg]
    return {fact.label: fact.value for fact in shown}


# ---- numbers ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("held", "owed", "said"),
    [
        (100, 100, "100%"),
        (10_440_150, 10_112_300, "103.2%"),
        (999_999_999, 1_000_000_000, "99.9%"),
        (1_000_000_001, 1_000_000_000, "100.0%"),
        (0, 5, "0%"),
        (10**18, 1, f">9{THIN}999%"),
        (0, 0, "nothing owed"),
        (7, 0, "nothing owed"),
    ],
)
def test_a_ratio_is_rounded_down(held: int, owed: int, said: str, english: Words) -> None:
    assert ratio(held, owed, english) == said


@given(held=AMOUNTS, owed=st.integers(1, UINT64_MAX))
def test_what_is_short_is_never_said_to_be_whole(held: int, owed: int) -> None:
    words = Words(lambda text, _comment=None, _n=-1: text, "en", UTC)
    said = ratio(held, owed, words)
    whole = not said.startswith(">") and int(said.split(".")[0].rstrip("%").replace(THIN, "")) < 100
    assert whole is (held < owed)


def test_amounts_have_the_decimals_of_their_voucher_and_pieces_are_counted(english: Words) -> None:
    assert much(123_456, RICE, english) == f"1{THIN}234.56"
    assert much(3, MEDAL, english) == "3 pieces"


def test_two_vouchers_of_one_name_can_be_told_apart() -> None:
    twin = replace(RICE, id=bytes(16))
    assert voucher_title(RICE) != voucher_title(twin)


# ---- custody ---------------------------------------------------------------------------------------------------------
def test_what_was_assigned_away_does_not_count(english: Words) -> None:
    rice = facts.custody()[0]
    away = replace(rice, assigned_to=facts.BANK, assigned_to_name="某银行")
    assert held_in_all(rice) - held_in_all(away) == rice.own.held
    assert "某银行" in custody_note(away, english)
    assert custody_note(rice, english) == ""
    assert custody_detail(rice, english).endswith("with 2 assigned accounts")


# ---- snapshots -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["made", "short", "waiting", "published", "superseded", "late"])
def test_every_state_has_words_and_a_sentence(state: str, words: Words) -> None:
    view = facts.snapshot("x", state, later=2)
    assert snapshot_chip(view, words).text not in {"", state} or state == "short"
    assert snapshot_sentence(view, words)


def test_a_short_snapshot_says_how_much_is_missing(english: Words) -> None:
    view = facts.snapshot("x", "short", owed=10_440_150_01)
    assert "Short by 0.01" in snapshot_sentence(view, english)
    assert not is_covered(view.held, view.owed)


def test_why_a_snapshot_is_late_is_said(english: Words) -> None:
    view = facts.snapshot("x", "late", error=BadTransition(entry="x", reason="too old"))
    assert "too old" in snapshot_sentence(view, english)


def test_facts_of_a_snapshot_name_every_account_and_its_publication(english: Words) -> None:
    published = values(snapshot_facts(facts.snapshot("x", "published", padding=5_000, unclaimed=3), english))
    assert {"Published", "Transaction", "Zero entries", "Owed to nobody"} <= set(published)
    plain = values(snapshot_facts(facts.snapshot("x"), english))
    assert not {"Published", "Transaction", "Zero entries", "Owed to nobody"} & set(plain)
    shown = [fact.value for fact in snapshot_facts(facts.snapshot("x"), english)]
    assert all(any(str(each.number) in value for value in shown) for each in facts.KEPT)


def test_what_becomes_public_holds_nothing_of_users(english: Words) -> None:
    shown = values(public_facts(facts.snapshot("x"), english))
    assert not any(f"52{THIN}814" in value for value in shown.values())
    assert "users" in shown["Not shown"]


def test_a_query_is_called_one(english: Words) -> None:
    shown = values(snapshot_facts(facts.snapshot("x", source_name="query"), english))
    assert shown["List"] == f"a query of a database, 52{THIN}814 rows"


def test_two_looks_at_the_same_are_the_same_whatever_object_the_error_is() -> None:
    assert same_words(facts.snapshot("x", "short", owed=10**12)) == same_words(
        facts.snapshot("x", "short", owed=10**12)
    )
    assert same_words(facts.snapshot("x")) != same_words(facts.snapshot("x", "waiting"))


def test_an_export_is_called_by_voucher_and_height() -> None:
    view = facts.snapshot("x", voucher=replace(RICE, name="../大米/券"), height=7)
    assert paper_folder(view, is_zip=True) == "大米-券-7.zip"
    assert paper_folder(replace(view, voucher=replace(RICE, name="…")), is_zip=False) == "voucher-7"


# ---- lists -----------------------------------------------------------------------------------------------------------
def test_stages_before_are_done_and_those_behind_are_to_come(english: Words) -> None:
    rows = stage_rows(MakingStep("tree", 0, 1, 4), english, is_unique=True)
    assert [row.mark for row in rows] == ["passed", "passed", "passed", "doing", "skipped"]
    assert rows[3].detail == "25%"
    assert len(stage_rows(MakingStep("tree"), english, is_unique=False)) == 4


def test_a_stage_of_unknown_length_has_no_share(english: Words) -> None:
    step = MakingStep("reading", 1_000, 64_000, None)
    assert (step_text(step, english), step_permille(step)) == (f"1{THIN}000 rows", None)
    assert step_permille(MakingStep("reading", 1, 999, 1_000)) == 999


def test_a_problem_says_where_and_what_without_saying_the_place_twice(words: Words) -> None:
    place, column, cell, said = problem_row(UserTwice(line=18, column="account", cell="10318", first=7), words)
    assert (place, column, cell) == ("18", "account", "10318")
    assert "18" not in said
    assert "7" in said
    assert problem_row(RowUnreadable(row=5), words)[:3] == ("5", "", "")


def test_problems_beyond_those_shown_are_counted(english: Words) -> None:
    assert f"first 1{THIN}000 are shown; 204 more are not" in problems_sentence(facts.problems(1_204), english)
    assert "more" not in problems_sentence(facts.problems(3), english)


def test_no_cell_of_the_table_of_problems_is_a_formula(words: Words) -> None:
    problem = AmountNegative(line=1, column='=HYPERLINK("x")', cell='@SUM(1),"2"')
    table = problems_table([problem], words)
    rows = list(csv.reader(io.StringIO(table.removeprefix("\ufeff"))))
    assert len(rows) == 2
    assert rows[1][1].startswith("'=")
    assert rows[1][2] == '\'@SUM(1),"2"'


# ---- coverage --------------------------------------------------------------------------------------------------------
def test_coverage_says_how_often_and_when_last(english: Words) -> None:
    view = facts.coverage()
    assert coverage_sentence(view, NOW_NS, english) == "12 publications, the newest just now"
    assert "older ones are not shown" in coverage_sentence(replace(view, is_whole=False), NOW_NS, english)
    assert "Nothing" in coverage_sentence(replace(view, publications=()), NOW_NS, english)


def test_the_plot_and_the_table_show_the_same_figures(english: Words) -> None:
    view = facts.coverage()
    points = plot_view(view, english).points
    assert [(each.owed, each.held) for each in points] == [(p.owed, p.held) for p in reversed(view.publications)]
    for point, publication in zip(points, reversed(view.publications), strict=True):
        assert all(text in point.words for text in coverage_row(publication, view.voucher, english))


def test_a_plot_of_one_publication_has_axes(english: Words) -> None:
    one = replace(facts.coverage(), publications=facts.coverage().publications[:1])
    view = plot_view(one, english)
    assert len(view.moments) == 1
    assert view.ticks[0][0] <= view.points[0].owed <= view.ticks[-1][0]
    assert view.ticks[0][0] < view.ticks[-1][0]
    assert view.ratios[0][0] < view.ratios[-1][0]


def test_moments_at_the_axis_can_be_told_apart_however_close_they_are(english: Words) -> None:
    near = replace(facts.publication(0, 5, 6), time_ns=NOW_NS + 2 * 10**9)
    for later in (near, replace(near, time_ns=NOW_NS + 3_600 * 10**9), replace(near, time_ns=NOW_NS + 86_400 * 10**11)):
        view = plot_view(CoverageView(RICE, 1, "", (later, facts.publication(0, 5, 6))), english)
        assert len({text for _, text in view.moments}) == 2


def test_a_plot_of_nothing_says_so(english: Words) -> None:
    view = plot_view(CoverageView(MEDAL, 1, "", ()), english)
    assert (view.points, view.moments) == ((), ())
    assert view.summary == "Nothing to be plotted"


def test_nothing_owed_counts_as_covered_in_the_plot(english: Words) -> None:
    nothing = replace(facts.publication(1, 0, 0))
    view = plot_view(CoverageView(RICE, 1, "", (nothing,)), english)
    assert view.points[0].tenths == 1_000


@given(one=AMOUNTS, other=AMOUNTS)
def test_ticks_are_round_rise_and_enclose_what_is_drawn(one: int, other: int) -> None:
    least, most = sorted((one, other))
    ticks = round_ticks(least, most)
    assert ticks[0] <= least
    assert ticks[-1] >= most
    assert 2 <= len(ticks) <= MOST_TICKS + 2
    step = ticks[1] - ticks[0]
    assert all(second - first == step for first, second in pairwise(ticks))
    assert str(step).strip("0") in {"1", "2", "5"}


def test_ticks_drop_decimals_only_where_none_is_needed() -> None:
    assert tick_text(500, (0, 500), RICE) == "5"
    assert tick_text(50, (0, 50), RICE) == "0.50"
    assert tick_text(50, (0, 50), MEDAL) == "50"


# ---- all custodians --------------------------------------------------------------------------------------------------
def test_reserves_are_set_against_the_supply(english: Words) -> None:
    view = facts.reserves()
    shown = values(supply_facts(view, english))
    assert shown["With custodians who published"].endswith("(81.0% of what is outstanding)")
    assert [share for share, _ in supply_shares(view)] == [795, 15]
    assert "elsewhere" in supply_legend(view, english)[2].text


def test_a_supply_of_nothing_is_no_error(english: Words) -> None:
    view = replace(facts.reserves(), supply=0, custodians=())
    assert supply_shares(view) == [(0, "primary"), (0, "ok")]
    assert supply_facts(view, english)
    assert "No custodian" in custodians_sentence((), view, english)


def test_custodians_that_cannot_be_relied_on_are_marked(english: Words) -> None:
    view = facts.reserves()
    sound, short, old = view.custodians
    assert [custodian_chip(each, view, english).tone for each in view.custodians] == ["ok", "bad", "warn"]
    assert not is_short_now(sound)
    assert is_short_now(short)
    assert is_old(old, view)
    assert "assigned" in custodian_detail(sound, view, english)
    assert not is_short_now(replace(short, is_whole=False))
    assert "at least" in custodian_detail(replace(short, is_whole=False), view, english)


def test_the_overview_says_the_same_at_another_height(english: Words) -> None:
    view = facts.reserves()
    assert overview_words(view, english) == overview_words(replace(view, height=view.height + 1), english)
    assert overview_words(view, english) != overview_words(replace(view, supply=1), english)


# ---- papers ----------------------------------------------------------------------------------------------------------
def test_every_step_of_a_paper_has_words(words: Words) -> None:
    rows = paper_steps(facts.good_check(), words)
    assert [row.mark for row in rows] == ["passed"] * 10
    assert all(row.name and row.name not in facts.STEPS and row.text for row in rows)
    assert "1285000" not in " ".join(row.text for row in rows)


def test_a_refuted_paper_is_only_a_claim_and_later_steps_were_not_done(english: Words) -> None:
    check = facts.bad_check("tree")
    assert paper_verdict(check, english).tone == "bad"
    assert [row.mark for row in paper_steps(check, english)] == ["passed", "passed", "failed", *["skipped"] * 7]
    assert claim_title(check, english).endswith("(not proven)")


def test_the_chains_word_is_said_apart_from_the_verdict(english: Words) -> None:
    for check, tone in (
        (facts.good_check(0), "ok"),
        (facts.good_check(2), "primary"),
        (facts.bad_check(), "bad"),
        (facts.lonely_check(), "warn"),
        (replace(facts.good_check(), chain=None), "neutral"),
    ):
        assert chain_verdict(check, NOW_NS, english)[2] == tone


def test_a_paper_of_a_unique_piece_names_its_serial(english: Words) -> None:
    check = facts.good_check()
    assert check.claim is not None
    piece = replace(check, claim=replace(check.claim, voucher=MEDAL, serial=17, balance=1))
    assert values(claim_facts(piece, english))["Serial"] == "#17"
    assert claim_facts(replace(check, claim=None), english) == []


# ---- whose page ------------------------------------------------------------------------------------------------------
def test_who_makes_reserves_and_who_looks(english: Words) -> None:
    assert makes_reserves(account("partner", 1, "voucher"))
    assert not makes_reserves(account("partner", 1, "evidence"))
    assert not makes_reserves(None)
    for party in ("partner", "regulator", "operator"):
        assert "reserves" not in excluded_pages(account(party), english)
    for party in ("bookkeeper", "user"):
        assert "reserves" in excluded_pages(account(party), english)
    assert page_before_reserves("regulator") == page_before_reserves("operator") == "verify"
    assert page_before_reserves("partner") == "vouchers"
