"""What a declaration of a service, or of a program that runs once, consists of.

Everything else that the operator, its API, its documents and its tests know of a service is
derived from these records; see `streaminglab_operator.services` for the table of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal

from streaminglab_operator.schema.rules import Rule
from streaminglab_operator.services.context import ServiceContext
from streaminglab_operator.services.pieces import Announced, P, Page, Part, Requires, Variant
from streaminglab_operator.services.size import Size

Kind = Literal["StatefulSet", "Deployment"]
Keys = Callable[[ServiceContext], tuple[str, ...]]
Values = Callable[[Any, ServiceContext], dict[str, Any]]
"""A service's part of the spec, and the lab around it -> values of the service's chart."""


def always(_: ServiceContext) -> bool:
    """The condition of an edge that is there in every lab."""
    return True


def no_keys(_: ServiceContext) -> tuple[str, ...]:
    """No credentials."""
    return ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A connection to another service, by its component; ``port`` names one of its other ports."""

    to: str
    port: str = ""
    when: Callable[[ServiceContext], bool] = always


@dataclass(frozen=True, slots=True)
class Service(Generic[P]):
    """One service: something that runs in a lab as long as the lab is there.

    Identity:

    - ``component``: its label, and the end of its release's name
    - ``part``: its part of the spec
    - ``title``: as people write it; ``meaning``: of its condition when it is True
    - ``weather``: it is there in a lab with the weather, and only there
    - ``condition``: the type of its condition, if not made from the spec's key

    Workload:

    - ``chart``, ``kind``, ``values``: what runs
    - ``sizes``: of its pods, by profile
    - ``images``: keys of the images without which it cannot be; ``more_images``: and others;
      ``asks_images``: those of the others that its part of the spec cannot do without;
      ``own_images``: those that StreamingLab publishes itself, and no other project
    - ``variant``: other images and sizes instead, where its part of the spec asks for them
    - ``needs``: components that must be ready before it is made

    Network, each edge said once, at either end:

    - ``port``: of its Service, which is headless, and so of its pods; 0: none
    - ``more_ports``: others, by name
    - ``reaches``, ``reached_by``: what it connects to; who connects to it
    - ``takes_from``, ``gives_to``: whose data comes to it; where its data goes, whoever connects
    - ``shared``: programs of students connect to it: every pod of an open namespace may
    - ``roams``: in an open lab it may connect to every pod of the namespace
    - ``goes_out``: its programs ask servers outside the cluster, where the spec lets them; they are
      told of proxies, certificate authorities and mirrors
    - ``asked_by_operator``: the operator connects to it
    - ``asks_kubernetes``: whether it connects to the Kubernetes API, by its part of the spec
    - ``outside``: what its field of ``spec.access.outside`` says, if it can have a port for other
      machines
    - ``alias``: the courses' short name; ``scheme`` of its address; ``page``

    Credentials, all keys of the lab's Secret:

    - ``drawn``: made at random, once; ``drawn_when``: only in such a lab
    - ``hexadecimal``: those of them whose alphabet is narrower
    - ``follows``: made from the spec, the drawn ones and what was stored; ``derived``: their names
    - ``chosen``: keys of more passwords that may be chosen, which ``follows`` is given
    - ``people``: more names to log in with, by its part of the spec, each a line ``name:password``
      of the first of ``derived``
    - ``secrets``: read by its pods, which restart when one changes if ``restarts``
    - ``takes_offers``, ``takes_env``, ``takes_logins``: it reads what other services offer to
      connectors, tell, or have people log in with
    - ``token``: of InfluxDB's, which draws it itself where the lab has this service
    - ``offers``: what connectors may refer to
    - ``announced``: what is told to services that are not of the lab, where the spec wants that
    - ``env``, ``secret_env``: what Jupyter and the toolbox are told of it, as environment
      variables; the second ones with the key of a password

    Spec:

    - ``fixed``: fields that cannot change while the part is there
    - ``requires``: other parts; ``rules``: what else is refused
    - ``topics``: that it needs, with their partitions
    - ``drop_folder``: the name of a volume of its first pod that Connect mounts
    - ``on_in_tile``: Onyxia's form has it switched on; ``french``: what it is, for that form
    """

    component: str
    part: Part[P]
    title: str
    meaning: str
    chart: str
    kind: Kind
    values: Values
    sizes: Mapping[str, Size]
    images: tuple[str, ...]
    more_images: tuple[str, ...] = ()
    asks_images: Callable[[Any], tuple[str, ...]] | None = None
    own_images: tuple[str, ...] = ()
    variant: Variant | None = None
    condition: str = ""
    weather: bool = False
    needs: tuple[str, ...] = ()
    port: int = 0
    more_ports: Mapping[str, int] = field(default_factory=dict)
    reaches: tuple[Edge, ...] = ()
    reached_by: tuple[str, ...] = ()
    takes_from: tuple[str, ...] = ()
    gives_to: tuple[str, ...] = ()
    shared: bool = True
    roams: bool = False
    goes_out: bool = False
    asked_by_operator: bool = False
    asks_kubernetes: Callable[[Any], bool] = lambda _: False
    alias: str = ""
    scheme: str = ""
    page: Page | None = None
    outside: str = ""
    drawn: tuple[str, ...] = ()
    drawn_when: Callable[[ServiceContext], bool] = always
    hexadecimal: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    follows: Callable[[Any, str, Mapping[str, str]], Mapping[str, str]] | None = None
    chosen: Callable[[Any], tuple[str, ...]] | None = None
    people: Callable[[Any], tuple[str, ...]] | None = None
    secrets: tuple[str, ...] = ()
    restarts: bool = False
    token: str = ""
    takes_offers: bool = False
    takes_env: bool = False
    takes_logins: bool = False
    offers: tuple[str, ...] = ()
    announced: Announced | None = None
    env: Callable[[Any, ServiceContext], Mapping[str, str]] | None = None
    secret_env: Mapping[str, str] = field(default_factory=dict)
    fixed: tuple[str, ...] = ()
    requires: tuple[Requires, ...] = ()
    rules: tuple[Rule, ...] = ()
    topics: Callable[[Any], Mapping[str, int]] | None = None
    drop_folder: str = ""
    on_in_tile: bool = False
    french: str = ""

    @property
    def condition_type(self) -> str:
        """The type of its condition: ``SchemaRegistryReady``."""
        key = self.part.key
        return self.condition or f"{key[0].upper()}{key[1:]}Ready"

    @property
    def optional(self) -> bool:
        """Whether it is there only when the spec asks for it."""
        return self.part.optional

    @property
    def logins(self) -> tuple[str, ...]:
        """The keys that people log in with, by whatever name."""
        people = (f"{self.component}-{word}" for word in ("username", "password"))
        return tuple(key for key in people if key in (*self.derived, *self.drawn))

    @property
    def needs_weather(self) -> bool:
        """Whether it is of no use in a lab without the weather."""
        return self.weather or any(r.key == "weather" for r in self.requires)

    def images_for(self, part: P) -> tuple[str, ...]:
        """Keys of the images without which this part of the spec cannot be had."""
        asked = self.asks_images(part) if self.asks_images else ()
        return (*self.as_asked(part).images, *asked)

    def as_asked(self, part: P) -> Variant:
        """The images and sizes that it has with this part of the spec."""
        if self.variant and getattr(part, self.variant.when):
            return self.variant
        return Variant(self.images, self.sizes)

    @property
    def every_image(self) -> tuple[str, ...]:
        """Keys of all images that it may have."""
        return (*self.images, *self.more_images, *(self.variant.images if self.variant else ()))

    def listens_on(self, port: str = "") -> int:
        """The port of its pods, or one of the others by name."""
        return self.more_ports[port] if port else self.port

    def address(self, host: str) -> str:
        """What a client in the namespace writes, ``host`` being its Service's name."""
        there = f"{host}:{self.port}"
        return f"{self.scheme}://{there}" if self.scheme else there


