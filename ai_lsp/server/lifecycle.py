"""Which messages are allowed when (LSP, "Lifecycle Messages"). In: method names. Out: the error that refuses them."""

from __future__ import annotations

from enum import Enum

from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest, JsonRpcServerNotInitialized


class Stage(Enum):
    STARTED = "started"
    RUNNING = "running"
    SHUT_DOWN = "shut down"


class Lifecycle:
    """`initialize` comes first and once; after `shutdown` there is only `exit`."""

    def __init__(self) -> None:
        self.stage = Stage.STARTED

    def refusal(self, method: str) -> JsonRpcException | None:
        """Why a request is not to be handled now."""
        if self.stage is Stage.SHUT_DOWN:
            return JsonRpcInvalidRequest("the server has been shut down")
        if self.stage is Stage.STARTED and method != "initialize":
            return JsonRpcServerNotInitialized("initialize has to come first")
        if self.stage is Stage.RUNNING and method == "initialize":
            return JsonRpcInvalidRequest("the server has been initialized already")
        return None

    def hears(self, method: str) -> bool:
        """Whether a notification is to be handled now."""
        return method == "exit" or self.stage is Stage.RUNNING

    def initialized(self) -> None:
        self.stage = Stage.RUNNING

    def shut_down(self) -> None:
        self.stage = Stage.SHUT_DOWN

    @property
    def exit_code(self) -> int:
        """0 for an end that was announced by `shutdown`, 1 for any other."""
        return 0 if self.stage is Stage.SHUT_DOWN else 1
