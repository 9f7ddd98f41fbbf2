"""Histories made by hand, and that the judge finds nothing wrong with those that are right.

A scene writes the logs of its members as they play: who installs, says, hears and completes what.
Members are called by a letter; a digest is any text.
"""

from __future__ import annotations

from typing import Any

from traces.history import Judgement, judge

Subgroups = dict[str, bool]  # the letters of its members -> whether it bears data
JOINED = {"ab": True, "c": False}


class Scene:
    """A run that is played by hand."""

    def __init__(self) -> None:
        self.logs: dict[str, list[dict[str, Any]]] = {}
        self._at: dict[str, dict[str, Any]] = {}  # what each member knows
        self._data: dict[tuple[str, str], dict[str, Any]] = {}

    def note(self, m: str, event: str, **fields: Any) -> dict[str, Any]:
        log = self.logs.setdefault(f"{m}#1", [])
        noted = {"seq": len(log) + 1, "member": f"{m}#1", "event": event, **fields}
        log.append(noted)
        at = self._at.get(m)
        if at:
            own = next((each for each in at["subgroups"] if m in each), m)
            leads = m == min(set(own) & set(at["members"]), default=m)
            noted["state"] = {
                "indicator": at["indicator"],
                "leads": leads,
                "completed": at["completed"],
            }
        return noted

    def install(
        self,
        view: str,
        members: str,
        subgroups: Subgroups | None = None,
        at: str = "",
        holds: dict[str, str] | None = None,
    ) -> None:
        """The members (or those of `at`) install the view, which starts a request or does not."""
        for m in at or members:
            known = self._at.setdefault(m, {"completed": False})
            known.update(view=view, members=members)
            fields: dict[str, Any] = {} if holds is None else {"holds": holds.get(m)}
            if subgroups is not None:
                known.update(request=view, subgroups=subgroups, indicator=False, received={})
                known.update(completed=False)
                fields["subgroups"] = [
                    {"name": each, "members": [f"{x}#1" for x in each], "bears_data": bears}
                    for each, bears in subgroups.items()
                ]
            request = known["request"]
            lives = [f"{x}#1" for x in members]
            self.note(m, "install", view=view, request=request, members=lives, **fields)

    def transmit(self, m: str, digest: str | None = None) -> None:
        at = self._at[m]
        at["indicator"] = True
        own = next(each for each in at["subgroups"] if m in each)
        fields = {"view": at["view"], "request": at["request"]}
        data = {"bytes": 3, "digest": digest or f"of {own}"}
        self._data[m, at["view"]] = data
        self.note(m, "transmit", **fields, **data)

    def acknowledge(self, members: str) -> None:
        for m in members:
            at = self._at[m]
            self.note(m, "acknowledge", view=at["view"], request=at["request"])

    def deliver(self, kind: str, sender: str, to: str, sent: str = "", request: str = "") -> None:
        """Delivers the message of the sender's view (or of the view `sent`, of that request)."""
        at = self._at[sender]
        view, request = sent or at["view"], request or at["request"]
        data = self._data[sender, view] if kind == "data" else {}
        for m in to:
            mine = self._at[m]
            if data and mine["request"] == request:
                subgroup = next(each for each in mine["subgroups"] if sender in each)
                mine["received"][subgroup] = data["digest"]
                mine["indicator"] = mine["indicator"] or m in subgroup
            fields = {"sender": f"{sender}#1", "view": view, "request": request}
            self.note(m, "deliver", kind=kind, **fields, **data)

    def complete(self, members: str, **more: Any) -> None:
        for m in members:
            at = self._at[m]
            bearing = {each for each, bears in at["subgroups"].items() if bears}
            at["completed"] = True
            self.note(
                m,
                "complete",
                view=at["view"],
                request=at["request"],
                data=dict(at["received"]),
                lost=sorted(bearing - at["received"].keys()),
                **more,
            )

    def round(self, members: str, speakers: str = "", *, complete: bool = True) -> None:
        """A whole round: the speakers transmit, all acknowledge and hear that, and complete."""
        for m in speakers:
            self.transmit(m)
        for m in speakers:
            self.deliver("data", m, members)
        self.acknowledge(members)
        for m in members:
            self.deliver("ack", m, members)
        if complete:
            self.complete(members)

    def update(self, sender: str, digest: str, to: str) -> None:
        view = self._at[sender]["view"]
        for m in to:
            self.note(m, "update", sender=f"{sender}#1", view=view, digest=digest)

    def remove(self, m: str, **fields: Any) -> None:
        """Removes the one event with these fields from a log."""
        (found,) = self.find(m, **fields)
        log = self.logs[f"{m}#1"]
        log.remove(found)
        for number, event in enumerate(log, start=1):
            event["seq"] = number

    def find(self, m: str, **fields: Any) -> list[dict[str, Any]]:
        return [
            event
            for event in self.logs[f"{m}#1"]
            if all(event.get(name) == value for name, value in fields.items())
        ]

    def without_states(self) -> Scene:
        for log in self.logs.values():
            for event in log:
                event.pop("state", None)
        return self

    def judge(self, **options: Any) -> Judgement:
        return judge(self.logs, **options)


