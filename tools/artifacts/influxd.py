"""InfluxDB 2's server: Go with C (sqlite) and Rust (libflux)."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from tools.artifacts.golang import ENV, GoRecipe, module_directory
from tools.artifacts.versions import pin
from tools.shell.run import logged

WRAPPER = Path(__file__).parent / "go" / "influxd" / "rustc-wrapper.sh"


@dataclass(frozen=True, kw_only=True)
class InfluxdRecipe(GoRecipe):
    """`bin/influxd`: the whole HTTP API; no web UI and no `influx` command.

    The result is linked against this host's libc, so it runs on the same suite or newer.
    """

    @property
    def tools(self) -> tuple[str, ...]:
        return ("go", "gcc", "cargo", "pkg-config")

    def inputs(self) -> dict[str, str | bytes]:
        libc = "-".join(platform.libc_ver())
        return {**super().inputs(), "libc": libc, "rust": pin("rust", "toolchain")}

    def compile(self, target: Path, log: Path, *extra: str) -> None:
        # Influx's own pkg-config builds libflux when cgo asks for its flags.
        helper = target / "pkg-config"
        package = "github.com/influxdata/pkg-config"
        logged(["go", "build", "-o", helper, package], log, cwd=self.directory, env=ENV)
        env = {
            **ENV,
            "CGO_ENABLED": "1",
            "PKG_CONFIG": str(helper),
            **rust_env(),
            # Newer Rust turns libflux's warnings into errors; RUSTFLAGS does not reach its
            # build script, a wrapper around rustc does.
            "RUSTC_WRAPPER": str(WRAPPER),
        }
        (target / "bin").mkdir()
        logged(
            ["go", "build", "-trimpath", "-tags", self.tags, "-ldflags", self.ldflags(), *extra,
             "-o", f"{target}/bin/", self.package],
            log, cwd=self.directory, env=env,
        )  # fmt: skip
        helper.unlink()

    def fetch(self, log: Path) -> None:
        env = {**ENV, "CGO_ENABLED": "1"}
        for package in (self.package, "github.com/influxdata/pkg-config"):
            logged(
                ["go", "list", "-deps", "-tags", self.tags, "-f", "{{.ImportPath}}", package],
                log, cwd=self.directory, env=env,
            )  # fmt: skip
        flux = module_directory("github.com/influxdata/flux", self.directory, log)
        manifest = flux / "libflux" / "Cargo.toml"
        logged(["cargo", "fetch", "--locked", "--manifest-path", manifest], log, env=rust_env())


def rust_env() -> dict[str, str]:
    """Which Rust to use, instead of the old one that libflux's rust-toolchain file names."""
    return {"RUSTUP_TOOLCHAIN": os.environ.get("RUSTUP_TOOLCHAIN") or pin("rust", "toolchain")}
