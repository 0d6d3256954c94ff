"""Identifiers, one type each, so that a chat's number cannot pass for a story's."""

from typing import NewType

SourceId = NewType("SourceId", int)
ArticleId = NewType("ArticleId", int)
StoryId = NewType("StoryId", int)
TopicId = NewType("TopicId", int)
ChatId = NewType("ChatId", int)  # ours; a chat's number at Telegram is `Address.telegram_id` and may change
DeliveryId = NewType("DeliveryId", int)
ModelId = NewType("ModelId", str)  # name and revision of a model, e.g. "all-MiniLM-L6-v2@53aa5117"
CanonicalUrl = NewType("CanonicalUrl", str)  # what `news.urls.canonical` returned
