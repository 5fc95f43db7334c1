"""Every reason a condition can carry, each with what it means and what one can do.

Reasons that Kubernetes itself gives for a pod (ImagePullBackOff, OOMKilled, ...) keep their
Kubernetes name, so that a search for the word finds help.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Reason(StrEnum):
    """The one word of `reason`. Machines may compare it; people read `message`."""

    # The lab as a whole
    ALL_READY = "AllReady"
    SETTLED = "Settled"
    PROGRESSING = "Progressing"
    NOT_STALLED = "NotStalled"
    SPEC_INVALID = "SpecInvalid"
    RENDER_FAILED = "RenderFailed"
    APPLY_FAILED = "ApplyFailed"
    CREDENTIALS_LOST = "CredentialsLost"
    SETUP_FAILED = "SetupFailed"
    # A component's pods
    PODS_READY = "PodsReady"
    WAITING = "Waiting"
    STARTING = "Starting"
    ROLLING_OUT = "RollingOut"
    NOT_READY = "NotReady"
    PODS_MISSING = "PodsMissing"
    QUOTA_EXCEEDED = "QuotaExceeded"
    FORBIDDEN = "Forbidden"
    UNSCHEDULABLE = "Unschedulable"
    IMAGE_PULL_BACK_OFF = "ImagePullBackOff"
    ERR_IMAGE_PULL = "ErrImagePull"
    ERR_IMAGE_NEVER_PULL = "ErrImageNeverPull"
    INVALID_IMAGE_NAME = "InvalidImageName"
    CRASH_LOOP_BACK_OFF = "CrashLoopBackOff"
    OOM_KILLED = "OOMKilled"
    ERROR = "Error"
    EVICTED = "Evicted"
    CREATE_CONTAINER_CONFIG_ERROR = "CreateContainerConfigError"
    CREATE_CONTAINER_ERROR = "CreateContainerError"
    RUN_CONTAINER_ERROR = "RunContainerError"
    POD_FAILED = "PodFailed"
    # Jobs
    RUNNING = "Running"
    COMPLETE = "Complete"
    ENDLESS = "Endless"
    JOB_FAILED = "JobFailed"
    # Data
    NOT_CHECKED = "NotChecked"
    CHECKING = "Checking"
    POINTS_EQUAL = "PointsEqual"
    POINTS_ARRIVING = "PointsArriving"
    POINTS_MISSING = "PointsMissing"
    POINTS_TWICE = "PointsTwice"
    CHECK_FAILED = "CheckFailed"


@dataclass(frozen=True, slots=True)
class ReasonDoc:
    """What a reason means, and what one can do about it ("" when there is nothing to do)."""

    meaning: str
    remedy: str = ""


_DESCRIBE = "Read the message; `kubectl describe pod` on the pod it names says more."
_REPORT = "A fault of the operator or of a chart, not of the lab: report it with the message."

REASONS: Mapping[Reason, ReasonDoc] = MappingProxyType(
    {
        Reason.ALL_READY: ReasonDoc("Every part runs and the data was seen to flow."),
        Reason.SETTLED: ReasonDoc("The cluster holds what the spec asks for."),
        Reason.PROGRESSING: ReasonDoc("The operator is bringing the lab to its spec.", "Wait."),
        Reason.NOT_STALLED: ReasonDoc("Nothing keeps the lab from its spec."),
        Reason.SPEC_INVALID: ReasonDoc(
            "The spec asks for what cannot work; what runs already was left as it is.",
            "Change the field that the message names.",
        ),
        Reason.RENDER_FAILED: ReasonDoc("A chart refused the values made from the spec.", _REPORT),
        Reason.APPLY_FAILED: ReasonDoc(
            "The API server refused an object of the lab.",
            "Read the message: it holds the API server's own words.",
        ),
        Reason.CREDENTIALS_LOST: ReasonDoc(
            "The Secret with the credentials is gone, and InfluxDB's volume still has the old "
            "ones.",
            "Restore the Secret, or delete the lab and its volume.",
        ),
        Reason.SETUP_FAILED: ReasonDoc(
            "InfluxDB runs, and refused to make its first user or the tokens.",
            "Read the message: it holds InfluxDB's own words.",
        ),
        Reason.PODS_READY: ReasonDoc("All its pods run and answer."),
        Reason.WAITING: ReasonDoc("It comes later: the message names what it waits for.", "Wait."),
        Reason.STARTING: ReasonDoc("Its pods are starting.", "Wait."),
        Reason.ROLLING_OUT: ReasonDoc("Its pods are being replaced by newer ones.", "Wait."),
        Reason.NOT_READY: ReasonDoc("A pod runs and does not answer yet.", _DESCRIBE),
        Reason.PODS_MISSING: ReasonDoc("Fewer pods exist than there should be.", _DESCRIBE),
        Reason.QUOTA_EXCEEDED: ReasonDoc(
            "The namespace's ResourceQuota does not allow the object or its pods.",
            "Free some of the quota, ask for more, or use profile nano. The lab goes on by itself.",
        ),
        Reason.FORBIDDEN: ReasonDoc(
            "The API server forbids the object or its pods (rights, or a policy).",
            "Show the message to the cluster's administrator.",
        ),
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
            "A container needed more memory than its limit and was ended.",
            "Give the component more memory: spec.<component>.resources.memory.",
        ),
        Reason.ERROR: ReasonDoc("A container ended with an error.", _DESCRIBE),
        Reason.EVICTED: ReasonDoc(
            "The node ran short of memory or disk and put the pod out.", _DESCRIBE
        ),
        Reason.CREATE_CONTAINER_CONFIG_ERROR: ReasonDoc(
            "A Secret or ConfigMap that a container needs is missing.", _DESCRIBE
        ),
        Reason.CREATE_CONTAINER_ERROR: ReasonDoc("The node could not make a container.", _DESCRIBE),
        Reason.RUN_CONTAINER_ERROR: ReasonDoc("The node could not start a container.", _DESCRIBE),
        Reason.POD_FAILED: ReasonDoc("A pod failed.", _DESCRIBE),
        Reason.RUNNING: ReasonDoc("The Job is at work.", "Wait."),
        Reason.COMPLETE: ReasonDoc("The Job has done all its work."),
        Reason.ENDLESS: ReasonDoc("The injection has no end (spec.inject.points: 0) and runs."),
        Reason.JOB_FAILED: ReasonDoc(
            "The Job gave up after its last try.",
            "Read the message: it holds the Job's own last words.",
        ),
        Reason.NOT_CHECKED: ReasonDoc("Nobody has looked at the data yet.", "Wait."),
        Reason.CHECKING: ReasonDoc("The points are being counted and compared.", "Wait."),
        Reason.POINTS_EQUAL: ReasonDoc(
            "The same points are in InfluxDB and in both Kafka topics: none lost, none twice."
        ),
        Reason.POINTS_ARRIVING: ReasonDoc(
            "The injection is endless; the points written so far were seen in both Kafka topics."
        ),
        Reason.POINTS_MISSING: ReasonDoc(
            "A point of InfluxDB is not in a Kafka topic.",
            "Wait for the next check; if it stays, look at the logs of producer and Telegraf.",
        ),
        Reason.POINTS_TWICE: ReasonDoc(
            "A point is more than once in a Kafka topic.",
            "Look whether another program writes to the lab's topics.",
        ),
        Reason.CHECK_FAILED: ReasonDoc(
            "The check could not be made.", "Read the message: it holds the Job's own last words."
        ),
    }
)