def broken(scene: Scene, **options: Any) -> set[str]:
    """The names of what a scene violates."""
    return set(scene.judge(**options).violated)


def join() -> Scene:
    """a, which has data, founds the group, and b joins."""
    scene = Scene()
    scene.install("1.x", "a", {"a": True})
    scene.round("a", "a")
    scene.install("2.x", "ab", {"a": True, "b": False})
    scene.round("ab", "a")
    return scene


def started() -> Scene:
    """c joins a and b, and all have been told."""
    scene = join()
    scene.install("3.x", "abc", JOINED)
    return scene


def succession(*, complete: bool = True) -> Scene:
    """c joins a and b; a dies when it has spoken, and b, which leads now, is silent."""
    scene = join()
    scene.install("3.x", "abc", {"ab": True, "c": False})
    scene.transmit("a")
    scene.deliver("data", "a", "abc")
    scene.install("4.x", "bc")
    scene.round("bc", complete=complete)
    return scene


def partition() -> Scene:
    """Of a, b, c and d, of two subgroups, the network splits into a, c and b, d while they talk.

    Both parts complete by themselves, go on with updates, and merge.
    """
    scene = Scene()
    for view, two in (("1.x", "ab"), ("1.y", "cd")):
        scene.install(view, two, {two: True})
        scene.round(two, two[0])
    scene.install("2.x", "abcd", {"ab": True, "cd": True})
    scene.install("3.x", "ac")
    scene.round("ac", "ac")
    scene.install("3.y", "bd")
    scene.round("bd", "bd")
    scene.update("a", "one", "ac")
    scene.update("b", "other", "bd")
    scene.install("4.x", "abcd", {"ac": True, "bd": True})
    scene.round("abcd", "ab")
    return scene


# -- what is right ----------------------------------------------------------------------------


def test_a_join_is_right_and_costs_what_it_must():
    judged = join().judge(at_rest=[{"a#1", "b#1"}])
    assert judged.holds
    assert judged.counts.exchanges == 2
    assert judged.counts.completions == 3
    assert judged.counts.transmissions == 2
    assert judged.counts.deliveries == 2 + 2 * 3
    assert judged.premises["ExactCost"] == 2
    assert judged.premises["Complete"] == 3
    assert judged.premises["Termination"] == 1
    assert judged.premises["Coverage"] == 1


def test_what_never_had_a_premise_is_visible():
    judged = join().judge(at_rest=[])
    assert "SilentIfSpokenFor" in judged.vacuous  # no leader died
    assert "Updates" in judged.vacuous
    assert "Termination" in judged.vacuous
    assert "Complete" not in judged.vacuous


def test_what_was_not_asked_for_is_not_judged():
    assert not {"E5", "Termination", "Coverage"} & set(join().judge().premises)


def test_a_new_leader_that_is_silent_when_it_was_spoken_for_is_right():
    judged = succession().judge(at_rest=[{"b#1", "c#1"}])
    assert judged.holds
    assert judged.premises["SilentIfSpokenFor"] == 1
    assert judged.premises["rounds"] == 2
    assert judged.premises["Uniform"] == 1
    assert judged.counts.requests_leader_died == 1
    assert judged.counts.rounds_max == 2
    assert judged.counts.transmissions_max == 1


