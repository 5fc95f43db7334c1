"""Whatever the CRD admits, every chart renders, and Kubernetes would take all of it."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings

from streaminglab_operator.plan import access
from tests.charts.lab_charts import lab_of, lab_text, releases
from tests.charts.support import manifests, pod_templates
from tests.charts.test_kubeconform import problems
from tests.strategies import Raw, specs

# One example renders seven to twenty releases with the real Helm: a second or two.
FEW = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FEW
@given(specs())
def test_any_admitted_spec_renders_in_every_chart_and_is_valid(
    kube_schemas: Path, raw: Raw
) -> None:
    text = lab_text(raw)
    assert problems(text, kube_schemas) == []
    pods = list(pod_templates(manifests(text)))
    lab = lab_of(raw)
    # One pod a component, and of Kafka one a broker; it goes last in a lab that goes to rest.
    known = set(releases(lab))
    more = lab.spec.brokers - 1 if "kafka" in known else 0
    assert len(pods) == len(known - {access.COMPONENT}) + more
    for _, pod in pods:
        assert pod["spec"]["securityContext"]["runAsNonRoot"] is True
