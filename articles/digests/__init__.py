"""One mail a person about what waits for them: ``gathering`` what it tells, ``sending`` when and how."""

from articles.digests.sending import Sent, choose, is_due, send_due

__all__ = ["Sent", "choose", "is_due", "send_due"]
