"""The desk's own addresses."""

from __future__ import annotations

from django.urls import path

from articles.views import articles, decisions, exports, guessing, hooks, likeness, me, queue, review, runs

app_name = "articles"
urlpatterns = [
    path("", queue.home, name="home"),
    path("queue/", queue.queue, name="queue"),
    path("review/next/", review.review_next, name="review_next"),
    path("review/<int:pk>/", review.review, name="review"),
    path("articles/<int:pk>/row/", queue.unfolded, name="unfolded"),
    path("articles/<int:pk>/decide/", decisions.decide_article, name="decide"),
    path("articles/<int:pk>/adjust/", decisions.adjust_article, name="adjust"),
    path("articles/<int:pk>/edit/", articles.edit_article, name="edit"),
    path("articles/<int:pk>/history/", articles.article_history, name="history"),
    path("articles/<int:pk>/file/", articles.article_file, name="file"),
    path("articles/<int:pk>/story/", likeness.story_page, name="story"),
    path("compare/<int:pk>/<int:other>/", likeness.compare, name="compare"),
    path("alike/decide/", likeness.decide_alike, name="decide_alike"),
    path("undo/", decisions.undo_review, name="undo"),
    path("suggestions/", guessing.suggestions, name="suggestions"),
    path("decided/", articles.decided, name="decided"),
    path("imports/", runs.imports, name="imports"),
    path("imports/quarantine/<int:pk>/", runs.quarantine, name="quarantine"),
    path("exports/", exports.exports, name="exports"),
    path("exports/new/", exports.export_new, name="export_new"),
    path("exports/<int:pk>/download/", exports.export_download, name="export_download"),
    path("hooks/<slug:name>/", hooks.hook, name="hook"),
    path("help/keys/", me.keys, name="keys"),
    path("me/", me.me, name="me"),
    path("me/choose/", me.choose, name="choose"),
    path("healthz", me.healthz, name="healthz"),
]
