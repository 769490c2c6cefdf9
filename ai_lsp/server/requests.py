"""The editor's open requests. Each one is answered exactly once: with a result, an error, a cancellation or `null`.

An answer and the end of the work are two things: a cancelled request is answered at once, while its task is being
cancelled; a task that ends later has nobody left to answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest, JsonRpcRequestCancelled

MsgId = int | str


@dataclass(slots=True)
class _Open:
    method: str
    token: Hashable | None
    newest_of: Hashable | None
    task: asyncio.Task[Any] | None = None


class Requests:
    """`respond` sends a result; `refuse` sends an error. Neither must raise."""

    def __init__(
        self,
        respond: Callable[[MsgId, Any], None],
        refuse: Callable[[MsgId, JsonRpcException], None],
        failed: Callable[[str, BaseException], JsonRpcException],
    ) -> None:
        self._respond = respond
        self._refuse = refuse
        self._failed = failed
        self._open: dict[MsgId, _Open] = {}
        self._newest: dict[Hashable, MsgId] = {}
        self._tokens: dict[Hashable, MsgId] = {}
        self._after: dict[Hashable, Callable[[], None]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._open)

    def open(
        self, msg_id: MsgId, method: str, *, token: Hashable | None = None, newest_of: Hashable | None = None
    ) -> None:
        """`token` is the one that the editor may cancel its progress by. A request with the same `newest_of` as an
        open one takes its place: the older is answered `null`. Raises for an id that is in use.
        """
        if msg_id in self._open:
            raise JsonRpcInvalidRequest("a request with this id is still open")
        if newest_of is not None and (older := self._newest.get(newest_of)) is not None:
            self._after.pop(newest_of, None)  # the new one will tell what has become known meanwhile
            self._stop(older)
            self.respond(older, None)
        self._open[msg_id] = _Open(method, token, newest_of)
        if token is not None:
            self._tokens[token] = msg_id
        if newest_of is not None:
            self._newest[newest_of] = msg_id

    def run(self, msg_id: MsgId, work: Awaitable[Any]) -> None:
        """Answer with what the work comes to."""
        task = asyncio.ensure_future(work)
        assert isinstance(task, asyncio.Task)
        self._open[msg_id].task = task
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(msg_id, done))

    def respond(self, msg_id: MsgId, result: Any) -> None:
        if (request := self._close(msg_id)) is not None:
            self._respond(msg_id, result)
            self._go_on(request)

    def refuse(self, msg_id: MsgId, error: JsonRpcException) -> None:
        if (request := self._close(msg_id)) is not None:
            self._refuse(msg_id, error)
            self._go_on(request)

    def after(self, newest_of: Hashable, call: Callable[[], None]) -> None:
        """Call it once the open request with this `newest_of` has been answered, or at once where there is none: what
        it says would otherwise overtake the answer that it is about.
        """
        if newest_of in self._newest:
            self._after[newest_of] = call
        else:
            call()

    def cancel(self, msg_id: MsgId) -> None:
        """Unknown ids are those that were answered just before the cancellation came."""
        self._stop(msg_id)
        self.refuse(msg_id, JsonRpcRequestCancelled("cancelled"))

    @contextmanager
    def known_by(self, token: Hashable) -> Iterator[None]:
        """While this lasts, the request whose task is running can be cancelled by this token, too."""
        task = asyncio.current_task()
        msg_id = next((open_id for open_id, request in self._open.items() if request.task is task), None)
        if msg_id is None or token in self._tokens:
            yield
            return
        self._tokens[token] = msg_id
        try:
            yield
        finally:
            self._tokens.pop(token, None)

    def cancel_by_token(self, token: Hashable) -> None:
        if (msg_id := self._tokens.get(token)) is not None:
            self.cancel(msg_id)

    def cancel_all(self) -> None:
        """All but the request that this is called for, if it is called for one."""
        current = asyncio.current_task()
        for msg_id in [open_id for open_id, request in self._open.items() if request.task is not current]:
            self.cancel(msg_id)

    async def ended(self, seconds: float) -> None:
        """Wait until cancelled work has let go, but no longer than this."""
        others = self._tasks - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=seconds)

    def _stop(self, msg_id: MsgId) -> None:
        request = self._open.get(msg_id)
        if request is not None and request.task is not None:
            request.task.cancel()

    def _ended(self, msg_id: MsgId, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        request = self._open.get(msg_id)
        answered = request is None or request.task is not task
        if task.cancelled():
            if not answered:
                self.refuse(msg_id, JsonRpcRequestCancelled("cancelled"))
        elif (error := task.exception()) is None:
            if not answered:
                self.respond(msg_id, task.result())
        elif not answered and request is not None:
            self.refuse(msg_id, self._failed(request.method, error))

    def _go_on(self, answered: _Open) -> None:
        if (call := self._after.pop(answered.newest_of, None)) is not None:
            call()

    def _close(self, msg_id: MsgId) -> _Open | None:
        request = self._open.pop(msg_id, None)
        if request is None:
            return None
        if self._tokens.get(request.token) == msg_id:
            del self._tokens[request.token]
        if self._newest.get(request.newest_of) == msg_id:
            del self._newest[request.newest_of]
        return request
