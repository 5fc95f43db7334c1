"""JupyterLab's settings in a lab; the password comes from JUPYTER_PASSWORD_FILE."""

import os
import sys

from streaminglab_jupyter import login

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - JupyterLab defines it

try:
    c.PasswordIdentityProvider.hashed_password = login.hashed(
        os.environ.get("JUPYTER_PASSWORD_FILE", "")
    )
except login.LoginError as error:
    sys.exit(str(error))
c.PasswordIdentityProvider.password_required = True
c.PasswordIdentityProvider.allow_password_change = False
c.IdentityProvider.token = ""

c.ServerApp.ip = ""
c.ServerApp.port = 8888
c.ServerApp.port_retries = 0
c.ServerApp.base_url = os.environ.get("JUPYTER_BASE_URL") or "/"
c.ServerApp.root_dir = os.path.expanduser("~")  # noqa: PTH111 - traitlets wants a text
c.ServerApp.open_browser = False
c.ServerApp.quit_button = False
# The name in the browser's address is the Ingress's or localhost, never this pod's.
c.ServerApp.allow_remote_access = True
# Kernels talk through files of this user, not through ports.
c.KernelManager.transport = "ipc"
c.ServerApp.terminado_settings = {"shell_command": ["/bin/bash"]}

# A lab has no way out: no looking for news, updates and extensions.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
