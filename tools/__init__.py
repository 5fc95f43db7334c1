"""Developer tools of StreamingLab: artefacts, images, the local cluster."""
