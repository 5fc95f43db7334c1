"""Every artefact by name. What it is built from stands here, how it is built elsewhere."""

from __future__ import annotations

from tools.artifacts.cilium import CiliumRecipe
from tools.artifacts.golang import GoRecipe, Mend
from tools.artifacts.influxd import InfluxdRecipe
from tools.artifacts.jar import JarRecipe
from tools.artifacts.maven import MavenRecipe
from tools.artifacts.pyspark import PysparkRecipe
from tools.artifacts.recipe import Recipe
from tools.artifacts.rootfs import RootfsRecipe
from tools.artifacts.versions import pin
from tools.artifacts.wheels import WheelsRecipe, locked
from tools.shell.errors import ToolError

KUBERNETES = pin("go", "kubernetes")
COMPONENT_VERSION = "k8s.io/component-base/version."
KUBERNETES_LINK = (
    f"{COMPONENT_VERSION}gitVersion=v{KUBERNETES}",
    f"{COMPONENT_VERSION}gitMajor={KUBERNETES.split('.')[0]}",
    f"{COMPONENT_VERSION}gitMinor={KUBERNETES.split('.')[1]}",
)

TELEGRAF_PLUGINS = (
    "inputs.http", "inputs.http_listener_v2", "inputs.influxdb_v2_listener", "inputs.internal",
    "outputs.file", "outputs.health", "outputs.influxdb_v2", "outputs.kafka",
    "parsers.influx", "parsers.json", "parsers.json_v2", "parsers.xpath",
    "processors.converter", "processors.dedup", "processors.filter", "processors.rename",
    "processors.template",
    "serializers.influx", "serializers.json",
)  # fmt: skip
"""Build tags. Some plugins that nobody here needs have no checksum any more, so not all."""

CLUSTER: list[Recipe] = [
    GoRecipe(
        name="kind", about="makes Kubernetes clusters in Docker; with its node image's files",
        version=pin("go", "kind"), seconds=60,
        module="sigs.k8s.io/kind", keep={"images/base": "images/base"},
    ),
    GoRecipe(
        name="kubernetes", about="kubelet, kubeadm, kubectl and the control plane",
        version=KUBERNETES, seconds=325,
        link=KUBERNETES_LINK,
    ),
    GoRecipe(
        name="kubectl", about="Kubernetes' command line, for Jupyter's terminals",
        version=KUBERNETES, seconds=70, of="kubernetes", package="k8s.io/kubernetes/cmd/kubectl",
        link=KUBERNETES_LINK,
    ),
    GoRecipe(
        name="etcd", about="the control plane's store", version=pin("go", "etcd"), seconds=30,
        rename={"server": "etcd"},
    ),
    GoRecipe(
        name="coredns", about="the cluster's DNS, with the plugins that kubeadm configures",
        version=pin("go", "coredns"), seconds=15, package=".", module="github.com/coredns/coredns",
        # A field that was false, as it is without it, and that client-go 0.34 has no more.
        mend=(Mend(
            "plugin/kubernetes/object/informer.go", "\t\tRetryOnError:     false,\n", "",
        ),),
    ),
    GoRecipe(
        name="local-path-provisioner", about="volumes on a node's disk",
        version=pin("go", "local-path-provisioner"), seconds=10,
        link=(f"main.VERSION=v{pin('go', 'local-path-provisioner')}",),
        module="github.com/rancher/local-path-provisioner", keep={"deploy": "deploy"},
        # getPathOnNode holds the same lock for reading. Where the reload, every 30 seconds, waits
        # for it in between, both wait for ever, and no volume is made any more: "should not be
        # used for recursive read locking" (Go documentation, sync.RWMutex.RLock).
        mend=(Mend(
            "provisioner.go",
            "isSharedFilesystem(c *StorageClassConfig) (bool, error) {\n"
            "\tp.configMutex.RLock()\n\tdefer p.configMutex.RUnlock()\n",
            "isSharedFilesystem(c *StorageClassConfig) (bool, error) {\n",
        ),),
    ),
    GoRecipe(name="pause", about="holds a pod's namespaces", version="1", package="."),
    CiliumRecipe(
        name="cilium", about="pod network that enforces NetworkPolicy; BPF sources and chart",
        version=pin("go", "cilium"), seconds=290, tags="osusergo,ipam_provider_operator",
        link=(f"github.com/cilium/cilium/pkg/version.ciliumVersion={pin('go', 'cilium')}",),
        rename={"daemon": "cilium-agent", "operator": "cilium-operator-generic",
                "mount": "cilium-mount"},
        module="github.com/cilium/cilium",
        keep={
            "bpf": "bpf",
            "install/kubernetes/cilium": "chart",
            "images/cilium/init-container.sh": "scripts/init-container.sh",
            "plugins/cilium-cni/install-plugin.sh": "scripts/install-plugin.sh",
            "plugins/cilium-cni/cni-uninstall.sh": "scripts/cni-uninstall.sh",
        },
    ),
]  # fmt: skip

