"""The ways out of TaskHub. To add one: a class in a module here, its line in CHANNELS, its name in `notices`."""

from .base import Channel
from .email import EmailChannel

CHANNELS: dict[str, type[Channel]] = {channel.name: channel for channel in (EmailChannel,)}
"""Name -> channel, of those that send. In-app deliveries are delivered by being written."""

__all__ = ["CHANNELS", "Channel"]
