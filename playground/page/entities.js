// Text with its Bot API entities as DOM nodes. Offsets are UTF-16 units, as JavaScript strings have.
// Everything becomes text nodes; addresses are followed only if http, https, mailto or tel.

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code" };
const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);
const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);

export function safeUrl(address) {
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `http://${address}`);
    return SAFE.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function link(address, inside) {
  const href = safeUrl(address);
  if (!href) return element("span", "", inside);
  const anchor = element("a", "", inside);
  anchor.href = href;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  anchor.title = href;
  return anchor;
}

function copying(node, said) {
  node.addEventListener("click", async () => {
    await navigator.clipboard?.writeText(node.textContent);
    said("Copied");
  });
  return node;
}

function opening(node) {
  node.addEventListener("click", (event) => {
    if (event.target.closest("a, .tap, code") && node.classList.contains("open")) return;
    node.classList.toggle("open");
    event.preventDefault();
  });
  return node;
}

function tapping(inside, act) {
  const node = element("span", "tap", inside);
  node.tabIndex = 0;
  node.addEventListener("click", act);
  node.addEventListener("keydown", (event) => event.key === "Enter" && act());
  return node;
}

// One entity around its content; `on` has `command(text)` and `said(text)`.
function wrapped(entity, inside, text, on) {
  switch (entity.type) {
    case "bold": case "italic": case "underline": case "strikethrough":
      return element(TAGS[entity.type], "", inside);
    case "code":
      return copying(element("code", "", inside), on.said);
    case "pre": {
      const pre = element("pre", "", element("code", "", inside));
      if (entity.language) pre.dataset.language = entity.language;
      return copying(pre, on.said);
    }
    case "spoiler":
      return opening(element("span", "spoiler", inside));
    case "blockquote":
      return element("blockquote", "", inside);
    case "expandable_blockquote":
      return opening(element("blockquote", "expandable", element("div", "inside", inside)));
    case "text_link":
      return link(entity.url, inside);
    case "url":
      return link(text, inside);
    case "email":
      return link(`mailto:${text}`, inside);
    case "phone_number":
      return link(`tel:${text}`, inside);
    case "bot_command":
      return tapping(inside, () => on.command(text));
    case "mention": case "text_mention": case "hashtag": case "cashtag":
      return element("span", "tap", inside);
    default:
      return element("span", "", inside);
  }
}

function built(text, entities, start, end, on) {
  const made = document.createDocumentFragment();
  const waiting = [...entities];
  let at = start;
  while (waiting.length) {
    const entity = waiting.shift();
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (to <= from) continue;
    made.append(text.slice(at, from));
    const inner = [];
    const rest = [];
    while (waiting.length && waiting[0].offset < to) {
      const next = waiting.shift();
      inner.push(next);
      if (next.offset + next.length > to) rest.push({ ...next, offset: to, length: next.offset + next.length - to });
    }
    waiting.unshift(...rest);
    made.append(wrapped(entity, built(text, inner, from, to, on), text.slice(from, to), on));
    // A block ends its line by itself; the line break behind it would show as an empty line.
    at = BLOCKS.has(entity.type) && text[to] === "\n" && to < end ? to + 1 : to;
  }
  made.append(text.slice(at, end));
  return made;
}

export function formatted(text, entities, on) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return element("div", "text", built(text, sorted, 0, text.length, on));
}