@dataclass(frozen=True, slots=True)
class Program:
    """One program of the jobs image that runs to its end, as a Job named after its inputs.

    - ``condition``, ``meaning``: of the condition it has in the status; empty: none of its own
    - ``outcome``: what others wait for, as in the reason ``WaitingForTopics``
    - ``part``: its part of the spec; ``weather``: only in a lab with the weather
    - ``config``: what it is told; ``names_run``: with the digest of its name as key ``run``
    - ``secrets``: keys of the credentials that it reads; ``token``: it has an InfluxDB token
    - ``reaches``: what it connects to; ``gives_to``: where its data goes
    - ``after``: programs that must be complete before it is made
    - ``named_after``: the program whose digest is one of its own inputs
    - ``keys_in_name``: credentials whose change makes it run again
    - ``of_pods``: it waits until every pod of the data's way is ready, and runs again when one of
      their containers was started anew, or time has passed in a lab without end
    - ``of_brokers``: it looks at Kafka's brokers, where there are several, and runs again when
      one of them, its template or what the spec stops has changed (`plan.brokers`)
    - ``endless``: whether it never ends in such a lab
    """

    name: str
    part: Part[Any]
    config: Callable[[ServiceContext], dict[str, Any]]
    reaches: tuple[Edge, ...]
    gives_to: tuple[str, ...] = ()
    condition: str = ""
    meaning: str = ""
    outcome: str = ""
    weather: bool = True
    names_run: bool = False
    secrets: Keys = no_keys
    token: bool = True
    after: tuple[str, ...] = ()
    named_after: str = ""
    keys_in_name: Keys = no_keys
    of_pods: bool = False
    of_brokers: bool = False
    endless: Callable[[ServiceContext], bool] = lambda _: False

    @property
    def component(self) -> str:
        """Its label, and the end of its release's name before the digest."""
        return self.name

    @property
    def condition_type(self) -> str:
        """The type of its condition, or ``""``."""
        return self.condition


Entry = Service[Any] | Program


def found(entries: Iterable[Service[Any]], component: str) -> Service[Any]:
    """The service of a component. Raises KeyError."""
    for service in entries:
        if service.component == component:
            return service
    raise KeyError(component)
