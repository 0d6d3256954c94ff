// The page: who you are, your chats, the open conversation, and the events that change them.

import { element } from "/entities.js";
import { clock, day, hue, messageNode, summary } from "/messages.js";
import { openComposer } from "/composer.js";

const $ = (id) => document.getElementById(id);
const state = { users: [], bots: [], chats: [], admin: 0, me: 0, chat: null, topic: 0, messages: new Map(), unread: new Map(), presses: new Map() };
const ACTIONS = { typing: "typing", upload_document: "sending a file", upload_photo: "sending a photo", find_location: "looking for a place" };

export async function control(path, body, method) {
  const options = body === undefined && !method ? {} : { method: method ?? "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) };
  const response = await fetch(`/_control/${path}`, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    said(answer.error ?? `Refused (${response.status})`);
    throw new Error(answer.error);
  }
  return answer;
}

let toastTimer;
export function said(words) {
  $("toast").textContent = words;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 3500);
}

const isMember = (chat) => ["creator", "administrator", "member"].includes(chat.members?.[state.me]);
const current = () => state.chats.find((chat) => chat.id === state.chat);
const botOf = (chat) => state.bots.find((bot) => chat?.members?.[bot.id]);

function titleOf(chat) {
  return chat.type === "private" ? botOf(chat)?.first_name ?? chat.first_name : chat.title;
}

function avatarInto(node, chat) {
  const id = chat.type === "private" ? botOf(chat)?.id ?? chat.id : chat.id;
  node.className = `avatar hue-${hue(id)}`;
  node.textContent = (titleOf(chat) || "?").trim().charAt(0).toUpperCase();
}

function drawPeople() {
  $("people").replaceChildren(...state.users.slice(0, 8).map((user) => {
    const choice = element("button", "", user.first_name);
    choice.setAttribute("role", "radio");
    choice.setAttribute("aria-checked", user.id === state.me);
    choice.addEventListener("click", () => become(user.id));
    return choice;
  }));
}

function drawChats() {
  const mine = state.chats.filter(isMember).sort((a, b) => (b.last?.date ?? 0) - (a.last?.date ?? 0));
  $("chats").replaceChildren(...mine.map((chat) => {
    const avatar = element("span", "");
    avatarInto(avatar, chat);
    const unread = state.unread.get(`${state.me}:${chat.id}`) ?? 0;
    const row = element("button", "", avatar, element("b", "", titleOf(chat)), element("time", "", chat.last ? clock(chat.last.date) : ""),
      element("span", "last", summary(chat.last)), unread ? element("span", "unread", String(unread)) : element("span"));
    row.setAttribute("aria-current", chat.id === state.chat);
    row.addEventListener("click", () => open(chat.id));
    return row;
  }));
}

function become(userId) {
  state.me = userId;
  localStorage.setItem("me", userId);
  drawPeople();
  const chat = current();
  if (!chat || !isMember(chat)) {
    const first = state.chats.find((one) => one.type === "private" && one.id === userId) ?? state.chats.find(isMember);
    state.chat = first?.id ?? null;
  }
  drawChats();
  show();
}

async function open(chatId) {
  state.chat = chatId;
  state.topic = 0;
  $("app").classList.remove("show-chats");
  await show();
}

async function show() {
  const chat = current();
  composer.reset();
  $("talk").classList.toggle("empty", !chat);
  state.messages.clear();
  $("messages").replaceChildren();
  if (!chat) return;
  state.unread.delete(`${state.me}:${chat.id}`);
  $("title").textContent = titleOf(chat);
  avatarInto($("avatar"), chat);
  drawStatus();
  drawTopics(chat);
  drawChats();
  const { messages } = await control(`chats/${chat.id}/messages?reactions=1&limit=400`);
  if (state.chat !== chat.id) return;
  const all = [...messages, ...state.messages.values()].sort((a, b) => a.message_id - b.message_id);
  state.messages.clear();
  for (const message of all) state.messages.set(message.message_id, message);
  redraw();
  composer.chatOpened();
}

function drawTopics(chat) {
  $("topics").hidden = !chat.is_forum;
  const named = (name, id) => Object.assign(element("option", "", name), { value: id });
  $("topics").replaceChildren(named("All topics", 0), ...(chat.topics ?? []).map((t) => named(`${t.name}${t.is_closed ? " (closed)" : ""}`, t.id)));
  $("topics").value = state.topic;
}

