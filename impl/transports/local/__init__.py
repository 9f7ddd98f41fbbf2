"""The embedded default: a group of processes of one user on one machine, with nothing to install.

The members of a group are connected, over a Unix socket, to one ordering process, which the first
of them starts and which ends by itself after the last. It passes each packet on to all in one
order, and tells of the membership; a connection that breaks is a member that is gone. If it dies
itself, every member is told so, and a new transport starts a new one.

What it relies on: the system's Unix sockets (Linux), file locks and permissions. Members trust each
other as far as one user's processes do; whoever does not know the secret in the group's folder is
not let in. A process that hangs, but whose connection stands, is noticed only when others have to
wait for it.

| module | what is in it |
|---|---|
| `frames`, `messages`, `authentication` | what is said on a connection |
| `link` | one end of a connection |
| `rendezvous`, `launch`, `connecting` | how members find and start the ordering process |
| `order` | who hears whom |
| `holding` | what is kept while a schedule says what happens |
| `peer`, `switchboard`, `sequencer` | the ordering process |
| `transport`, `rehearsal`, `schedule` | what an application and its tests use |
"""

from impl.transports.local.rehearsal import Rehearsal
from impl.transports.local.schedule import Schedule
from impl.transports.local.settings import Settings
from impl.transports.local.transport import LocalTransport

__all__ = ["LocalTransport", "Rehearsal", "Schedule", "Settings"]
