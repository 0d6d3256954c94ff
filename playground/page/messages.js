// A message as DOM nodes: its text or file, its keyboard, its reactions.

import { element, formatted, safeUrl } from "/entities.js";

const REACTIONS = ["👍", "👎", "❤", "🔥", "🎉", "🤔", "😢"];

export const hue = (id) => Math.abs(Number(id)) % 7;
export const clock = (date) => new Date(date * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
export const day = (date) => new Date(date * 1000).toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function summary(message) {
  if (!message) return "";
  if (message.text) return message.text;
  if (message.document) return `📎 ${message.caption || message.document.file_name}`;
  if (message.photo) return `🖼 ${message.caption || "Photo"}`;
  if (message.location) return "📍 Location";
  if (message.contact) return `👤 ${message.contact.first_name}`;
  return serviceText(message) ?? "";
}

export function serviceText(message) {
  const who = message.from?.first_name ?? message.sender_chat?.title ?? "";
  if (message.new_chat_members) return `${message.new_chat_members.map((m) => m.first_name).join(", ")} joined`;
  if (message.left_chat_member) return `${message.left_chat_member.first_name} left`;
  if (message.group_chat_created || message.supergroup_chat_created) return `${who} created the group`;
  if (message.new_chat_title) return `${who} named the chat “${message.new_chat_title}”`;
  if (message.pinned_message) return `${who} pinned “${summary(message.pinned_message).slice(0, 40)}”`;
  if (message.migrate_to_chat_id) return "The group became a supergroup";
  if (message.migrate_from_chat_id) return "This supergroup was a group";
  if (message.forum_topic_created) return `Topic “${message.forum_topic_created.name}” was opened`;
  if (message.forum_topic_edited) return `The topic is now “${message.forum_topic_edited.name}”`;
  if (message.forum_topic_closed) return "The topic was closed";
  if (message.forum_topic_reopened) return "The topic was reopened";
  return null;
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function card(symbol, title, note) {
  return element("a", "card", element("span", "disc", icon(symbol)), element("span", "", element("b", "", title), element("small", "", note)));
}

function attachment(message) {
  if (message.document) {
    const file = message.document;
    const shown = card("file", file.file_name, size(file.file_size));
    shown.href = `/_control/files/${encodeURIComponent(file.file_id)}`;
    shown.download = file.file_name;
    return shown;
  }
  if (message.photo) {
    const biggest = message.photo.at(-1);
    const image = element("img", message.has_media_spoiler ? "photo spoiler" : "photo");
    image.src = `/_control/files/${encodeURIComponent(biggest.file_id)}`;
    image.width = biggest.width;
    image.height = biggest.height;
    image.style.width = `${Math.min(biggest.width, 480)}px`; // known before it is loaded, so that nothing jumps
    image.style.height = "auto";
    image.alt = message.caption ?? "Photo";
    return image;
  }
  if (message.location) {
    const { latitude, longitude } = message.location;
    const shown = card("pin", "Location", `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`);
    shown.href = `https://www.openstreetmap.org/?mlat=${Number(latitude)}&mlon=${Number(longitude)}#map=10/${Number(latitude)}/${Number(longitude)}`;
    shown.target = "_blank";
    shown.rel = "noopener noreferrer";
    return shown;
  }
  if (message.contact) return card("smile", message.contact.first_name, message.contact.phone_number);
  return null;
}

function quoted(message, on) {
  const replied = message.reply_to_message;
  if (!replied || replied.forum_topic_created) return null;
  const name = replied.from?.first_name ?? replied.sender_chat?.title ?? "";
  const shown = element("button", "quoted", element("b", "", name), element("span", "", summary(replied)));
  shown.addEventListener("click", () => on.jump(replied.message_id));
  return shown;
}

function key(button, message, on) {
  const made = element("button", "", button.text);
  made.title = button.text;
  const address = button.url ?? button.web_app?.url ?? button.login_url?.url;
  if (address) {
    made.className = "link";
    made.addEventListener("click", () => {
      const href = safeUrl(address);
      if (href) window.open(href, "_blank", "noopener");
      else on.said(`Not opened here: ${address}`);
    });
  } else if (button.callback_data) {
    made.addEventListener("click", () => on.press(message, button.callback_data, made));
  } else if (button.copy_text) {
    made.addEventListener("click", async () => {
      await navigator.clipboard?.writeText(button.copy_text.text);
      on.said("Copied");
    });
  } else if ("switch_inline_query_current_chat" in button) {
    made.addEventListener("click", () => on.fill(button.switch_inline_query_current_chat));
  } else {
    made.addEventListener("click", () => on.said("The playground has no such button"));
  }
  return made;
}

function keyboard(message, on) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  return element("div", "keys", ...rows.map((row) => element("div", "", ...row.map((button) => key(button, message, on)))));
}

export function reactionBar(reactions, message, me, on) {
  const counts = new Map();
  for (const [who, emoji] of Object.entries(reactions ?? {})) {
    for (const one of emoji) {
      const entry = counts.get(one) ?? { count: 0, own: false };
      counts.set(one, { count: entry.count + 1, own: entry.own || Number(who) === me });
    }
  }
  if (!counts.size) return null;
  const bar = element("div", "reactions");
  for (const [emoji, { count, own }] of counts) {
    const chip = element("button", own ? "own" : "", count > 1 ? `${emoji} ${count}` : emoji);
    chip.addEventListener("click", () => on.react(message, own ? "" : emoji));
    bar.append(chip);
  }
  return bar;
}

function tools(message, on) {
  const reply = element("button", "icon", icon("reply"));
  reply.title = "Reply";
  reply.addEventListener("click", () => on.reply(message));
  const smile = element("button", "icon", icon("smile"));
  smile.title = "React";
  const picker = element("div", "menu picker");
  picker.hidden = true;
  for (const emoji of REACTIONS) {
    const choice = element("button", "", emoji);
    choice.addEventListener("click", () => {
      picker.hidden = true;
      on.react(message, emoji);
    });
    picker.append(choice);
  }
  smile.addEventListener("click", () => { picker.hidden = !picker.hidden; });
  return element("div", "tools", reply, smile, picker);
}

// The node of a message as `me` sees it; `on` holds what may be done with it.
export function messageNode(message, { me, isGroup, reactions }, on) {
  const service = serviceText(message);
  if (service !== null) {
    const note = element("div", "service", service);
    note.dataset.id = message.message_id;
    return note;
  }
  const isMine = message.from?.id === me;
  const bubble = element("div", "bubble");
  if (isGroup && !isMine) {
    const author = message.from ?? message.sender_chat;
    bubble.append(element("div", `who ink-${hue(author.id)}`, author.first_name ?? author.title));
  }
  if (message.forward_origin) {
    const origin = message.forward_origin;
    const name = origin.sender_user?.first_name ?? origin.chat?.title ?? origin.sender_user_name ?? "";
    bubble.append(element("div", "who ink-0", `Forwarded from ${name}`));
  }
  const text = message.text ?? message.caption;
  const body = text ? formatted(text, message.entities ?? message.caption_entities, on) : element("div", "text");
  const meta = element("span", "meta", `${message.edit_date ? "edited " : ""}${clock(message.date)}`);
  meta.title = new Date(message.date * 1000).toLocaleString();
  body.append(meta);
  bubble.append(...[quoted(message, on), attachment(message), body, reactionBar(reactions, message, me, on)].filter(Boolean));
  bubble.addEventListener("dblclick", (event) => {
    if (!event.target.closest("a, code, button, .tap")) on.react(message, "👍");
  });
  const keys = keyboard(message, on);
  const node = element("article", `message${isMine ? " mine" : ""}${keys ? " keyed" : ""}`, bubble, keys, tools(message, on));
  node.dataset.id = message.message_id;
  return node;
}
