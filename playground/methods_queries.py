"""Methods that answer people's queries: pressed buttons and inline queries.

A press waits a limited time and takes one answer; later or second answers are refused.
Source: Client.cpp `process_answer_callback_query_query`, `QUERY_ID_INVALID`; manual of answerInlineQuery.
"""

from typing import Any, Final

from playground.access import Call, Method
from playground.errors import refusal

Json = dict[str, Any]

MAX_ANSWER: Final = 200
MAX_INLINE_RESULTS: Final = 50
INLINE_LIFETIME_S: Final = 30.0
TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"


def answer_callback_query(call: Call) -> bool:
    parameters = call.parameters
    press = call.network.presses.get(parameters.text("callback_query_id").strip())
    now = call.network.clock()
    is_answerable = press is not None and press.bot_id == call.bot.id and press.answer is None
    if press is None or not is_answerable or now > press.pressed_at + call.network.callback_lifetime_s:
        raise refusal(TOO_OLD)
    text = parameters.text("text")
    if len(text) > MAX_ANSWER:
        raise refusal("MESSAGE_TOO_LONG")
    press.answer = {"text": text, "show_alert": parameters.flag("show_alert"), "url": parameters.text("url")}
    call.network.tell(
        "answer", callback_id=press.id, chat_id=press.chat_id, message_id=press.message_id, **press.answer
    )
    return True


def answer_inline_query(call: Call) -> bool:
    results = call.parameters.json("results", "Can't parse JSON encoded inline query results")
    if not isinstance(results, list):
        raise refusal("Can't parse JSON encoded inline query results: expected an Array")
    if len(results) > MAX_INLINE_RESULTS:
        raise refusal("RESULTS_TOO_MUCH")
    asked = call.network.inline_queries.get(call.parameters.text("inline_query_id").strip())
    now = call.network.clock()
    if asked is None or asked.bot_id != call.bot.id or now > asked.asked_at + INLINE_LIFETIME_S:
        raise refusal(TOO_OLD)
    seen = set()
    for result in results:
        if not isinstance(result, dict) or not result.get("type") or not str(result.get("id", "")):
            raise refusal("Can't parse inline query result: Can't find field \"type\"")
        if str(result["id"]) in seen:
            raise refusal("RESULT_ID_DUPLICATE")
        seen.add(str(result["id"]))
    asked.answer = {"results": results, "next_offset": call.parameters.text("next_offset")}
    call.network.tell("inline_answer", query_id=asked.id, results=results)
    return True


METHODS: Final[dict[str, Method]] = {
    "answercallbackquery": answer_callback_query,
    "answerinlinequery": answer_inline_query,
}
