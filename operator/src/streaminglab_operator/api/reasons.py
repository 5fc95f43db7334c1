"""Every reason a condition can carry; what each means is in :mod:`api.reason_docs`.

Reasons that Kubernetes itself gives for a pod (ImagePullBackOff, OOMKilled, ...) keep their
Kubernetes name, so that a search for the word finds help.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The one word of `reason`. Machines may compare it; people read `message`."""

    # The lab as a whole
    READY = "Ready"
    PROGRESSING = "Progressing"
    STALLED = "Stalled"
    SUSPENDED = "Suspended"
    SUSPENDING = "Suspending"
    RESUMED = "Resumed"
    PAUSED = "Paused"
    TOO_MANY_LABS = "TooManyLabs"
    EDITED_TOO_OFTEN = "EditedTooOften"
    OTHER_OPERATOR = "OtherOperator"
    WAITING_FOR_TURN = "WaitingForTurn"
    INVALID_SPEC = "InvalidSpec"
    RENDER_FAILED = "RenderFailed"
    # What the API server refuses
    QUOTA_EXCEEDED = "QuotaExceeded"
    POD_SECURITY = "PodSecurity"
    LIMIT_RANGE = "LimitRange"
    REFUSED = "Refused"
    NODE_PORT_REFUSED = "NodePortRefused"
    API_SERVER_ERROR = "APIServerError"
    NAMESPACE_TERMINATING = "NamespaceTerminating"
    NAME_TAKEN = "NameTaken"
    FORMER_LAB = "FormerLab"
    SETUP_FAILED = "SetupFailed"
    VOLUME_GROWING = "VolumeGrowing"
    VOLUME_CANNOT_GROW = "VolumeCannotGrow"
    VOLUME_CANNOT_SHRINK = "VolumeCannotShrink"
    VOLUME_WITHOUT_CLASS = "VolumeWithoutClass"
    VOLUME_CANNOT_MOVE = "VolumeCannotMove"
    IMAGE_NOT_AVAILABLE = "ImageNotAvailable"
    NOT_OFFERED = "NotOffered"
    PASSWORDS_NOT_USABLE = "PasswordsNotUsable"
    PULL_SECRET_MISSING = "PullSecretMissing"  # noqa: S105 (a reason, no secret)
    OTHER_CHART_VERSION = "OtherChartVersion"
    NOT_ENFORCED = "NotEnforced"
    HOST_TAKEN = "HostTaken"
    HOST_NOT_ALLOWED = "HostNotAllowed"
    ANNOTATION_NOT_ALLOWED = "AnnotationNotAllowed"
    GATEWAY_API_MISSING = "GatewayAPIMissing"
    NO_ADDRESS = "NoAddress"
    # Order of the start
    WAITING_FOR_INFLUXDB = "WaitingForInfluxDB"
    WAITING_FOR_TOPICS = "WaitingForTopics"
    WAITING_FOR_INJECTION = "WaitingForInjection"
    WAITING_FOR_COMPONENTS = "WaitingForComponents"
    # A component's pods
    CREATING = "Creating"
    STARTING = "Starting"
    ROLLING_OUT = "RollingOut"
    POD_MISSING = "PodMissing"
    NODE_LOST = "NodeLost"
    NOT_READY = "NotReady"
    BROKER_STOPPED = "BrokerStopped"
    CHAOS_WAITING = "ChaosWaiting"
    CHAOS_RUNNING = "ChaosRunning"
    CHAOS_OVER = "ChaosOver"
    UNSCHEDULABLE = "Unschedulable"
    SCHEDULING_GATED = "SchedulingGated"
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
    OTHER_CONTAINER_RUNS = "OtherContainerRuns"
    # Connectors of Kafka Connect
    CONFIG_INVALID = "ConfigInvalid"
    SECRET_MISSING = "SecretMissing"  # noqa: S105 (a reason, no secret)
    PLUGIN_MISSING = "PluginMissing"
    CONNECTOR_FAILED = "ConnectorFailed"
    TASK_FAILED = "TaskFailed"
    NOT_RUNNING = "NotRunning"
    CONNECT_UNREACHABLE = "ConnectUnreachable"
    WAITING_FOR_CONNECT = "WaitingForConnect"
    # Jobs
    RUNNING = "Running"
    RETRYING = "Retrying"
    COMPLETE = "Complete"
    FAILED = "Failed"
    # Data
    VERIFYING = "Verifying"
    VERIFY_AGAIN = "VerifyAgain"
    VERIFIED = "Verified"
    POINTS_MISSING = "PointsMissing"
    VERIFY_FAILED = "VerifyFailed"
