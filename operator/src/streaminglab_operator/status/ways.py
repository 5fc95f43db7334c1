"""Whether the ways into a lab lead somewhere: its pages by name, and Kafka from outside. Pure.

An object that the API server has taken is no way in: somebody has to serve it. What nobody serves
is not listed among the addresses, and AccessReady says what is missing.
"""

from collections.abc import Iterator

from streaminglab_operator import names
from streaminglab_operator.api import Condition, ConditionType, Reason
from streaminglab_operator.observed import Culprit, LabView, Observed
from streaminglab_operator.observed.ways import OutsideState, PagesState
from streaminglab_operator.plan import Desired, Lab, access, outside
from streaminglab_operator.plan.access import Exposed
from streaminglab_operator.services.kafka import KAFKA
from streaminglab_operator.status.overall import condition


def open_pages(lab: Lab, view: LabView, desired: Desired) -> tuple[Exposed, ...]:
    """The pages whose host names lead to them. Of an Ingress that somebody else made nothing is
    known: all of its pages."""
    pages = _pages(lab, view, desired)
    if not access.by_operator(lab.spec):
        return pages
    served = {
        host for _, state in _objects(view) if _serves(state, desired) for host in state.hosts
    }
    return tuple(page for page in pages if page.real_host in served)


def open_node_ports(lab: Lab, view: LabView) -> bool:
    """Whether the brokers' Services have the very ports that the spec names."""
    way = lab.spec.access.kafka.node_port
    return way is not None and all(
        (state := _outside(lab, view, "nodeport", i)) is not None and port in state.node_ports
        for i, port in enumerate(way.ports)
    )


def open_balancers(lab: Lab, view: LabView) -> bool:
    """Whether each broker has a load balancer with an address."""
    return bool(lab.spec.access.kafka.load_balancer) and not list(_without_address(lab, view))


def open_doors(lab: Lab, view: LabView) -> tuple[outside.Door, ...]:
    """The ports of other services that lead to them."""
    return tuple(door for door in outside.doors(lab.spec) if _is_open(lab, view, door))


def _is_open(lab: Lab, view: LabView, door: outside.Door) -> bool:
    item = view.get("Service", _door(lab, door))
    state = item.state if item is not None and not item.deleting else None
    if not isinstance(state, OutsideState):
        return False
    return door.node_port in state.node_ports if door.node_port else state.addressed


def _door(lab: Lab, door: outside.Door) -> str:
    return f"{names.release(lab.key.name, access.COMPONENT)}-{door.name}"


def access_ready(lab: Lab, view: LabView, desired: Desired) -> Condition | None:
    """Whether each way in that is asked for leads to the lab; None when none is."""
    asked = lab.spec.access
    if asked.ingress is None and asked.kafka.load_balancer is None and not outside.doors(lab.spec):
        return None
    kind, problem = ConditionType.ACCESS_READY, _problem(lab, view, desired)
    if problem is not None:
        return condition(kind, "False", problem.reason, problem.message, lab.generation)
    return condition(kind, "True", Reason.READY, _peace(lab, desired), lab.generation)


def _peace(lab: Lab, desired: Desired) -> str:
    if lab.spec.access.ingress is None:
        return "all ways in from outside lead to the lab"
    pages = [
        page.real_host
        for page in access.exposed(lab.key, lab.spec)
        if page.component not in desired.unavailable
    ]
    message = f"pages: {', '.join(pages)}" if pages else "no service of this lab has a page"
    idle = access.idle_hosts(lab.spec)
    if idle:
        message += f"; spec.access.ingress.hosts also names {', '.join(idle)}, which it has not"
    return message


def _problem(lab: Lab, view: LabView, desired: Desired) -> Culprit | None:
    """Without the name of the other lab: whose it is is nobody's business in this namespace."""
    if view.taken_hosts:
        return Culprit(
            Reason.HOST_TAKEN,
            f"the host name {min(view.taken_hosts)} belongs to another lab already; choose another "
            "one under spec.access.ingress.hosts",
        )
    said = desired.access_problem or view.problems.get(access.COMPONENT)
    return said or _unserved(lab, view, desired) or _unbalanced(lab, view) or _closed(lab, view)


