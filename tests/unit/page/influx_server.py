"""As much of InfluxDB as the page needs: a user who signs in, tokens, and what they read."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

COOKIE = "influxdb-oss-session"
CSV = "#datatype,string,long,double\r\n,result,table,_value\r\n,_result,0,1.5\r\n"


def token(value: str, description: str, made: int = 1, **more: Any) -> dict[str, Any]:
    """One of InfluxDB's list."""
    created = f"2026-11-28T10:00:{made:02}Z"
    said = {"token": value, "description": description, "status": "active", "createdAt": created}
    return {**said, **more}


@dataclass
class InfluxServer:
    """``password``: of its user, empty before the set-up; ``reads``: by token, its buckets;
    ``asked``: method and path of each request."""

    password: str = ""
    user: str = "admin"
    tokens: list[dict[str, Any]] = field(default_factory=list)
    reads: dict[str, set[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sessions: set[str] = field(default_factory=set)
    cookies: int = 0

    def makes(self, value: str, description: str, *buckets: str, made: int = 1) -> None:
        """A token that reads these buckets."""
        self.tokens.append(token(value, description, made))
        self.reads[value] = set(buckets)

    def count(self, path: str) -> int:
        return sum(path in each for each in self.asked)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(f"{request.method} {request.path}")
        session = request.cookies.get(COOKIE, "")
        said = request.headers.get("Authorization", "")
        if request.path == "/api/v2/query":
            assert not session, "a query goes by the token alone"
            return await self._query(request, said.removeprefix("Token "))
        if request.path == "/api/v2/signin":
            return self._sign_in(said)
        if session not in self.sessions:
            return web.json_response({"code": "unauthorized", "message": "no session"}, status=401)
        if request.path == "/api/v2/signout":
            self.sessions.discard(session)
            return web.Response(status=204)
        assert request.query["org"] == "my org"
        return web.json_response({"authorizations": self.tokens})

    def _sign_in(self, said: str) -> web.Response:
        right = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        if not self.password or said != f"Basic {right}":
            return web.json_response({"message": "unauthorized access"}, status=401)
        self.cookies += 1
        name = f"session-{self.cookies}"
        self.sessions.add(name)
        answer = web.Response(status=204)
        answer.set_cookie(COOKIE, name, path="/api/", httponly=True, samesite="Strict")
        return answer

    async def _query(self, request: web.Request, by: str) -> web.Response:
        if by not in self.reads:
            return web.json_response({"message": "unauthorized access"}, status=401)
        flux = (await request.json())["query"]
        if not any(f'"{bucket}"' in flux for bucket in self.reads[by]):
            return web.json_response({"message": "could not find bucket"}, status=404)
        return web.Response(text=CSV, content_type="text/csv")
