"""Where exported files go: a folder or a zip. Plain Python, nothing of Django."""

from articles.exporting.sinks.archive import ZipSink
from articles.exporting.sinks.folder import FolderReader, FolderSink
from articles.exporting.sinks.kinds import Sink, SinkError

__all__ = ["FolderReader", "FolderSink", "Sink", "SinkError", "ZipSink"]
