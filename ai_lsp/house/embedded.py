"""What the settings mean for the embedded engine."""

from __future__ import annotations

from ai_lsp.providers.embedded.settings import EmbeddedSettings
from ai_lsp.settings.schema import Settings


def embedded_settings(settings: Settings) -> EmbeddedSettings:
    """What the person left open stays as the engine was calibrated."""
    completion, usual = settings.completion, EmbeddedSettings()
    return EmbeddedSettings(
        threshold=usual.threshold if completion.min_confidence is None else completion.min_confidence,
        shortest=usual.shortest if completion.min_characters is None else completion.min_characters,
        exclude=tuple(settings.privacy.exclude),
    )
