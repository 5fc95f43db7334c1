"""Every check of this repository, in the order in which a fault is found soonest."""
