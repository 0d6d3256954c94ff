"""A notice in the place of a text takes a report back; nothing else does."""

import pytest

from news.retracting import notice
from tests.fakes.models import sentences_of

REPORT = (
    "At least 41 people died when the dam near Orsk broke on Friday, the mayor said. Rescue teams search the valley with dogs and boats. "
    "The ministry sends tents, blankets and field kitchens to the villages below the dam. Schools stay closed until Monday."
)


@pytest.mark.parametrize(
    "now",
    [
        "This article has been withdrawn.",
        "Editor's note: a previous version of this story was removed because it contained errors.",
        "AFP has retracted its report on the dam near Orsk.",
        "Dieser Beitrag wurde zurückgezogen.",
        "Este artículo ha sido eliminado por no cumplir nuestras normas.",
        "Cet article a été retiré par la rédaction.",
        "Материал удалён по решению редакции.",
        "تم حذف هذا الخبر.",
        "本文章已被撤回。",
    ],
)
def test_a_notice_in_place_of_the_text(now: str) -> None:
    found = notice(sentences_of(REPORT), sentences_of(now))
    assert found is not None
    assert found.text == now


@pytest.mark.parametrize(
    "now",
    [
        "",
        REPORT,
        "At least 41 people died when the dam near Orsk broke on Friday, the mayor said.",  # cut to an opening
        "Troops were withdrawn from the valley.",
        "This article is for subscribers.",
        f"{REPORT} A photo was removed from this article.",
        "The dam broke. The mayor spoke. Rescue goes on. This article was removed.",  # not at its beginning
    ],
)
def test_what_is_no_notice(now: str) -> None:
    assert notice(sentences_of(REPORT), sentences_of(now)) is None


def test_what_the_report_said_before_is_no_notice() -> None:
    about = "The university removed the article on Friday. " + REPORT
    assert notice(sentences_of(about), sentences_of("The university removed the article on Friday.")) is None
