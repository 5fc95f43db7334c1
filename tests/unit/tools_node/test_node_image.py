"""The node image's key and the files that make a node."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.machine import Docker
from tools.node import content
from tools.node import image as node_image
from tools.node.image import NodeImage

KIND_CONFIG = """version = 2
[plugins."io.containerd.grpc.v1.cri"]
  # use fixed sandbox image
  sandbox_image = "registry.k8s.io/pause:3.10"
  tolerate_missing_hugepages_controller = true
  restrict_oom_score_adj = false
"""


def image(host: str = "unix:///a", **parts: str) -> NodeImage:
    """A recipe with these part keys."""
    keys = {"kubernetes": "1", "cilium": "1", **parts}
    return NodeImage(name="node-image", about="", part_keys=keys, docker=Docker(host))


def test_the_same_inputs_give_the_same_key() -> None:
    assert image().key() == image().key()


def test_another_part_gives_another_key() -> None:
    assert image(cilium="2").key() != image().key()


def test_the_docker_that_assembles_it_is_no_input() -> None:
    assert image(host="unix:///b").key() == image().key()


def test_every_file_of_the_node_is_an_input() -> None:
    files = {name for name in image().inputs() if name.startswith("node/")}
    assert {"node/node.Containerfile", "node/cilium-values.yaml", "node/local-path.yaml"} <= files


def test_layout_and_comments_of_the_code_are_no_input() -> None:
    assert node_image.meaning("x = [1]  # one\n") == node_image.meaning("x = [\n  1\n]\n")
    assert node_image.meaning("x = [1]") != node_image.meaning("x = [2]")


def test_a_module_that_moves_makes_no_other_image() -> None:
    before = "from tools.cluster.run import call\ncall(1)\n"
    assert node_image.meaning(before) == node_image.meaning("from tools.shell import call\ncall(1)")


def test_the_reference_carries_version_and_key() -> None:
    subject = image()
    assert subject.reference == f"streaminglab/node:{subject.kubernetes}-{subject.key()}"


def test_containerd_gets_our_pause_image_and_leaves_oom_scores_alone() -> None:
    text = content.containerd_config(KIND_CONFIG, "registry.k8s.io/pause:3.10.1")
    assert '  sandbox_image = "registry.k8s.io/pause:3.10.1"\n' in text
    assert "  restrict_oom_score_adj = true\n" in text
    assert "tolerate_missing_hugepages_controller = true" in text
    assert len(text.splitlines()) == len(KIND_CONFIG.splitlines())


def test_a_kind_whose_configuration_has_changed_is_noticed() -> None:
    with pytest.raises(ValueError, match="restrict_oom_score_adj"):
        content.containerd_config('sandbox_image = "x"\n', "y")


def test_files_get_their_mode_whatever_the_cache_says(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("x")
    source.chmod(0o444)
    target = tmp_path / "deep" / "target"
    content.put(source, target, 0o755)
    assert target.stat().st_mode & 0o777 == 0o755
