"""Which handlers hear which events: data only, loaded by name from settings.TASKHUB_WIRING."""

LOCK_FIRST: dict[str, str] = {}
INLINE: dict[str, tuple[str, ...]] = {}
RELAYED: dict[str, tuple[str, ...]] = {}
