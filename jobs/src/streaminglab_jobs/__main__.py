"""``python -m streaminglab_jobs`` is the same as ``streaminglab-jobs``."""

from streaminglab_jobs.cli import main

raise SystemExit(main())