def test_logs_that_do_not_say_what_members_know_are_judged_by_what_they_did():
    judged = succession().without_states().judge()
    assert judged.holds
    assert {"Truthful", "Indicator", "SilentIfSpokenFor"} <= set(judged.vacuous)
    assert judged.premises["AckAfterData"] == 2


def test_a_subgroup_may_speak_once_in_each_part_of_a_split_network():
    judged = partition().judge(at_rest=[{"a#1", "b#1", "c#1", "d#1"}])
    assert judged.holds
    assert judged.counts.transmissions_max == 2
    assert judged.counts.rounds_max == 2
    assert judged.premises["Announced"] > 0
    assert judged.premises["Updates"] == 2
    assert judged.premises["OwnVoice"] == 2


def test_parts_that_did_not_complete_may_be_one_subgroup_again_or_not():
    for subgroups in ({"ab": True, "c": False}, {"a": True, "b": True, "c": False}):
        scene = join()
        scene.install("3.x", "abc", {"ab": True, "c": False})
        scene.install("4.x", "a")
        scene.install("4.y", "bc")
        scene.install("5.x", "abc", subgroups)
        scene.round("abc", "".join(name[0] for name in subgroups if name != "c"))
        assert scene.judge().holds


def test_a_subgroup_of_which_nobody_lived_to_speak_is_lost():
    scene = Scene()
    scene.install("1.x", "a", {"a": True})
    scene.round("a", "a")
    scene.install("1.y", "b", {"b": True})
    scene.round("b", "b")
    scene.install("2.x", "ab", {"a": True, "b": True})
    scene.install("3.x", "b")
    scene.round("b", "b")
    judged = scene.judge()
    assert judged.holds
    assert scene.find("b", event="complete")[-1]["lost"] == ["a"]


def test_a_request_that_interrupts_another_finds_the_subgroups_of_before():
    scene = join()
    scene.install("3.x", "abc", {"ab": True, "c": False})
    scene.install("4.x", "abcd", {"ab": True, "c": False, "d": False})
    scene.round("abcd", "a")
    judged = scene.judge()
    assert judged.holds
    assert judged.counts.requests_interrupted == 1
    assert judged.premises["Announced"] == 5


def test_a_message_of_an_earlier_request_that_is_delivered_late_is_of_no_effect():
    scene = join()
    scene.install("3.x", "abc", {"ab": True, "c": False})
    scene.transmit("a")
    scene.install("4.x", "abcd", {"ab": True, "c": False, "d": False})
    scene.deliver("data", "a", "abcd", sent="3.x", request="3.x")
    scene.round("abcd", "a")
    judged = scene.judge(total_order=True)
    assert judged.holds
    assert judged.counts.late_deliveries == 4
    assert judged.premises["E1"] > 0
    assert judged.premises["E5"] == 1


def test_what_members_say_they_hold_is_compared():
    scene = Scene()
    scene.install("1.x", "abc", {"ab": True, "c": False}, holds={"a": "of ab", "b": "of ab"})
    scene.round("abc", "a", complete=False)
    scene.complete("abc", holds="merged")
    merged = dict.fromkeys("abc", "merged")
    scene.install("2.x", "abcd", {"abc": True, "d": False}, holds=merged)
    scene.round("abcd", "a", complete=False)
    scene.complete("abcd", holds="again")
    for event in scene.find("a", event="transmit", view="2.x"):
        event["digest"] = "merged"
    for m in "abcd":
        for event in scene.find(m, kind="data", view="2.x"):
            event["digest"] = "merged"
        for event in scene.find(m, event="complete", view="2.x"):
            event["data"] = {"abc": "merged"}
    judged = scene.judge(at_rest=[{"a#1", "b#1", "c#1", "d#1"}])
    assert judged.holds
    assert judged.counts.holds_compared == 2 + 2 + 2 + 3 + 3 + 3
    assert judged.premises["SameData"] == 2 + 2 + 3
    assert judged.premises["OwnVoice"] == 2 + 3
