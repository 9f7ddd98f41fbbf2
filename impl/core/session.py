"""A member over a service that knows processes, but neither requests nor subgroups.

A service tells who is there (`Configuration`); the exchange needs views that say who is of which
subgroup. Each member knows only its own past. So whenever processes are new to each other, each
member *announces* itself, and the view is established when the announcements of all members of the
configuration have come. If the configuration changes first, all announce anew. Configurations in
which members are only gone go on with the running request, without a word.

Rules:

- What a member holds has a name, its subgroup's. It is new whenever the data may have become
  different from others': with each life, and, for a member that has completed its exchange, when
  it comes to a configuration with new members; it then tells by whom it came there with, since only
  those have received the same before. Who has not completed keeps its name, for its data is what
  it was.
- By E2 and E4, all members of a configuration have received the same announcements in it, so
  either all of them establish its view or none; and none of them sends for a view before it is
  established. So a message that comes while a view is pending belongs to that view or is stale.
- At most one announcement for a configuration is in the own queue at a time. If the membership
  returns to what it was, that one counts. What it says of the data is still so: whoever completes
  an exchange has received what it sent before. Only the epoch may be that of an earlier view, so
  that epochs are not always greater than all before; the numbers of the announcements make a view's
  tag unique.
- An application's `Update` is accepted if it comes when the exchange is complete: then all members
  hold the same data, and all accept it, at the same point (this needs E5). Otherwise all ignore it,
  and its sender, who sees that, sends it again later. One at a time is on its way, so that they are
  accepted in the order in which they were given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from impl.core.configuration import Address, Configuration, digest
from impl.core.effects import Accepted, Completed, Effect, Installed, Message, Observer, Send
from impl.core.member import Member
from impl.core.values import (
    Acknowledgment,
    Announcement,
    Data,
    MemberId,
    ProtocolError,
    Request,
    Result,
    Subgroup,
    Update,
    View,
    ViewId,
)

D = TypeVar("D")


class Session(Generic[D]):
    """One member of one group, from its first configuration to its end.

    Args:
        member: its part of the exchange.
        address: what the service calls it.
        bears_data: whether the application holds anything; asked when it is announced.
        snapshot: gives what it holds; asked if the member has to speak.
        subgroup: the name of what it holds, if others may hold the same from the start: whoever
            gives the same name must hold the same. By default nobody else does.
        observe: hears of every step.
    """

    def __init__(
        self,
        member: Member[D],
        address: Address,
        *,
        bears_data: Callable[[], bool],
        snapshot: Callable[[], D],
        subgroup: str | None = None,
        observe: Observer[D] | None = None,
    ) -> None:
        self.member = member
        self.address = address
        self.subgroup = f"={subgroup}" if subgroup is not None else f"@{member.me}"
        self.configuration: Configuration | None = None
        self.pending = True
        """Whether the configuration's view is not established. Invariant: if not, the member's
        view is that of the configuration."""
        self.stale = 0
        """Messages dropped because they came from an earlier life or configuration."""
        self._has_completed = False
        """An exchange, ever: only then are there others that hold the same nothing."""
        self._bears_data = bears_data
        self._snapshot = snapshot
        self._observe = observe
        self._blocked = False
        self._identities: dict[Address, MemberId] = {}
        """Who is behind the addresses of the view."""
        self._announced: dict[Address, Announcement] = {}
        """What has come for the pending view."""
        self._announcements = 0
        self._unheard: list[str] = []
        """Configurations whose own announcements have been sent and not come back, in order."""
        self._early: list[tuple[Address, Data[D] | Acknowledgment]] = []
        """What came while the view was pending."""
        self._update: Update | None = None
        """Invariant: until it is accepted. `_on_its_way`: it has been sent and not come back."""
        self._on_its_way = False

    @property
    def settled(self) -> bool:
        """Whether the exchange is complete, so that all members of the view hold the same."""
        return self.member.completed and not self.pending

    @property
    def may_update(self) -> bool:
        """Whether `update` may be called: the one before has been accepted."""
        return self._update is None

    # -- inputs -------------------------------------------------------------------------------

    def configure(self, configuration: Configuration) -> list[Effect[D]]:
        """The service tells of a new membership (R6).

        Raises:
            ProtocolError: it cannot follow the present one.
        """
        self._check(configuration)
        if self.settled and configuration.joined:
            self.subgroup = self._name_of_data(configuration)
        self.stale += len(self._early)
        self._early = []
        self._blocked = False
        self.pending = self.pending or bool(configuration.joined)
        self.configuration = configuration
        effects: list[Effect[D]] = []
        if self.pending:
            self.member.block()
            self._announce(configuration, effects)
        else:
            self._go_on(configuration, effects)
        return effects

    def block(self) -> None:
        """A service that delivers in the sending view is about to change the membership (E4)."""
        self._blocked = True
        self.member.block()

    def receive(self, sender: Address, message: Message[D]) -> list[Effect[D]]:
        """A message has come.

        Args:
            sender: as the service says.
            message: what it sent.

        Raises:
            ProtocolError: no right member can have sent it, or the service delivers it too early.
        """
        effects: list[Effect[D]] = []
        match message:
            case Data() | Acknowledgment():
                if self.pending:
                    self._early.append((sender, message))
                else:
                    self._deliver(sender, message, effects)
            case Announcement():
                self._hear(sender, message, effects)
            case Update():
                self._decide(sender, message, effects)
        return effects

    def update(self, contents: tuple[bytes, ...]) -> list[Send[D]]:
        """Tells the group something that is to be applied to the data, when that is possible.

        Raises:
            ProtocolError: the update before has not been accepted yet.
        """
        if self._update is not None:
            raise ProtocolError(f"{self.member.me} has an update on its way")
        self._update = Update(self.member.me, contents)
        return self._send_update()

    # -- views --------------------------------------------------------------------------------

    def _check(self, configuration: Configuration) -> None:
        before, members = self.configuration, configuration.members
        problem = ""
        if self.address not in configuration.everyone:
            problem = "does not contain it"
        elif before is None and len(configuration.joined) != len(members):
            problem = "is its first one, but has members that are not new"
        elif (
            before is not None
            and not configuration.joined
            and not configuration.everyone < before.everyone
        ):
            problem = "has no new members, but not fewer than the one before"
        if problem:
            raise ProtocolError(f"configuration {members} of {self.address} {problem}")

    def _name_of_data(self, configuration: Configuration) -> str:
        """The data of a complete exchange, as those have it who leave its view together."""
        assert self.configuration is not None
        assert self.member.view is not None
        before, together = str(self.member.view.id), configuration.together
        if together == self.configuration.everyone:
            return before
        return f"{before}/{digest(*sorted(together))}"

    def _announce(self, configuration: Configuration, effects: list[Effect[D]]) -> None:
        self._announced = {}
        if configuration.name in self._unheard:
            return
        self._unheard.append(configuration.name)
        view, bears_data = self.member.view, self._bears_data()
        if not bears_data and not self._has_completed:
            self.subgroup = f"@{self.member.me}"  # a joiner without data is one of its own
        said = Announcement(
            self.member.me,
            self._announcements,
            configuration.name,
            0 if view is None else view.id.epoch,
            self.subgroup,
            bears_data,
        )
        self._announcements += 1
        effects.append(Send(said))

    def _hear(self, sender: Address, said: Announcement, effects: list[Effect[D]]) -> None:
        """Takes an announcement, and establishes the view with the last one."""
        if sender == self.address and said.configuration in self._unheard:
            self._unheard.remove(said.configuration)
        configuration = self.configuration
        if configuration is None or said.configuration != configuration.name or not self.pending:
            self.stale += 1
            return
        if sender in self._announced or sender not in configuration.everyone:
            raise ProtocolError(f"{self.member.me} does not expect {said} from {sender}")
        self._announced[sender] = said
        if len(self._announced) == len(configuration.members):
            self._establish(configuration, effects)

    def _establish(self, configuration: Configuration, effects: list[Effect[D]]) -> None:
        self._identities = {address: said.sender for address, said in self._announced.items()}
        members = frozenset(self._identities.values())
        if len(members) < len(self._identities):
            raise ProtocolError(f"several members of {configuration.members} are the same")
        epoch = 1 + max(said.epoch for said in self._announced.values())
        made = [f"{said.sender} {said.number}" for said in self._announced.values()]
        view_id = ViewId(epoch, digest(*sorted(made)))
        request = Request(view_id, _subgroups(list(self._announced.values())))
        self.pending = False
        self._install(View(view_id, request, members), effects)
        early, self._early = self._early, []
        for sender, message in early:
            self._deliver(sender, message, effects)

    def _go_on(self, configuration: Configuration, effects: list[Effect[D]]) -> None:
        """R12: the next round of the request, without those who are gone."""
        before = self.member.view
        assert before is not None
        self._identities = {address: self._identities[address] for address in configuration.members}
        view_id = ViewId(before.id.epoch + 1, digest(before.id.tag, configuration.name))
        members = frozenset(self._identities.values())
        self._install(View(view_id, before.request, members), effects)
        effects += self._send_update()

    def _install(self, view: View, effects: list[Effect[D]]) -> None:
        bears_data = self._announced[self.address].bears_data
        self.member.install(view, self._snapshot if bears_data else None)
        if self._blocked:
            self.member.block()
        if self._observe is not None:
            self._observe("install", view)
        effects.append(Installed(view))
        self._act(effects)

    # -- messages -----------------------------------------------------------------------------

    def _deliver(
        self, sender: Address, message: Data[D] | Acknowledgment, effects: list[Effect[D]]
    ) -> None:
        if self._identities.get(sender) != message.sender:
            self.stale += 1
            return
        self.member.deliver(message)
        if self._observe is not None:
            self._observe("deliver", message)
        self._act(effects)

    def _act(self, effects: list[Effect[D]]) -> None:
        """Takes all steps that are due."""
        while steps := self.member.due():
            outcome = self.member.take(steps[0])
            if self._observe is not None:
                self._observe(steps[0].value, outcome)
            match outcome:
                case Result():
                    self._has_completed = True
                    effects.append(Completed(outcome))
                    effects += self._send_update()
                case Data() | Acknowledgment():
                    effects.append(Send(outcome))

    def _decide(self, sender: Address, update: Update, effects: list[Effect[D]]) -> None:
        """Accepts an update or ignores it, as all members do."""
        own = sender == self.address and update.sender == self.member.me
        if self.settled and self._identities.get(sender) == update.sender:
            if own:
                self._update, self._on_its_way = None, False
            effects.append(Accepted(update))
        elif own:
            self._on_its_way = False
            effects += self._send_update()

    def _send_update(self) -> list[Send[D]]:
        if self._update is None or self._on_its_way or not self.settled or self._blocked:
            return []
        self._on_its_way = True
        return [Send(self._update)]


def _subgroups(announcements: list[Announcement]) -> tuple[Subgroup, ...]:
    """R9, R10: who holds the same is of one subgroup; a joiner without data is one of its own."""
    members: dict[str, set[MemberId]] = {}
    bears_data: dict[str, bool] = {}
    for said in announcements:
        members.setdefault(said.subgroup, set()).add(said.sender)
        if bears_data.setdefault(said.subgroup, said.bears_data) != said.bears_data:
            raise ProtocolError(
                f"of subgroup {said.subgroup}, whose members say that they hold the same, some "
                "hold data and others do not"
            )
    groups = [Subgroup(name, frozenset(of), bears_data[name]) for name, of in members.items()]
    return tuple(sorted(groups, key=lambda group: min(group.members)))
