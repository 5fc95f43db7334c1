"""The images that a node image holds, and the files that make a node of Debian."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.artifacts.versions import pin
from tools.machine import Docker
from tools.node import layers
from tools.node.parts import Parts, program
from tools.shell.progress import step
from tools.shell.run import call

NODE_FILES = Path(__file__).with_name("files")
NET_IMAGE = "streaminglab/node-net:build"
"""What kube-proxy and Cilium's agent share."""
KIND_SCRIPTS = ("usr/local/bin", "kind/bin")
"""Where kind's base image makes files executable."""

AGENT_PROGRAMS = {
    "cilium-agent": "usr/bin/cilium-agent",
    "cilium-dbg": "usr/bin/cilium-dbg",
    "cilium-mount": "usr/bin/cilium-mount",
    "cilium-cni": "opt/cni/bin/cilium-cni",
}
"""Program of Cilium's artefact -> where Cilium's own image has it."""


def build_image(docker: Docker, recipe: str, reference: str, base: str, context: Path) -> str:
    """`docker build` of files/<recipe>.Containerfile; the context holds what goes into root/."""
    shutil.copyfile(NODE_FILES / f"{recipe}.Containerfile", context / "Containerfile")
    docker.build(context, reference, base, context.parent / "build.log", "-q")
    return reference


@contextmanager
def tree(work: Path) -> Iterator[Path]:
    """An empty directory root/ in a build context, removed afterwards."""
    root = work / "context" / "root"
    root.mkdir(parents=True)
    yield root
    shutil.rmtree(root.parent)


def put(source: Path, target: Path, mode: int = 0o755) -> None:
    """Copy a file with this mode, whatever mode it has in the cache."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)


def control_plane(docker: Docker, work: Path, parts: Parts, wanted: list[str]) -> list[str]:
    """The images that kubeadm asks for, kube-proxy left out; `wanted` is kubeadm's own list."""
    made = []
    for reference in wanted:
        name = reference.split(":")[0].rsplit("/", 1)[1]
        if name == "kube-proxy":
            continue
        part = name if name in parts else "kubernetes"
        # Only kubeadm's own programs are called by name in the pod: the others are not.
        entry = name if name in ("pause", "coredns") else ""
        files = {name: program(parts, part, name)}
        made.append(layers.program(docker, work, reference, files, entry))
    return made


def plumbing(docker: Docker, work: Path, parts: Parts, base: str, proxy: str) -> list[str]:
    """kube-proxy, Cilium's two images, and local-path's two."""
    with tree(work) as root:
        net = build_image(docker, "net", NET_IMAGE, base, root.parent)
    with tree(work) as root:
        put(program(parts, "kubernetes", "kube-proxy"), root / "usr/local/bin/kube-proxy")
        build_image(docker, "proxy", proxy, net, root.parent)
    agent = f"streaminglab/cilium:v{pin('go', 'cilium')}"
    with tree(work) as root:
        agent_files(parts, root)
        build_image(docker, "cilium", agent, net, root.parent)
    helper = f"streaminglab/local-path-helper:{pin('debian', 'node')}"
    docker.run("tag", base, helper)
    singles = [
        ("cilium-operator", "cilium", "cilium-operator-generic"),
        ("local-path-provisioner", "local-path-provisioner", "local-path-provisioner"),
    ]
    made = [proxy, agent, helper]
    for image, part, name in singles:
        reference = f"streaminglab/{image}:v{pin('go', part)}"
        files = {name: program(parts, part, name)}
        made.append(layers.program(docker, work, reference, files))
    return made


def agent_files(parts: Parts, root: Path) -> None:
    """What Cilium's image has besides Debian's packages."""
    for name, place in AGENT_PROGRAMS.items():
        put(program(parts, "cilium", name), root / place)
    for script in sorted((parts["cilium"] / "scripts").iterdir()):
        put(script, root / script.name)
    shutil.copytree(parts["cilium"] / "bpf", root / "var/lib/cilium/bpf")


def node_files(parts: Parts, root: Path, pause: str, version: str) -> None:
    """What a node has besides Debian's packages: kind's files, Kubernetes, manifests."""
    kind = parts["kind"] / "images/base/files"
    for source in sorted(path for path in kind.rglob("*") if path.is_file()):
        relative = source.relative_to(kind)
        script = str(relative.parent) in KIND_SCRIPTS
        put(source, root / relative, 0o755 if script else 0o644)
    config = root / "etc/containerd/config.toml"
    config.write_text(containerd_config(config.read_text(), pause))
    for name in ("kubelet", "kubeadm", "kubectl"):
        put(program(parts, "kubernetes", name), root / "usr/bin" / name)
    manifests = root / "kind/manifests"
    manifests.mkdir(parents=True, exist_ok=True)
    (root / "kind/version").write_text(version)
    put(NODE_FILES / "local-path.yaml", manifests / "default-storage.yaml", 0o644)
    (manifests / "default-cni.yaml").write_text(render_cilium(parts))


def containerd_config(text: str, pause: str) -> str:
    """kind's configuration of containerd, for machines that withhold CAP_SYS_RESOURCE.

    Without restrict_oom_score_adj every pod sandbox fails there with "can't get final
    child's PID from pipe: EOF"; it harms nothing elsewhere.
    Raises ValueError when kind's file no longer has the lines that are changed.
    """
    wanted = {"sandbox_image": f'"{pause}"', "restrict_oom_score_adj": "true"}
    lines = []
    for line in text.splitlines():
        key = line.split("=")[0].strip()
        lines.append(f"  {key} = {wanted.pop(key)}" if key in wanted else line)
    if wanted:
        raise ValueError(f"kind's containerd configuration no longer sets {', '.join(wanted)}")
    return "\n".join(lines) + "\n"


def render_cilium(parts: Parts) -> str:
    """Cilium's own chart as one manifest, which kind applies as its default network."""
    values = NODE_FILES / "cilium-values.yaml"
    flags = ["--namespace", "kube-system", "--values", str(values)]
    chart = parts["cilium"] / "chart"
    with step("render Cilium's chart"):
        return call([program(parts, "helm"), "template", "cilium", chart, *flags]).stdout
