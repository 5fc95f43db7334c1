"""Programs of a course as they are solved, put into a student's home under their names."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.courses import ROOT, Course

ANSWERS = ROOT / "docs" / "courses" / "answers"
GIVEN = ROOT / "images" / "jupyter" / "notebooks"


class Student(Course):
    """Somebody in Jupyter's terminal, in the folder of a course."""

    folder = ""

    @property
    def terminal(self) -> str:
        """Where the terminal is."""
        return f"{self.name}-jupyter-0"

    def line(self, *lines: str, seconds: float = 180) -> str:
        """Lines typed into Jupyter's terminal; what was printed."""
        script = "\n".join(["set -e", f"cd ~/{self.folder}", *lines])
        return self.run(self.terminal, "bash", "-c", script, seconds=seconds)

    def in_background(self, line: str) -> None:
        """A line that ends with ``&``, which goes on when the terminal is closed."""
        self.line(f"{line.removesuffix('&').strip()} 2>/dev/null < /dev/null &")

    def solve(self) -> list[str]:
        """Complete every program of the folder; their names."""
        solved = sorted((ANSWERS / self.folder).glob("*.py"))
        for path in solved:
            self.put(path)
        return [path.name for path in solved]

    def put(self, path: Path) -> None:
        """Write one program."""
        goal = f"{self.folder}/{path.name}"
        text = path.read_text(encoding="utf-8")
        self.run(self.terminal, "sh", "-c", f"cat > ~/{goal}", stdin=text)