def _unserved(lab: Lab, view: LabView, desired: Desired) -> Culprit | None:
    pages = _pages(lab, view, desired)
    closed = [page for page in pages if page not in open_pages(lab, view, desired)]
    if not closed:
        return None
    found = [(item, state) for item, state in _objects(view) if closed[0].real_host in state.hosts]
    if not found:
        return Culprit(Reason.NO_ADDRESS, f"{closed[0].real_host} is being made known")
    return Culprit(Reason.NO_ADDRESS, _missing(lab, *found[0]))


def _missing(lab: Lab, item: Observed, state: PagesState) -> str:
    gateway = lab.spec.access.gateway
    if gateway is not None:
        why = f"does not take it: {state.refusal}" if state.refusal else "has not answered so far"
        return (
            f"{min(state.hosts)} leads nowhere: the Gateway {gateway.name} {why}. Look whether it "
            f"is there and allows routes from this namespace (kubectl describe httproute "
            f"{item.name}); spec.access.gateway names it"
        )
    if not state.class_name:
        return (
            f"the pages lead nowhere: the Ingress {item.name} has no class, and the cluster gave "
            "it none. Write one of `kubectl get ingressclass` into spec.access.ingress.className"
        )
    return (
        f"the pages lead nowhere: no ingress controller has given the Ingress {item.name} an "
        "address so far, which can take a minute. Look whether there is an IngressClass "
        f"{state.class_name} (kubectl get ingressclass), or write another one into "
        "spec.access.ingress.className; if it is there, ask the administrator for its controller"
    )


def _unbalanced(lab: Lab, view: LabView) -> Culprit | None:
    name = next(_without_address(lab, view), None)
    if name is None:
        return None
    return Culprit(
        Reason.NO_ADDRESS,
        f"Kafka cannot be reached by load balancers: the Service {name} has no address so far. "
        "Where the cluster gives none, use spec.access.kafka.nodePort or localhost",
    )


def _closed(lab: Lab, view: LabView) -> Culprit | None:
    shut = [d for d in outside.doors(lab.spec) if d not in open_doors(lab, view)]
    if not shut:
        return None
    door, key = shut[0], f"spec.access.outside.{shut[0].service.part.key}"
    if door.node_port:
        return Culprit(Reason.NO_ADDRESS, f"the port {door.node_port} of {key} is being made")
    return Culprit(
        Reason.NO_ADDRESS,
        f"{door.service.title} cannot be reached by a load balancer: the Service "
        f"{_door(lab, door)} has no address so far. Where the cluster gives none, use {key}"
        ".nodePort",
    )


def _pages(lab: Lab, view: LabView, desired: Desired) -> tuple[Exposed, ...]:
    """Those that are to be served."""
    without = desired.refused_pages | desired.unavailable.keys()
    return tuple(
        page
        for page in access.exposed(lab.key, lab.spec)
        if page.component not in without and page.real_host not in view.taken_hosts
    )


def _objects(view: LabView) -> Iterator[tuple[Observed, PagesState]]:
    for kind in ("Ingress", "HTTPRoute"):
        for item in view.of_kind(kind, access.COMPONENT):
            if isinstance(item.state, PagesState) and not item.deleting:
                yield item, item.state


def _serves(state: PagesState, desired: Desired) -> bool:
    return state.served or not desired.addresses_reported


def _without_address(lab: Lab, view: LabView) -> Iterator[str]:
    way = lab.spec.access.kafka.load_balancer
    for broker in range(len(way.hosts) if way else 0):
        state = _outside(lab, view, "loadbalancer", broker)
        if state is None or not state.addressed:
            yield _service(lab, "loadbalancer", broker)


def _service(lab: Lab, way: str, broker: int) -> str:
    return f"{names.release(lab.key.name, KAFKA.component)}-{way}-{broker}"


def _outside(lab: Lab, view: LabView, way: str, broker: int) -> OutsideState | None:
    item = view.get("Service", _service(lab, way, broker))
    found = item.state if item is not None and not item.deleting else None
    return found if isinstance(found, OutsideState) else None
