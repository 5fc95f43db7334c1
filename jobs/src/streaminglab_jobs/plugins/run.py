"""plugins: bring the volume to what is declared; a second run with the same list does nothing."""

import logging
from pathlib import Path

from streaminglab_base import outcome
from streaminglab_base.errors import JobError, Stopped
from streaminglab_base.stopping import Stopping
from streaminglab_jobs import config
from streaminglab_jobs.plugins import jars
from streaminglab_jobs.plugins.declaration import Plugin, PluginsConfig
from streaminglab_jobs.plugins.install import Installer
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
    installer = Installer(store, settings, stopping)
    # One that fails must not keep the others from being fetched.
    word = settings.word
    tries = ((plugin.name, _try(installer, plugin, word)) for plugin in missing)
    failures = {name: words for name, words in tries if words}
    if failures:
        message = "; ".join(f"{word} {name}: {words}" for name, words in failures.items())
        log.error(message)
        outcome.write({"failed": list(failures), "message": message})
        return EXIT_FAILED
    many = "plugin(s)" if word == "plugin" else word
    message = (
        f"{len(settings.plugins)} {many} ready: {len(missing)} fetched, "
        f"{len(settings.plugins) - len(missing)} there already; {removed} removed"
    )
    if settings.jars_in:
        message += f"; {_gathered(settings)} jar(s)"
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


def _gathered(settings: PluginsConfig) -> int:
    names = [plugin.name for plugin in settings.plugins]
    try:
        return jars.gather(Path(settings.directory), names, Path(settings.jars_in))
    except OSError as error:
        raise JobError(f"cannot put the jars into {settings.jars_in}: {error.strerror}") from error


def _try(installer: Installer, plugin: Plugin, word: str) -> str:
    """Install one plugin; what went wrong, or nothing."""
    try:
        installer.install(plugin)
    except Stopped:
        raise
    except JobError as error:
        log.error(f"{word} {plugin.name}: {error}")
        return str(error)
    except Exception as error:
        log.exception(f"{word} {plugin.name}: a bug in this program")
        return f"a bug in the program that fetches plugins: {type(error).__name__}: {error}"
    return ""
