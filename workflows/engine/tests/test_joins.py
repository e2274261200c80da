"""Paths that come together: all of them, some of them, those that can still come. Nobody waits for ever, nothing is
done twice, and what somebody has refused does not happen. ADR 60 to 63 say why."""

from typing import Any

import pytest

from .playing import Play, define

FORK = {"key": "fork", "next": ["a", "b", "c"]}


def fork(join: Any, *, a: Any = None, b: Any = None, c: Any = None) -> Play:
    """Three paths that meet at `meet`, just opened. Each may have other results than `ok`."""
    ways = {"a": a, "b": b, "c": c}
    steps = [{"key": key, "results": [{"code": "ok", "next": "meet"}, *(more or [])]} for key, more in ways.items()]
    return Play(define(FORK, *steps, {"key": "meet", "join": join})).start().complete("fork")


def rejected(code: str = "no") -> list[dict[str, Any]]:
    return [{"code": code, "next": "end"}]


def test_all_waits_for_every_path() -> None:
    play = fork("all")
    assert play.complete("b", "ok").open == ["a", "c"]
    assert play.complete("c", "ok").open == ["a"]
    assert play.complete("a", "ok").open == ["meet"]
    assert play.complete("meet").is_completed


def test_any_opens_with_each_path() -> None:
    play = fork("any")
    assert play.complete("b", "ok").open == ["a", "c", "meet"]
    assert play.complete("a", "ok").open == ["c", "meet", "meet"]
    assert [run.visit for run in play.state.runs.values() if run.step == "meet"] == [1, 2]


def test_count_opens_once_and_absorbs_who_comes_late() -> None:
    play = fork({"count": 2})
    assert play.complete("c", "ok").open == ["a", "b"]
    assert play.complete("a", "ok").open == ["b", "meet"]
    assert play.complete("b", "ok").open == ["meet"]
    assert play.skipped == [("meet", "late")]
    assert play.complete("meet").is_completed


def test_late_is_late_even_after_the_joined_work_is_done() -> None:
    play = fork({"count": 1}).complete("a", "ok").complete("meet").complete("b", "ok").complete("c", "ok")
    assert play.entered.count("meet") == 1
    assert play.is_completed


@pytest.mark.parametrize("join", ["all", {"count": 3}])
def test_a_branch_that_was_not_taken_does_not_block(join: Any) -> None:
    ways = {
        "all": [
            {"step": "clerk"},
            {"step": "boss", "when": "amount > 1000"},
            {"step": "board", "when": "amount > 9000"},
        ]
    }
    approvals = [{"key": key, "next": "pay"} for key in ("clerk", "boss", "board")]
    definition = define({"key": "ask", "next": ways}, *approvals, {"key": "pay", "join": join})
    small = Play(definition).start(amount=10).complete("ask")
    assert small.complete("clerk").open == ["pay"]
    middle = Play(definition).start(amount=2_000).complete("ask").complete("boss")
    assert middle.open == ["clerk"]
    assert middle.complete("clerk").open == ["pay"]


@pytest.mark.parametrize("order", ["abc", "bac", "cba"])
def test_a_rejection_in_one_of_the_parallel_approvals_keeps_the_joined_work_from_happening(order: str) -> None:
    play = fork("all", a=rejected())
    for key in order:
        play.complete(key, "no" if key == "a" else "ok")
    assert play.is_completed
    assert "meet" not in play.entered
    assert play.skipped == [("meet", "forsaken")]


def test_two_of_three_are_enough_though_one_rejects_and_one_alone_is_not() -> None:
    ways = dict.fromkeys("abc", rejected())
    assert fork({"count": 2}, **ways).complete("a", "no").complete("b", "ok").complete("c", "ok").open == ["meet"]
    play = fork({"count": 2}, **ways).complete("a", "no").complete("b", "ok").complete("c", "no")
    assert play.is_completed
    assert play.skipped == [("meet", "forsaken")]


def test_a_rejection_further_up_the_path_counts_as_well() -> None:
    play = Play(
        define(
            {"key": "fork", "next": ["a", "b"]},
            {"key": "a", "results": [{"code": "ok", "next": "a2"}, *rejected()]},
            {"key": "a2", "next": "meet"},
            {"key": "b", "next": "meet"},
            {"key": "meet", "join": "all"},
        )
    ).start()
    assert play.complete("fork").complete("b").complete("a", "no").is_completed
    assert "meet" not in play.entered


def test_a_forsaken_join_takes_what_depends_on_it_along() -> None:
    play = Play(
        define(
            {"key": "a", "results": [{"code": "ok"}, *rejected()]},
            {"key": "b"},
            {"key": "c"},
            {"key": "ab", "depends_on": ["a", "b"]},
            {"key": "abc", "depends_on": ["ab", "c"]},
            {"key": "after_c", "depends_on": ["c"]},
        )
    ).start()
    play.complete("a", "no").complete("b").complete("c")
    assert play.open == ["after_c"]
    assert play.complete("after_c").is_completed
    assert play.skipped == [("ab", "forsaken"), ("abc", "forsaken")]


