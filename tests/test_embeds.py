"""Videos are rebuilt from host and id; whatever else an embed says is never used."""
from __future__ import annotations

import pytest
from django.conf import settings

from articles.embeds import video_address

pytestmark = pytest.mark.pure
PLAYED = "https://www.youtube-nocookie.com/embed/9FGveeLt1qk"


@pytest.mark.parametrize(
    "html",
    [
        '<iframe width="800" height="500" frameborder="0" src="https://www.youtube.com/embed/9FGveeLt1qk" allow="autoplay" allowfullscreen></iframe>',
        '<iframe src="https://www.youtube-nocookie.com/embed/9FGveeLt1qk"></iframe>',
        '<iframe src="https://www.youtube.com/embed/9FGveeLt1qk?autoplay=1&list=x#t"></iframe>',
        "<IFRAME SRC=https://www.youtube.com/embed/9FGveeLt1qk onload=alert(1) srcdoc='<script>alert(1)</script>'></IFRAME>",
        '<script>alert(1)</script><p hx-post="/x"><iframe src="https://www.youtube.com/embed/9FGveeLt1qk" hx-post="/undo/"></iframe>',
    ],
)
def test_a_video_is_its_host_and_id(html: str) -> None:
    assert video_address(html) == PLAYED


@pytest.mark.parametrize(
    "html",
    [
        None, "", "9FGveeLt1qk", '<a href="https://www.youtube.com/embed/9FGveeLt1qk">x</a>',
        '<iframe src="http://www.youtube.com/embed/9FGveeLt1qk"></iframe>',
        '<iframe src="//www.youtube.com/embed/9FGveeLt1qk"></iframe>',
        '<iframe src="https://www.youtube.com@evil.example/embed/9FGveeLt1qk"></iframe>',
        '<iframe src="https://www.youtube.com:444/embed/9FGveeLt1qk"></iframe>',
        '<iframe src="https://www.youtube.com.evil.example/embed/9FGveeLt1qk"></iframe>',
        '<iframe src="https://evil.example/www.youtube.com/embed/9FGveeLt1qk"></iframe>',
        '<iframe src="https://www.youtube.com/embed/../redirect?q=x"></iframe>',
        '<iframe src="https://www.youtube.com/embed/9FGveeLt1qk/../../x"></iframe>',
        '<iframe src="https://www.youtube.com/embed/x&quot; onload=&quot;alert(1)"></iframe>',
        '<iframe src="javascript:alert(1)"></iframe>', '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
        '<iframe src="data:text/html,<script>alert(1)</script>"></iframe>', '<object data="https://www.youtube.com/embed/9FGveeLt1qk">',
        '<iframe src="https://[::1/embed/9FGveeLt1qk"></iframe>', '<video src="https://www.youtube.com/embed/9FGveeLt1qk"></video>',
    ],
)  # fmt: skip
def test_anything_else_is_no_video(html: str | None) -> None:
    assert video_address(html) == ""


def test_pages_may_frame_exactly_what_plays_videos() -> None:
    frames = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["frame-src"]

    assert frames == ["https://www.youtube-nocookie.com"]
    assert {f"https://{host}" for host in settings.DESK_EMBED_HOSTS.values()} == set(frames)
