"""What our programs stand on: how they log, wait, are stopped, fail and say how they ended.

Standard library only, and nothing of a lab: each image of ours carries it whole.
"""