function redraw() {
  const shown = [...state.messages.values()].filter((m) => !state.topic || m.message_thread_id === state.topic);
  const nodes = [];
  let lastDay = "";
  for (const message of shown) {
    if (day(message.date) !== lastDay) {
      lastDay = day(message.date);
      nodes.push(element("div", "day", lastDay));
    }
    nodes.push(node(message));
  }
  const chat = current();
  const about = botOf(chat)?.description || "No messages here yet.\nPress Start to talk to the bot.";
  if (!shown.length && chat?.type === "private") nodes.push(element("div", "about", about));
  $("messages").replaceChildren(...nodes);
  $("messages").scrollTop = $("messages").scrollHeight;
  $("start").hidden = !(chat?.type === "private" && (!shown.length || chat.blocked));
  $("start").textContent = chat?.blocked ? "Restart" : "Start";
  $("composer").hidden = !$("start").hidden;
  composer.drawKeyboard([...state.messages.values()]);
}

const on = {
  said,
  command: (text) => composer.send(text),
  fill: (text) => composer.fill(text),
  reply: (message) => composer.replyTo(message),
  react: (message, emoji) => control(`chats/${state.chat}/reactions`, { user: state.me, message_id: message.message_id, emoji }),
  jump(id) {
    const target = document.querySelector(`#messages [data-id="${Number(id)}"]`);
    target?.scrollIntoView({ block: "center", behavior: "smooth" });
    target?.classList.add("flash");
    setTimeout(() => target?.classList.remove("flash"), 1300);
  },
  async press(message, data, button) {
    button.classList.add("waiting");
    const { id } = await control(`chats/${state.chat}/callbacks`, { user: state.me, message_id: message.message_id, data });
    state.presses.set(id, button);
    setTimeout(() => button.classList.remove("waiting"), 15000);
  },
};

function node(message) {
  return messageNode(message, { me: state.me, isGroup: current()?.type !== "private", reactions: message._reactions }, on);
}

function drawStatus(busy) {
  const chat = current();
  $("status").className = busy ? "busy" : "";
  if (busy) $("status").textContent = busy;
  else if (!chat) $("status").textContent = "";
  else if (chat.blocked) $("status").textContent = "blocked";
  else if (chat.type === "private") $("status").textContent = "bot";
  else {
    const count = Object.values(chat.members ?? {}).filter((status) => !["left", "kicked"].includes(status)).length;
    $("status").textContent = `${count} members`;
  }
}

let busyTimer;
function busy(action) {
  drawStatus(ACTIONS[action] ?? "busy");
  clearTimeout(busyTimer);
  busyTimer = setTimeout(() => drawStatus(), 5500);
}

const events = {
  message({ chat_id: chatId, message, from_bot: fromBot }) {
    const chat = state.chats.find((one) => one.id === chatId);
    if (chat) chat.last = message;
    if (chatId === state.chat) {
      const list = $("messages");
      const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 160 || message.from?.id === state.me;
      const last = [...state.messages.values()].at(-1);
      state.messages.set(message.message_id, message);
      if (state.messages.size === 1) redraw();
      else if (!state.topic || message.message_thread_id === state.topic) {
        if (!last || day(last.date) !== day(message.date)) list.append(element("div", "day", day(message.date)));
        list.append(node(message));
      }
      if (fromBot) drawStatus();
      if (wasAtEnd) list.scrollTop = list.scrollHeight;
      composer.drawKeyboard([message]);
    } else {
      for (const user of state.users) {
        if (message.from?.id !== user.id) state.unread.set(`${user.id}:${chatId}`, (state.unread.get(`${user.id}:${chatId}`) ?? 0) + 1);
      }
    }
    drawChats();
  },
  edited({ chat_id: chatId, message }) {
    const chat = state.chats.find((one) => one.id === chatId);
    if (chat?.last?.message_id === message.message_id) chat.last = message;
    if (chatId === state.chat) replace({ ...message, _reactions: state.messages.get(message.message_id)?._reactions });
    drawChats();
  },
  deleted({ chat_id: chatId, message_id: id }) {
    if (chatId !== state.chat) return;
    state.messages.delete(id);
    document.querySelector(`#messages [data-id="${Number(id)}"]`)?.remove();
  },
  reactions({ chat_id: chatId, message_id: id, reactions }) {
    const message = state.messages.get(id);
    if (chatId === state.chat && message) replace({ ...message, _reactions: reactions });
  },
  action({ chat_id: chatId, action }) {
    if (chatId === state.chat) busy(action);
  },
  answer({ callback_id: id, text, show_alert: isAlert, url }) {
    const button = state.presses.get(id);
    if (!button) return;
    state.presses.delete(id);
    button.classList.remove("waiting");
    if (isAlert && text) {
      $("alert").querySelector("p").textContent = text;
      $("alert").showModal();
    } else if (text) said(text);
    else if (url) said(url);
  },
  blocked: () => load(),
  chat: () => load(),
  user: () => load(),
  profile: () => load(),
  commands: () => composer.chatOpened(),
};

