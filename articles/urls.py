"""The desk's own addresses."""

from __future__ import annotations

from django.urls import path

from articles.views import (
    articles,
    conflicts,
    decisions,
    exports,
    finding,
    hooks,
    ledger,
    live,
    me,
    policy,
    queue,
    recheck,
    review,
    runs,
    saved_views,
)

app_name = "articles"
urlpatterns = [
    path("", queue.home, name="home"),
    path("queue/", queue.queue, name="queue"),
    path("queue/live/", live.live, name="live"),
    path("views/", saved_views.views, name="views"),
    path("views/<int:pk>/", saved_views.change_view, name="view"),
    path("review/next/", review.review_next, name="review_next"),
    path("review/<int:pk>/", review.review, name="review"),
    path("articles/<int:pk>/row/", queue.unfolded, name="unfolded"),
    path("articles/<int:pk>/claim/", live.claim_article, name="claim"),
    path("articles/<int:pk>/release/", live.release_article, name="release"),
    path("articles/<int:pk>/decide/", decisions.decide_article, name="decide"),
    path("articles/<int:pk>/adjust/", decisions.adjust_article, name="adjust"),
    path("articles/<int:pk>/edit/", articles.edit_article, name="edit"),
    path("articles/<int:pk>/history/", articles.article_history, name="history"),
    path("articles/<int:pk>/file/", articles.article_file, name="file"),
    path("articles/<int:pk>/confirm/", recheck.confirm_article, name="confirm"),
    path("conflicts/", conflicts.conflicts, name="conflicts"),
    path("conflicts/<int:pk>/", conflicts.conflict, name="conflict"),
    path("recheck/", recheck.recheck, name="recheck"),
    path("undo/", decisions.undo_review, name="undo"),
    path("decided/", articles.decided, name="decided"),
    path("imports/", runs.imports, name="imports"),
    path("imports/quarantine/<int:pk>/", runs.quarantine, name="quarantine"),
    path("exports/", exports.exports, name="exports"),
    path("exports/ledger/", ledger.ledger, name="ledger"),
    path("exports/new/", exports.export_new, name="export_new"),
    path("exports/<int:pk>/download/", exports.export_download, name="export_download"),
    path("hooks/<slug:name>/", hooks.hook, name="hook"),
    path("policy/", policy.policy, name="policy"),
    path("help/keys/", me.keys, name="keys"),
    path("me/", me.me, name="me"),
    path("me/choose/", me.choose, name="choose"),
    path("me/keys/", me.remap, name="remap"),
    path("find/", finding.find, name="find"),
    path("find/topic/", finding.find_topic, name="find_topic"),
    path("healthz", me.healthz, name="healthz"),
]
