"""What a person reads first: READMEs, notes, chart metadata."""

import pytest
import yaml

from streaminglab_operator.services import SERVICES
from tests.charts.support import CHARTS, OURS, Case, rendered, run_helm

ALL = ("common", *OURS)
UPSTREAM = sorted(
    {
        service.chart
        for service in SERVICES
        if "repository: streaminglab/" not in (CHARTS / service.chart / "values.yaml").read_text()
    }
)
"""Charts of programs whose images are somebody else's."""
OWN_IMAGES = sorted(
    chart
    for chart in OURS
    if "repository: streaminglab/" in (CHARTS / chart / "values.yaml").read_text()
)
"""Charts that run an image which nobody publishes."""


@pytest.mark.parametrize("chart", ALL)
def test_a_chart_says_what_it_is_and_what_it_needs(chart: str) -> None:
    metadata = yaml.safe_load((CHARTS / chart / "Chart.yaml").read_text())
    assert metadata["name"] == chart
    assert metadata["description"]
    assert metadata["kubeVersion"].startswith(">=1.29")
    assert (CHARTS / chart / "README.md").read_text().startswith(f"# {chart}\n")


@pytest.mark.parametrize("chart", OURS)
def test_the_library_is_a_link_so_that_there_is_no_second_copy(chart: str) -> None:
    link = CHARTS / chart / "charts" / "common"
    assert link.is_symlink()
    assert link.resolve() == CHARTS / "common"
    assert not link.readlink().is_absolute()


@pytest.mark.parametrize("chart", UPSTREAM)
def test_the_application_version_is_the_images_tag(chart: str) -> None:
    metadata = yaml.safe_load((CHARTS / chart / "Chart.yaml").read_text())
    values = yaml.safe_load((CHARTS / chart / "values.yaml").read_text())
    source = f"{values['image']['registry']}/" if values["image"].get("registry") else ""
    image = f"{source}{values['image']['repository']}:{values['image']['tag']}"
    assert metadata["appVersion"] == values["image"]["tag"]
    assert f"image: {image}" in metadata["annotations"]["artifacthub.io/images"]


@pytest.mark.parametrize("chart", OWN_IMAGES)
def test_whose_image_nobody_publishes_says_where_it_is_to_be_had(chart: str) -> None:
    assert "docs/admin.md#a-registry-of-your-own" in (CHARTS / chart / "README.md").read_text()


@pytest.mark.parametrize("chart", ALL)
def test_the_metadata_names_no_image_that_nobody_publishes(chart: str) -> None:
    """Catalogs of charts show these as what can be pulled."""
    metadata = yaml.safe_load((CHARTS / chart / "Chart.yaml").read_text())
    assert "streaminglab/" not in metadata.get("annotations", {}).get("artifacthub.io/images", "")


def test_the_notes_say_the_next_step_and_the_objects_are_the_same_again(
    case: Case, values_file: list[str]
) -> None:
    done = run_helm(
        "install", "meteo", str(CHARTS / case.chart), "-n", "user-alice", *values_file,
        "--dry-run=client",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made, notes = done.stdout.split("\nNOTES:", 1)
    assert made.partition("\nMANIFEST:\n")[2].rstrip() == rendered(case).rstrip()
    assert "kubectl -n user-alice" in notes


OWN = [
    chart
    for chart in OURS
    if yaml.safe_load((CHARTS / chart / "values.yaml").read_text())
    .get("image", {})
    .get("repository", "")
    .startswith("streaminglab/")
]
"""Charts whose image is ours: nobody publishes it where nodes look by themselves."""


@pytest.mark.parametrize("chart", OWN)
@pytest.mark.parametrize("registry", ["", "registry.example.org/lab"])
def test_the_notes_say_that_nobody_publishes_our_image(chart: str, registry: str) -> None:
    values = {"global": {"imageRegistry": registry}}
    done = run_helm(
        "install", "meteo", str(CHARTS / chart), "-n", "a", "--dry-run=client", values=values
    )
    assert done.returncode == 0, done.stderr
    assert ("at docker.io, where nobody publishes it" in done.stdout) is not bool(registry)


def test_a_chart_of_our_own_image_is_known() -> None:
    assert {"dbt", "jupyter", "page", "streaminglab-operator"} <= set(OWN)