function replace(message) {
  if (!state.messages.has(message.message_id)) return;
  const list = $("messages");
  const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 160;
  state.messages.set(message.message_id, message);
  const old = document.querySelector(`#messages [data-id="${Number(message.message_id)}"]`);
  if (!old) return;
  const open = [...old.querySelectorAll(".expandable, .spoiler")].map((one) => one.classList.contains("open"));
  const fresh = node(message);
  [...fresh.querySelectorAll(".expandable, .spoiler")].forEach((one, place) => one.classList.toggle("open", open[place] ?? false));
  old.replaceWith(fresh);
  if (wasAtEnd) list.scrollTop = list.scrollHeight;
}

let loading;
function load() {
  clearTimeout(loading);
  loading = setTimeout(async () => {
    Object.assign(state, await control("overview"));
    if (!state.users.some((user) => user.id === state.me)) {
      const wanted = Number(localStorage.getItem("me"));
      state.me = state.users.some((user) => user.id === wanted) ? wanted : state.users[0]?.id ?? 0;
    }
    drawPeople();
    if (!current() || !isMember(current())) become(state.me);
    else {
      drawChats();
      drawStatus();
      drawTopics(current());
      $("title").textContent = titleOf(current());
      redraw();
    }
  }, 40);
}

function drawMenu() {
  const chat = current();
  const entries = [];
  const entry = (words, act) => {
    const made = element("button", "", words);
    made.addEventListener("click", () => { $("menu").hidden = true; act(); });
    entries.push(made);
  };
  const bot = botOf(chat) ?? state.bots[0];
  if (chat.type === "private") {
    entry(chat.blocked ? "Unblock the bot" : "Block the bot", () => control(`chats/${chat.id}/block`, { user: state.me }, chat.blocked ? "DELETE" : "POST"));
  } else if (bot) {
    const status = chat.members[bot.id];
    const set = (to) => control(`chats/${chat.id}/members`, { user: "bot", status: to, by: state.me });
    if (["left", "kicked", undefined].includes(status)) entry("Add the bot", () => set("member"));
    else {
      entry(status === "administrator" ? "Make the bot a member" : "Make the bot an administrator", () => set(status === "administrator" ? "member" : "administrator"));
      entry("Remove the bot", () => set("kicked"));
    }
    if (chat.is_forum) entry("New topic", () => {
      const name = prompt("Name of the topic");
      if (name) control(`chats/${chat.id}/topics/0`, { name });
    });
    if (chat.type === "group") entry("Upgrade to a supergroup", () => control(`chats/${chat.id}/migrate`, {}));
  }
  $("menu").replaceChildren(...entries);
}

const composer = openComposer({ $, state, control, said, current, redraw });
$("back").addEventListener("click", () => $("app").classList.add("show-chats"));
$("topics").addEventListener("change", () => { state.topic = Number($("topics").value); redraw(); });
$("more").addEventListener("click", () => { drawMenu(); $("menu").hidden = !$("menu").hidden; });
$("start").addEventListener("click", () => composer.send("/start"));
$("new-group").addEventListener("click", async () => {
  const title = prompt("Name of the group (its people: everyone here, and the bot)");
  if (!title) return;
  const others = state.users.map((user) => user.id).filter((id) => id !== state.me);
  const { id } = await control("chats", { type: "supergroup", title, users: [state.me, ...others], bot: state.bots.length > 0 });
  Object.assign(state, await control("overview"));
  open(id);
});
$("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("#menu, #more")) $("menu").hidden = true;
  if (!event.target.closest("#attachments, #attach")) $("attachments").hidden = true;
});
if (localStorage.getItem("theme")) document.documentElement.dataset.theme = localStorage.getItem("theme");

const stream = new EventSource("/_control/events");
stream.addEventListener("open", async () => { await load(); if (state.chat) show(); });
stream.addEventListener("message", (event) => {
  const { kind, ...data } = JSON.parse(event.data);
  events[kind]?.(data);
});
