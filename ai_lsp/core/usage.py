"""What a call used up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call. `input_tokens` counts the whole prompt, cached part included; `output_tokens` counts
    everything that is billed as output, thinking included. `cost` is in US dollars, where the service reports it.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    thinking_tokens: int = 0
    cost: float | None = None
    estimated: bool = False