TOOLS: list[Recipe] = [
    GoRecipe(
        name="helm", about="renders charts", version=pin("go", "helm"), seconds=200,
        link=(f"helm.sh/helm/v4/internal/version.version=v{pin('go', 'helm')}",),
    ),
    GoRecipe(
        name="helm-unittest", about="tests of charts", version=pin("go", "helm-unittest"),
        seconds=90,
    ),
    GoRecipe(
        name="kubeconform", about="checks manifests against schemas",
        version=pin("go", "kubeconform"), seconds=15,
    ),
    GoRecipe(
        name="crane", about="puts images into registries", version=pin("go", "crane"), seconds=30,
    ),
    GoRecipe(
        name="registry", about="a registry of images, for tests", version=pin("go", "registry"),
        seconds=60, package=".",
    ),
    GoRecipe(
        name="kwok", about="fake nodes for tests at scale", version=pin("go", "kwok"),
        seconds=95, module="sigs.k8s.io/kwok", keep={"kustomize": "kustomize"},
    ),
    GoRecipe(
        name="helm-operator-plugins", about="operator-framework's Helm engine, for `bench beside`",
        version=pin("go", "helm-operator-plugins"), package=".",
    ),
]  # fmt: skip

CONNECT_JARS = MavenRecipe(
    name="connect-jars",
    about="Kafka Connect's worker, and the broker of its release",
    seconds=10,
    properties=(
        ("kafka-connect.version", pin("maven", "kafka-connect")),
        ("log4j.version", pin("maven", "log4j")),
    ),
)
MONGO_JAVA_SERVER = MavenRecipe(
    name="mongo-java-server",
    about="a stand-in for MongoDB, for tests of connectors",
    seconds=5,
    properties=(("mongo-java-server.version", pin("maven", "mongo-java-server")),),
)

JAVA: list[Recipe] = [
    MavenRecipe(
        name="kafka-jars", about="Kafka's broker and command line tools", seconds=10,
        properties=(("kafka.version", pin("maven", "kafka")),
                    ("log4j.version", pin("maven", "log4j"))),
    ),
    CONNECT_JARS,
    MavenRecipe(
        name="connect-plugins", about="Kafka Connect's plugins as their projects pack them",
        seconds=10,
        properties=(("kafka-connect.version", pin("maven", "kafka-connect")),
                    ("mongo-kafka-connect.version", pin("maven", "mongo-kafka-connect")),
                    ("debezium.version", pin("maven", "debezium"))),
    ),
    JarRecipe(
        name="csv-source", about="our connector that reads CSV files from a folder", seconds=5,
        directory="connectors/csv-source", version=pin("streaminglab", "connect-plugins"),
        against=CONNECT_JARS,
    ),
    # This plugin has no service files, and so a worker with plugin.discovery=service_load would
    # not see it.
    JarRecipe(
        name="mongodb-manifests", about="tells Connect of MongoDB's connectors",
        directory="images/connect-plugins/mongodb-manifests",
        version=pin("maven", "mongo-kafka-connect"),
    ),
    MavenRecipe(
        name="apicurio-registry", about="Apicurio's schema registry", seconds=10,
        properties=(("apicurio-registry.version", pin("maven", "apicurio-registry")),),
    ),
    MONGO_JAVA_SERVER,
    JarRecipe(
        name="mongodb-stand-in", about="starts the stand-in for MongoDB", seconds=5,
        directory="images/mongodb-stand-in", version=pin("maven", "mongo-java-server"),
        against=MONGO_JAVA_SERVER,
    ),
    MavenRecipe(
        name="spark-kafka", about="Spark's source and sink for Kafka", seconds=10,
        properties=(("spark.version", pin("maven", "spark")),),
    ),
    MavenRecipe(
        name="junit", about="runs the unit tests of the Java sources", seconds=5,
        properties=(("junit.version", pin("maven", "junit")),),
    ),
]  # fmt: skip

IMAGES: list[Recipe] = [
    GoRecipe(
        name="telegraf", about="Telegraf with just the plugins a lab uses",
        version=pin("go", "telegraf"), seconds=60, tags=",".join(["custom", *TELEGRAF_PLUGINS]),
        link=(f"github.com/influxdata/telegraf/internal.Version={pin('go', 'telegraf')}",),
    ),
    InfluxdRecipe(
        name="influxd", about="InfluxDB 2's server, without the web UI",
        version=pin("go", "influxd"), seconds=310,
        package="github.com/influxdata/influxdb/v2/cmd/influxd",
        tags="sqlite_foreign_keys,sqlite_json,noasm",
        link=(f"main.version=v{pin('go', 'influxd')}",),
    ),
    PysparkRecipe(
        name="pyspark", about="Spark with Python, and the jars of a session in one JVM",
        version=pin("maven", "spark"), seconds=60,
    ),
    RootfsRecipe(
        name=f"rootfs-{pin('debian', 'images')}", about="base of the local images", seconds=50,
        suite=pin("debian", "images"),
    ),
    RootfsRecipe(
        name=f"rootfs-{pin('debian', 'node')}", about="base of the kind node", seconds=50,
        suite=pin("debian", "node"),
    ),
]  # fmt: skip

WHEELS: list[Recipe] = [
    WheelsRecipe(
        name=f"wheels-{name}",
        about=f"the Python packages of requirements/{name}.txt",
        seconds=15,
        requirements=name,
    )
    for name in locked()
]

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe for recipe in [*CLUSTER, *TOOLS, *JAVA, *IMAGES, *WHEELS]
}


def recipe(name: str) -> Recipe:
    """The recipe of a name; raises ToolError that lists the known names."""
    try:
        return RECIPES[name]
    except KeyError:
        known = ", ".join(sorted(RECIPES))
        raise ToolError(f"there is no artefact `{name}`", f"choose from: {known}") from None
