"""Where exported files go: a folder, a zip, or a Git branch. Plain Python, nothing of Django."""

from articles.exporting.sinks.archive import ZipSink
from articles.exporting.sinks.folder import FolderReader, FolderSink
from articles.exporting.sinks.git import GitSink
from articles.exporting.sinks.kinds import Sink, SinkError, SinkMoved

__all__ = ["FolderReader", "FolderSink", "GitSink", "Sink", "SinkError", "SinkMoved", "ZipSink"]
