"""Members on a network that is simulated in one process: deterministic, by seed or by script.

`network` is the service, `world` puts members on it, `storm` chooses moves and faults at random.
"""

from impl.transports.simulated.network import Network, Process, Room
from impl.transports.simulated.storm import Storm, Weather
from impl.transports.simulated.world import Life, World

__all__ = ["Life", "Network", "Process", "Room", "Storm", "Weather", "World"]
