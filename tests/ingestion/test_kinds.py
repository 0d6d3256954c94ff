import pytest

from ingestion.kinds import PageSigns, is_consent, kind_of_entry, kind_of_page
from news.entities import ArticleKind


def signs(
    url: str = "https://news.example/2023/03/talks-in-moscow",
    title: str = "Talks in Moscow",
    words: int = 600,
    **more: object,
) -> PageSigns:
    return PageSigns(url=url, title=title, text_words=words, page_words=words * 2, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (signs(), ArticleKind.ARTICLE),
        (signs(words=60), ArticleKind.ARTICLE),
        (signs("https://news.example/opinion/why-talks"), ArticleKind.OPINION),
        (signs(types=frozenset({"OpinionNewsArticle"})), ArticleKind.OPINION),
        (signs(title="Editorial: What the talks mean"), ArticleKind.OPINION),
        (signs(section="Opinion"), ArticleKind.OPINION),
        (signs("https://news.example/live/2023/mar/21/talks"), ArticleKind.LIVE),
        (signs(types=frozenset({"LiveBlogPosting"})), ArticleKind.LIVE),
        (signs(title="Talks in Moscow – as it happened"), ArticleKind.LIVE),
        (signs(title="Онлайн: переговоры в Москве"), ArticleKind.LIVE),
        (signs("https://news.example/gallery/talks", words=50), ArticleKind.GALLERY),
        (signs(title="Talks in Moscow – in pictures", words=300, pictures=20), ArticleKind.GALLERY),
        (signs("https://news.example/video/talks", words=40), ArticleKind.VIDEO),
        (signs("https://news.example/video/talks", words=700), ArticleKind.ARTICLE),
        (signs(og_type="video.other", words=30), ArticleKind.VIDEO),
        (signs(free=False, words=100), ArticleKind.PAYWALL),
        (signs(free=False, words=800), ArticleKind.ARTICLE),
        (signs(page_text="already a subscriber? log in", words=90), ArticleKind.PAYWALL),
        (signs(page_text="already a subscriber? log in", words=900), ArticleKind.ARTICLE),
        (signs("https://news.example/", words=80), ArticleKind.LIST),
        (signs("https://news.example/tag/moscow", words=80), ArticleKind.LIST),
        (signs("https://news.example/", types=frozenset({"NewsArticle"})), ArticleKind.ARTICLE),
        (signs("https://news.example/world", words=50, link_words=90), ArticleKind.ARTICLE),
        (signs("https://news.example/world", words=20, link_words=90), ArticleKind.LIST),
        (signs("https://news.example/2023/lively-debate"), ArticleKind.ARTICLE),
        (signs("https://news.example/2023/olive-oil-prices"), ArticleKind.ARTICLE),
    ],
)
def test_the_kind_of_a_page(page: PageSigns, kind: ArticleKind) -> None:
    assert kind_of_page(page) is kind


def test_the_kind_of_an_entry() -> None:
    assert kind_of_entry("https://www.youtube.com/watch?v=x", "Talks") is ArticleKind.VIDEO
    assert kind_of_entry(None, "Video: Talks in Moscow") is ArticleKind.VIDEO
    assert kind_of_entry(None, "Live: Talks in Moscow") is ArticleKind.LIVE
    assert kind_of_entry("https://[bad", "Talks") is ArticleKind.ARTICLE


def test_a_door_is_told_from_a_page_with_a_cookie_line() -> None:
    assert is_consent("before you continue we need your consent", 40)
    assert not is_consent("we use cookies", 500)
