"""A whole Kubernetes control plane with fake nodes, on loopback, for as long as a ``with`` lasts.

etcd, kube-apiserver, kube-controller-manager and kube-scheduler are real; only the nodes are fake
(kwok plays their kubelets). So API calls, scheduling and garbage collection cost what they cost
in a real cluster, and pods cost nothing.
"""

from bench.fakecluster.cluster import FakeCluster

__all__ = ["FakeCluster"]