def test_an_end_of_a_path_that_leads_elsewhere_forsakes_nothing() -> None:
    play = Play(
        define(
            {"key": "fork", "next": {"all": [{"step": "a"}, {"step": "b", "when": "false"}, {"step": "news"}]}},
            {"key": "a", "next": "meet"},
            {"key": "b", "next": "meet"},
            {"key": "news", "next": "end"},
            {"key": "meet", "join": "all"},
        )
    ).start()
    assert play.complete("fork").complete("news").complete("a").open == ["meet"]


def test_a_join_waits_for_what_a_condition_further_up_may_still_bring() -> None:
    play = Play(
        define(
            {"key": "fork", "next": ["a", "b"]},
            {"key": "a", "next": "meet"},
            {"key": "b", "next": [{"step": "b2", "when": "long"}, {"step": "aside"}]},
            {"key": "b2", "next": "meet"},
            {"key": "aside"},
            {"key": "meet", "join": "all"},
        )
    )
    short = play.start(long=False).complete("fork").complete("a")
    assert short.open == ["b"]
    assert short.complete("b").open == ["aside", "meet"]


def around(**more: Any) -> Play:
    """A loop: two approvals, a join, and the way back to before the split."""
    return Play(
        define(
            {"key": "fill", "next": ["a", "b"]},
            {"key": "a", "results": [{"code": "ok", "next": "meet"}, {"code": "redo", "next": "a"}, *rejected()]},
            {"key": "b", "results": [{"code": "ok", "next": "meet"}, {"code": "back", "next": "fill"}]},
            {
                "key": "meet",
                "join": "all",
                "results": [{"code": "fine", "next": "end"}, {"code": "again", "next": "fill"}],
            },
            **more,
        )
    ).start()


def test_a_join_opens_again_each_time_around() -> None:
    play = around()
    for _ in range(3):
        play.complete("fill").complete("a", "ok").complete("b", "ok")
        assert play.open == ["meet"]
        play.complete("meet", "again")
    assert play.state.visits == {"fill": 4, "a": 3, "b": 3, "meet": 3}


def test_repeating_one_approval_neither_opens_the_join_nor_forgets_the_others_rejection() -> None:
    play = around().complete("fill").complete("a", "redo").complete("b", "ok")
    assert play.open == ["a"]
    assert play.complete("a", "ok").open == ["meet"]
    steps = [
        {"key": "fill", "next": ["a", "b"]},
        {"key": "a", "results": [{"code": "ok", "next": "meet"}, *rejected()]},
        {"key": "b", "results": [{"code": "ok", "next": "meet"}, {"code": "redo", "next": "b"}]},
        {"key": "meet", "join": "all", "results": [{"code": "again", "next": "fill"}, {"code": "fine"}]},
    ]
    refused = (
        Play(define(*steps)).start().complete("fill").complete("a", "no").complete("b", "redo").complete("b", "ok")
    )
    assert refused.is_completed
    assert "meet" not in refused.entered


def test_a_rejection_is_forgotten_when_the_whole_round_begins_anew() -> None:
    play = around().complete("fill").complete("a", "no").complete("b", "back").complete("fill")
    assert play.complete("a", "ok").complete("b", "ok").open == ["meet"]


def test_going_back_to_a_join_opens_it_alone() -> None:
    play = Play(
        define(
            {"key": "a"},
            {"key": "b"},
            {
                "key": "review",
                "depends_on": ["a", "b"],
                "results": [{"code": "ok"}, {"code": "redo", "next": "review"}],
            },
            {"key": "slow", "depends_on": [], "results": [{"code": "ok"}, {"code": "again", "next": "a"}]},
            {"key": "last", "depends_on": ["review", "slow"]},
        )
    ).start()
    play.complete("a").complete("b").complete("review", "redo")
    assert play.open == ["review", "slow"]
    assert play.complete("review", "ok").complete("slow", "ok").open == ["last"]


def test_late_work_that_goes_back_to_before_the_split_begins_a_new_round() -> None:
    play = fork({"count": 2}, c=[{"code": "restart", "next": "fork"}])
    play.complete("a", "ok").complete("b", "ok").complete("meet")
    play.complete("c", "restart").complete("fork").complete("a", "ok").complete("b", "ok")
    assert play.open == ["c", "meet"]
    assert play.entered.count("meet") == 2


def test_late_work_that_repeats_itself_stays_late() -> None:
    play = fork({"count": 2}, c=[{"code": "redo", "next": "c"}])
    play.complete("a", "ok").complete("b", "ok").complete("c", "redo").complete("c", "ok")
    assert play.open == ["meet"]
    assert play.skipped == [("meet", "late")]


def test_a_side_branch_that_could_start_over_does_not_hold_the_join_up() -> None:
    play = Play(
        define(
            {"key": "fill", "next": {"all": [{"step": "a"}, {"step": "b", "when": "false"}, {"step": "watch"}]}},
            {"key": "a", "next": "meet"},
            {"key": "b", "next": "meet"},
            {"key": "watch", "results": [{"code": "over", "next": "fill"}, {"code": "fine", "next": "end"}]},
            {"key": "meet", "join": "all"},
        )
    ).start()
    assert play.complete("fill").complete("a").open == ["meet", "watch"]
    assert play.complete("watch", "fine").complete("meet").is_completed


