"""plugins: bring the volume to what is declared; a second run with the same list does nothing."""

import logging
from pathlib import Path

from streaminglab_base import outcome
from streaminglab_base.errors import JobError, Stopped
from streaminglab_base.stopping import Stopping
from streaminglab_jobs import config
from streaminglab_jobs.plugins.declaration import Plugin, PluginsConfig
from streaminglab_jobs.plugins.install import LIMITS, Installer
from streaminglab_jobs.plugins.store import Store

EXIT_FAILED = 1
log = logging.getLogger(__name__)


def run(stopping: Stopping) -> int:
    """Run the job; 0 when every declared plugin is there."""
    settings = config.load(PluginsConfig)
    store = Store(Path(settings.directory))
    store.sweep()
    there = store.installed()
    removed = _remove(store, there, {plugin.name for plugin in settings.plugins})
    missing = [plugin for plugin in settings.plugins if there.get(plugin.name) != plugin.digest]
    installer = Installer(store, settings.maven_repository, stopping, LIMITS)
    # One that fails must not keep the others from being fetched.
    failures = {plugin.name: words for plugin in missing if (words := _try(installer, plugin))}
    if failures:
        message = "; ".join(f"plugin {name}: {words}" for name, words in failures.items())
        log.error(message)
        outcome.write({"failed": list(failures), "message": message})
        return EXIT_FAILED
    message = (
        f"{len(settings.plugins)} plugin(s) ready: {len(missing)} fetched, "
        f"{len(settings.plugins) - len(missing)} there already; {removed} removed"
    )
    log.info(message)
    outcome.write({"message": message})
    return 0


def _remove(store: Store, there: dict[str, str], wanted: set[str]) -> int:
    """Delete the plugins that are declared no more."""
    unwanted = sorted(there.keys() - wanted)
    for name in unwanted:
        log.info(f"plugin {name}: is not declared any more, removed")
        try:
            store.remove(name)
        except OSError as error:
            raise JobError(f"plugin {name}: cannot be removed: {error.strerror}") from error
    return len(unwanted)


def _try(installer: Installer, plugin: Plugin) -> str:
    """Install one plugin; what went wrong, or nothing."""
    try:
        installer.install(plugin)
    except Stopped:
        raise
    except JobError as error:
        log.error(f"plugin {plugin.name}: {error}")
        return str(error)
    except Exception as error:
        log.exception(f"plugin {plugin.name}: a bug in this program")
        return f"a bug in the program that fetches plugins: {type(error).__name__}: {error}"
    return ""
