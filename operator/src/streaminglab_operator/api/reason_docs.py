"""What each reason of a condition means, and what one can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from streaminglab_operator.api.reasons import Reason


@dataclass(frozen=True, slots=True)
class ReasonDoc:
    """What a reason means, and what one can do about it ("" when there is nothing to do).

    ``beside``: the lab is Ready all the same, and the condition Ready repeats what it says.
    """

    meaning: str
    remedy: str = ""
    beside: bool = False


WAIT = "Wait."
"""What to do when there is nothing to do."""
_DESCRIBE = "Read the message; `kubectl describe pod` on the pod it names says more."
_ADMINISTRATOR = "Read the message; if you cannot change it, show it to the administrator."

REASONS: Mapping[Reason, ReasonDoc] = MappingProxyType(
    {
        Reason.READY: ReasonDoc("It works; for the whole lab: the data was seen to flow."),
        Reason.PROGRESSING: ReasonDoc("The operator is bringing the lab to its spec.", WAIT),
        Reason.STALLED: ReasonDoc(
            "The operator has stopped: waiting does not help.", "Read the condition Stalled."
        ),
        Reason.SUSPENDED: ReasonDoc(
            "It has no pods, because spec.suspend is true. Data, topics, connectors and passwords "
            "are kept.",
            "Set spec.suspend to false to bring the lab back.",
        ),
        Reason.SUSPENDING: ReasonDoc(
            "It is being stopped: what writes goes first, then InfluxDB, then Kafka.",
            "Wait; the message names what still runs.",
        ),
        Reason.RESUMED: ReasonDoc(
            "spec.suspend is false again: the lab is there, or is coming back.",
            "Read the condition Ready.",
        ),
        Reason.PAUSED: ReasonDoc(
            "The annotation streaminglab.dev/paused is true: the operator changes nothing of the "
            "lab, and does not look at it. Deleting it works.",
            "Run `kubectl annotate slab <name> streaminglab.dev/paused-`.",
        ),
        Reason.TOO_MANY_LABS: ReasonDoc(
            "The namespace has as many older labs as the administrator allows. What of this one "
            "runs already was left as it is.",
            "Delete a lab of the namespace; this one goes on by itself.",
        ),
        Reason.EDITED_TOO_OFTEN: ReasonDoc(
            "The lab, or its objects, are edited again and again, so the operator answers ever "
            "more slowly, once a minute at last. Other labs are not slowed.",
            "Find who edits: `kubectl get slab <name> -o yaml --show-managed-fields`. A minute "
            "after the last edit all is as before.",
        ),
        Reason.OTHER_OPERATOR: ReasonDoc(
            "Another StreamingLab operator manages this lab too and overwrites its objects. This "
            "one has stopped changing them, and looks again every ten minutes.",
            "An administrator must see to it that one operator alone watches the namespace.",
        ),
        Reason.WAITING_FOR_TURN: ReasonDoc(
            "The operator was upgraded, and changes only so many running labs at a time. The lab "
            "runs as it was until then.",
            WAIT,
        ),
        Reason.INVALID_SPEC: ReasonDoc(
            "The spec asks for what cannot work; what runs already was left as it is.",
            "Change the fields that the message names.",
        ),
        Reason.RENDER_FAILED: ReasonDoc(
            "A chart refused the values made from the spec.",
            "A fault of the operator or of a chart, not of the lab: report it with the message.",
        ),
        Reason.QUOTA_EXCEEDED: ReasonDoc(
            "The namespace's ResourceQuota does not allow the object or its pods.",
            "Free some of the quota, ask for more, use profile nano, or set the field that the "
            "message names. The lab goes on by itself.",
        ),
        Reason.POD_SECURITY: ReasonDoc(
            "The namespace's Pod Security level forbids the pod.", _ADMINISTRATOR
        ),
        Reason.LIMIT_RANGE: ReasonDoc(
            "The namespace's LimitRange forbids the pod's CPU or memory, or the size of a volume. "
            "What the lab leaves open is made to fit; what it says is left as it is, and no memory "
            "is lowered.",
            "Set the field that the message names to what it says there.",
        ),
        Reason.REFUSED: ReasonDoc("The API server refused an object or a pod.", _ADMINISTRATOR),
        Reason.NODE_PORT_REFUSED: ReasonDoc(
            "A port of spec.access.kafka.nodePort.ports belongs to another Service of the cluster, "
            "or is outside of the cluster's range. Everything else of Kafka works.",
            "Write another port of the range, 30000 to 32767 as a rule, or take nodePort out. Who "
            "has a port: `kubectl get services -A`, or the administrator.",
        ),
        Reason.API_SERVER_ERROR: ReasonDoc(
            "The API server, or a webhook that it asks, could not deal with an object. Tried "
            "again, ever more slowly.",
            _ADMINISTRATOR,
        ),
        Reason.NAMESPACE_TERMINATING: ReasonDoc("The namespace is being deleted."),
        Reason.NAME_TAKEN: ReasonDoc(
            "An object that is not this lab's has a name that the lab needs. It is left as it is.",
            "Delete the object that the message names if nobody needs it, or give the lab another "
            "name. The lab goes on by itself.",
        ),
        Reason.FORMER_LAB: ReasonDoc(
            "Kubernetes is still removing what belonged to a lab of the same name.", WAIT
        ),
        Reason.SETUP_FAILED: ReasonDoc(
            "InfluxDB runs, and its first user, bucket or tokens could not be made yet. Tried "
            "again, ever more slowly, once a minute at last.",
            "If it stays: the message holds InfluxDB's own words.",
        ),
        Reason.IMAGE_NOT_AVAILABLE: ReasonDoc(
            "This installation has no image of a part that the spec asks for, so nothing of that "
            "part is made; what is there already stays.",
            "Ask the administrator to set the image that the message names, or leave the part out, "
            "as the message says.",
        ),
        Reason.NOT_OFFERED: ReasonDoc(
            "The administrator has said that this installation does not offer the part "
            "(`notOffered` of the operator's chart); the lab is Ready without it.",
        ),
        Reason.PULL_SECRET_MISSING: ReasonDoc(
            "The registries' logins, which the operator hands to each lab, are not where the "
            "administrator said.",
            "Show the message to the administrator: it names the Secret.",
        ),
        Reason.PASSWORDS_NOT_USABLE: ReasonDoc(
            "The Secret with passwords that spec.passwordsSecretName names is not there, or one of "
            "the passwords in it does not fit. What runs already was left as it is.",
            "Make or change the Secret as the message says; the lab goes on by itself.",
        ),
        Reason.OTHER_CHART_VERSION: ReasonDoc(
            "The operator runs in another version than the chart is of that installed it.",
            "Show the message to the administrator: it says what to install.",
        ),
        Reason.NOT_ENFORCED: ReasonDoc(
            "A connection was made that the lab's NetworkPolicies forbid: the cluster's network "
            "plugin does not heed them, or another policy of the namespace allows it.",
            "Put nothing into the lab that others must not see, and show the message to the "
            "administrator. It is tried again every hour.",
        ),
        Reason.HOST_TAKEN: ReasonDoc(
            "Another lab has the host name: its own name, or an older claim. The other pages work.",
            "Choose another name under spec.access.ingress.hosts.",
        ),
        Reason.HOST_NOT_ALLOWED: ReasonDoc(
            "The administrator lets labs have host names of a certain form only; the other pages "
            "work.",
            "Write a name of the form that the message gives under spec.access.ingress.hosts, or "
            "none: the page's own name is always allowed.",
        ),
        Reason.ANNOTATION_NOT_ALLOWED: ReasonDoc(
            "The administrator does not let labs have an annotation of their Ingress; it is left "
            "out, and the pages work.",
            "Take it out of spec.access.ingress.annotations, or ask the administrator.",
        ),
        Reason.GATEWAY_API_MISSING: ReasonDoc(
            "The cluster does not know routes of the Gateway API.",
            "Use spec.access.ingress without spec.access.gateway.",
        ),
        Reason.NO_ADDRESS: ReasonDoc(
            "Nobody serves a way in that the spec asks for: no ingress controller has given the "
            "Ingress an address, no Gateway has taken the route, or a load balancer has none. "
            "What does not lead to the lab is not listed in status.urls and status.endpoints.",
            "Write a class of `kubectl get ingressclass` into spec.access.ingress.className, or "
            "the name of a Gateway that allows this namespace; a Kafka without load balancers is "
            "reached by nodePort or localhost. Do the pages answer all the same? The administrator "
            "can set `ingress.reportsAddresses: false`.",
            beside=True,
        ),
        Reason.WAITING_FOR_INFLUXDB: ReasonDoc("It starts when InfluxDB has its tokens.", WAIT),
        Reason.WAITING_FOR_TOPICS: ReasonDoc("It starts when the Job init is done.", WAIT),
        Reason.WAITING_FOR_INJECTION: ReasonDoc("It starts when the Job inject is done.", WAIT),
        Reason.WAITING_FOR_COMPONENTS: ReasonDoc(
            "It starts when the part that the message names is ready.", WAIT
        ),
        Reason.VOLUME_GROWING: ReasonDoc(
            "A volume is being made larger. With some storage drivers its pod must start anew.",
            "Wait; if the message names a pod and it stays, delete that pod: a new one is made.",
        ),
        Reason.VOLUME_CANNOT_GROW: ReasonDoc(
            "A volume is smaller than the spec asks, and its StorageClass, or the driver behind "
            "it, does not make it larger.",
            "Ask the administrator for a StorageClass with allowVolumeExpansion, or set the "
            "storage back to what is there. The lab works on meanwhile.",
        ),
        Reason.VOLUME_CANNOT_SHRINK: ReasonDoc(
            "A volume is larger than the spec asks. No volume of Kubernetes can be made smaller.",
            "Set the storage back to what is there, or make a new lab.",
        ),
        Reason.VOLUME_WITHOUT_CLASS: ReasonDoc(
            "A disk names no StorageClass, and the cluster has no default one: nobody makes it.",
            "Write one of `kubectl get storageclass` into storageClassName, or ask the "
            "administrator for a default (site.storage.className, or of the cluster).",
        ),
        Reason.VOLUME_CANNOT_MOVE: ReasonDoc(
            "A volume is of another StorageClass than the spec asks. No volume of Kubernetes "
            "changes its class; one without data is made anew with the right one.",
            "Write the class that the message names into storageClassName, or give the volume up "
            "with its data, as the message says. The lab works on meanwhile.",
        ),
        Reason.CREATING: ReasonDoc("Its objects are being made.", WAIT),
        Reason.STARTING: ReasonDoc("A pod is starting.", WAIT),
        Reason.ROLLING_OUT: ReasonDoc("Its pods are being replaced by newer ones.", WAIT),
        Reason.POD_MISSING: ReasonDoc("A pod is gone, and a new one is being made.", WAIT),
        Reason.NODE_LOST: ReasonDoc(
            "A pod has been Terminating for more than five minutes: its node does not answer.",
            "An administrator must look at the node that the message names.",
        ),
        Reason.NOT_READY: ReasonDoc("A container runs and does not answer yet.", _DESCRIBE),
        Reason.BROKER_STOPPED: ReasonDoc(
            "A broker is kept stopped by spec.kafka.stoppedBrokers, or for a while by spec.chaos.",
            "Take its number out of the list: it starts again. One that the chaos stopped comes "
            "back by itself; take spec.chaos out to have it back at once.",
        ),
        Reason.CHAOS_WAITING: ReasonDoc(
            "The declared chaos begins as soon as the topics are made and every broker runs.",
            WAIT,
            beside=True,
        ),
        Reason.CHAOS_RUNNING: ReasonDoc(
            "The declared chaos goes on: it stops brokers again and again, until the time that the "
            "message names.",
            "To end it at once, take spec.chaos out.",
            beside=True,
        ),
        Reason.CHAOS_OVER: ReasonDoc(
            "The declared chaos has ended: its time or its schedule is over, or spec.chaos was "
            "taken out.",
            "To begin it anew, edit spec.chaos, or take it out and write it again.",
        ),
        Reason.SCHEDULING_GATED: ReasonDoc("Another controller holds the pod back.", _DESCRIBE),
        Reason.UNSCHEDULABLE: ReasonDoc(
            "No node has room for the pod, or no volume can be had for it.",
            "Free some CPU or memory, use profile nano, or choose another storageClassName.",
        ),
        Reason.IMAGE_PULL_BACK_OFF: ReasonDoc(
            "The image cannot be pulled; Kubernetes tries again, ever more slowly.",
            "Check the image's name and that the node can reach its registry.",
        ),
        Reason.ERR_IMAGE_PULL: ReasonDoc(
            "The image cannot be pulled.",
            "Check the image's name and that the node can reach its registry.",
        ),
        Reason.ERR_IMAGE_NEVER_PULL: ReasonDoc(
            "The image is not on the node, and pulling is switched off.",
            "Load the image into the cluster.",
        ),
        Reason.INVALID_IMAGE_NAME: ReasonDoc(
            "The name of the image is not valid.", "Correct it in the operator's settings."
        ),
        Reason.CRASH_LOOP_BACK_OFF: ReasonDoc(
            "A container keeps ending right after its start.",
            "Read its last words: `kubectl logs --previous` on the pod the message names.",
        ),
        Reason.OOM_KILLED: ReasonDoc(
            "A container needed more memory than its limit and was killed.",
            "Set resources.memory of the part that the message names higher "
            "(spec.kafka.resources.memory, spec.influxdb.resources.memory, ...).",
        ),
        Reason.ERROR: ReasonDoc("A container ended with an error.", _DESCRIBE),
        Reason.EVICTED: ReasonDoc(
            "The pod wrote more to an emptyDir, such as /tmp, than that holds; or the node ran "
            "short of memory or disk. The message says which.",
            "Keep large files where the message says. A new pod is made by itself; if the node is "
            "short, ask the administrator.",
        ),
        Reason.CREATE_CONTAINER_CONFIG_ERROR: ReasonDoc(
            "A Secret or ConfigMap that a container needs is missing.", _DESCRIBE
        ),
        Reason.CREATE_CONTAINER_ERROR: ReasonDoc("The node could not make a container.", _DESCRIBE),
        Reason.RUN_CONTAINER_ERROR: ReasonDoc("The node could not start a container.", _DESCRIBE),
        Reason.POD_FAILED: ReasonDoc(
            "A pod failed, or its node cannot start it; the message has the node's own word for "
            "it.",
            _DESCRIBE,
        ),
        Reason.OTHER_CONTAINER_RUNS: ReasonDoc(
            "A program that runs once has done its work, and a container that somebody else has "
            "put into its pod, such as a service mesh's proxy, runs on: the Job ends only with it.",
            "Have the mesh leave the lab's pods alone, by the annotation or label that it asks "
            "for, in spec.pods or in the administrator's labPods; the Job is then made anew.",
        ),
        Reason.CONFIG_INVALID: ReasonDoc(
            "Kafka Connect refuses a connector's config; what ran before was left as it is. Tried "
            "again within a minute.",
            "Correct the option that the message names in spec.connect.connectors.",
        ),
        Reason.SECRET_MISSING: ReasonDoc(
            "A connector refers to a Secret, or to a key of one, that is not there.",
            "Make the Secret that the message names; the connector goes on by itself.",
        ),
        Reason.PLUGIN_MISSING: ReasonDoc(
            "No plugin of Kafka Connect has the connector's class.",
            "Add the plugin to spec.connect.plugins, or correct the class: the message lists those "
            "that are installed.",
        ),
        Reason.CONNECTOR_FAILED: ReasonDoc(
            "A connector ended with an error. It is started anew, ever more slowly.",
            "Read the message: it holds the first line of the trace. The whole trace is in the log "
            "of Kafka Connect.",
        ),
        Reason.TASK_FAILED: ReasonDoc(
            "A task of a connector ended with an error. It is started anew, ever more slowly.",
            "Read the message: it holds the first line of the trace. The whole trace is in the log "
            "of Kafka Connect.",
        ),
        Reason.NOT_RUNNING: ReasonDoc(
            "A connector or one of its tasks is on its way to the state that the spec asks for.",
            WAIT,
        ),
        Reason.CONNECT_UNREACHABLE: ReasonDoc(
            "Kafka Connect does not answer the operator, so nobody knows how the connectors are.",
            "If it stays: look at ConnectReady, and at network policies of the namespace.",
        ),
        Reason.WAITING_FOR_CONNECT: ReasonDoc(
            "The connectors are made when Kafka Connect is ready.", WAIT
        ),
        Reason.RUNNING: ReasonDoc(
            "The Job is at work; of connectors: all of them run, or rest as declared."
        ),
        Reason.RETRYING: ReasonDoc(
            "The Job failed, and is tried again.", "If it stays: the message holds its last words."
        ),
        Reason.COMPLETE: ReasonDoc("The Job has done all its work."),
        Reason.FAILED: ReasonDoc(
            "The Job gave up after its last try.",
            "Read the message: it holds the Job's own last words, and how to run it again.",
        ),
        Reason.VERIFYING: ReasonDoc("The points are being counted and compared.", WAIT),
        Reason.VERIFY_AGAIN: ReasonDoc(
            "A pod was restarted since the last comparison; it will be made again.", WAIT
        ),
        Reason.VERIFIED: ReasonDoc(
            "The same points are in InfluxDB and in both Kafka topics: none lost, none twice."
        ),
        Reason.POINTS_MISSING: ReasonDoc(
            "The points in InfluxDB and in the Kafka topics are not the same.",
            "Look at the counts in status.data, then at the logs of producer and Telegraf.",
        ),
        Reason.VERIFY_FAILED: ReasonDoc(
            "The comparison could not be made.", "Read the message: it holds its last words."
        ),
    }
)