def test_joins_that_wait_for_each_other_go_on_in_the_order_of_the_definition() -> None:
    play = Play(
        define(
            {"key": "fork", "next": ["a", "b"]},
            {"key": "a", "next": "one"},
            {"key": "b", "next": "two"},
            {"key": "one", "join": "all", "results": [{"code": "on", "next": "two"}, {"code": "done"}]},
            {"key": "two", "join": "all", "results": [{"code": "on", "next": "one"}, {"code": "done"}]},
        )
    ).start()
    play.complete("fork").complete("b")
    assert play.open == ["a"]
    play.complete("a")
    assert play.open == ["one"]
    assert play.complete("one", "on").open == ["two"]
    assert play.complete("two", "done").is_completed


def test_an_unrelated_branch_does_not_hold_waiting_joins_up() -> None:
    play = Play(
        define(
            {"key": "a", "next": [{"step": "ab", "when": "false"}, {"step": "other"}]},
            {"key": "b"},
            {"key": "far", "depends_on": []},
            {"key": "other"},
            {"key": "ab", "depends_on": ["b"], "join": "all"},
        )
    ).start()
    assert play.complete("b").open == ["a", "far"]
    assert play.complete("a").open == ["ab", "far", "other"]


def test_a_failed_step_still_counts_as_one_that_may_come() -> None:
    play = Play(
        define(
            {"key": "a", "next": [{"step": "meet", "when": "go"}]},
            {"key": "b", "depends_on": [], "next": "meet"},
            {"key": "meet", "join": "all"},
        )
    ).start()
    assert play.complete("a").complete("b").open == ["a"]
    assert play.state.incidents


def test_a_rejection_does_not_outlive_its_round() -> None:
    ways = {"all": [{"step": "a", "when": "ask_a"}, {"step": "b"}]}
    play = Play(
        define(
            {"key": "fill", "fields": [{"name": "ask_a", "type": "boolean"}], "next": ways},
            {"key": "a", "results": [{"code": "ok", "next": "meet"}, *rejected()]},
            {"key": "b", "results": [{"code": "ok", "next": "meet"}, {"code": "back", "next": "fill"}]},
            {"key": "meet", "join": "all"},
        )
    ).start()
    play.complete("fill", ask_a=True).complete("a", "no").complete("b", "back")
    assert play.complete("fill", ask_a=False).complete("b", "ok").open == ["meet"]


def test_of_two_waiting_joins_the_one_further_up_goes_first() -> None:
    play = Play(
        define(
            {"key": "a", "next": [{"step": "mid", "when": "false"}, {"step": "aside"}]},
            {"key": "b", "depends_on": [], "next": "mid"},
            {"key": "c", "depends_on": [], "next": "last"},
            {"key": "last", "join": "all"},
            {"key": "mid", "join": "all", "next": "last"},
            {"key": "aside"},
        )
    ).start()
    assert play.complete("b").complete("c").complete("a").open == ["aside", "mid"]
    assert play.complete("mid").open == ["aside", "last"]


def test_what_is_late_holds_the_next_round_up_no_more() -> None:
    skip = {"code": "skip"}
    play = Play(
        define(
            {"key": "fork", "next": ["a", "b", "c"]},
            {"key": "a", "results": [{"code": "ok", "next": "meet"}, skip]},
            {"key": "b", "results": [{"code": "ok", "next": "meet"}, skip]},
            {"key": "c", "results": [{"code": "ok", "next": ["c1", "c2"]}, skip]},
            {"key": "c1", "next": "w"},
            {"key": "c2", "next": "w"},
            {"key": "w", "join": "all", "next": "meet"},
            {"key": "meet", "join": {"count": 2}, "results": [{"code": "again", "next": "fork"}, {"code": "fine"}]},
        )
    ).start()
    play.complete("fork").complete("c", "ok").complete("c1").complete("a", "ok").complete("b", "ok")
    play.complete("meet", "again").complete("fork").complete("b", "skip").complete("c", "skip")
    assert play.open == ["a", "c2"]
    assert play.complete("a", "ok").open == ["c2", "meet"]
    assert play.complete("c2").open == ["meet", "w"]
    assert play.complete("w").complete("meet", "fine").is_completed
    assert play.skipped == [("meet", "late")]


def test_going_back_to_a_join_does_not_wait_for_the_next_round() -> None:
    play = Play(
        define(
            {"key": "fork", "next": ["a", "b"]},
            {"key": "a", "next": "review"},
            {"key": "b", "next": "review"},
            {"key": "review", "join": "all", "results": [{"code": "ok"}, {"code": "redo", "next": "review"}]},
            {"key": "slow", "depends_on": [], "results": [{"code": "ok"}, {"code": "again", "next": "fork"}]},
        )
    ).start()
    play.complete("fork").complete("a").complete("b").complete("slow", "again").complete("fork")
    assert play.open == ["a", "b", "review"]
    assert play.complete("review", "redo").open == ["a", "b", "review"]
    assert play.complete("a").complete("b").open == ["review", "review"]
