// Writing: text, commands with suggestions, replies, files, places, and the bot's reply keyboard.

import { element } from "/entities.js";
import { summary } from "/messages.js";

const PLACES = {
  Berlin: [52.52, 13.405], London: [51.5072, -0.1276], "New York": [40.7128, -74.006], "São Paulo": [-23.5505, -46.6333],
  Nairobi: [-1.2921, 36.8219], Moscow: [55.7558, 37.6173], Delhi: [28.6139, 77.209], Beijing: [39.9042, 116.4074],
  Tokyo: [35.6762, 139.6503], Sydney: [-33.8688, 151.2093],
};

export function openComposer({ $, state, control, said, current, redraw }) {
  let commands = [];
  let replied = null;
  let kind = "document";
  let chosen = 0;
  const field = $("text");

  const place = () => ({
    user: state.me,
    ...(replied ? { reply_to_message_id: replied.message_id } : {}),
    ...(state.topic ? { message_thread_id: state.topic } : {}),
  });

  function grow() {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  function cancelReply() {
    replied = null;
    $("replying").hidden = true;
  }

  async function send(text) {
    if (!text.trim() || !state.chat) return;
    const body = { ...place(), text, typed: true };
    cancelReply();
    $("suggestions").hidden = true;
    await control(`chats/${state.chat}/messages`, body);
    const chat = current();
    if (chat?.blocked || !$("start").hidden) {
      if (chat) chat.blocked = false;
      redraw();
    }
  }

  function submit() {
    const text = field.value;
    field.value = "";
    grow();
    send(text).catch(() => { field.value = text; grow(); });
    field.focus();
  }

  function suggest(all) {
    const typed = field.value;
    const wanted = /^\/[a-z0-9_]*$/i.test(typed) ? typed.slice(1).toLowerCase() : all ? "" : null;
    const found = wanted === null ? [] : commands.filter((one) => one.command.startsWith(wanted));
    chosen = Math.max(0, Math.min(chosen, found.length - 1));
    $("suggestions").replaceChildren(...found.map((one, number) => {
      const row = element("button", number === chosen ? "chosen" : "", element("b", "", `/${one.command}`), element("span", "", one.description));
      row.type = "button";
      row.addEventListener("click", () => { field.value = ""; send(`/${one.command}`); });
      return row;
    }));
    $("suggestions").hidden = !found.length;
    return found;
  }

  async function chatOpened() {
    if (!state.chat) return;
    ({ commands } = await control(`chats/${state.chat}/commands?user=${state.me}`));
    $("commands").hidden = !commands.length;
  }

  async function upload(file) {
    const base64 = await new Promise((done) => {
      const reader = new FileReader();
      reader.addEventListener("load", () => done(String(reader.result).split(",")[1] ?? ""));
      reader.readAsDataURL(file);
    });
    const body = { ...place(), base64, caption: field.value };
    cancelReply();
    const isPhoto = kind === "photo";
    await control(`chats/${state.chat}/${isPhoto ? "photos" : "documents"}`, isPhoto ? body : { ...body, file_name: file.name, mime_type: file.type });
    field.value = "";
    grow();
  }

  function share(latitude, longitude) {
    $("places").close();
    control(`chats/${state.chat}/locations`, { ...place(), latitude, longitude });
    cancelReply();
  }

  function sharePlace() {
    const choices = Object.entries(PLACES).map(([name, [latitude, longitude]]) => {
      const choice = element("button", "", name);
      choice.addEventListener("click", () => share(latitude, longitude));
      return choice;
    });
    const here = element("button", "", "Where I am");
    here.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
      ({ coords }) => share(coords.latitude, coords.longitude), () => said("The browser does not tell where you are")));
    $("places").querySelector("div").replaceChildren(...choices, here);
    $("places").showModal();
  }

  // The reply keyboard of the newest message that shows or removes one.
  function drawKeyboard(messages) {
    for (const message of [...messages].reverse()) {
      const markup = message.reply_markup;
      if (markup?.remove_keyboard) { $("keyboard").hidden = true; return; }
      if (markup?.keyboard) { keysOf(markup); return; }
      if (markup?.force_reply) { replyTo(message); return; }
    }
  }

  function keysOf(markup) {
    $("keyboard").replaceChildren(...markup.keyboard.map((row) => element("div", "", ...row.map((button) => {
      const made = element("button", "", button.text);
      made.type = "button";
      made.addEventListener("click", () => {
        if (button.request_location) sharePlace();
        else if (button.request_contact) {
          const me = state.users.find((user) => user.id === state.me);
          control(`chats/${state.chat}/contacts`, { user: state.me, phone_number: "+1 555 0100", first_name: me.first_name });
        } else send(button.text);
        if (markup.one_time_keyboard) $("keyboard").hidden = true;
      });
      return made;
    }))));
    $("keyboard").hidden = false;
    field.placeholder = markup.input_field_placeholder || "Message";
  }

  function replyTo(message) {
    replied = message;
    $("replying").querySelector("div").replaceChildren(element("div", "quoted", element("b", "", message.from?.first_name ?? ""), element("span", "", summary(message))));
    $("replying").hidden = false;
    field.focus();
  }

  function reset() {
    cancelReply();
    $("suggestions").hidden = true;
    $("keyboard").hidden = true;
    field.placeholder = "Message";
  }

  $("composer").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  $("send").addEventListener("click", (event) => { event.preventDefault(); submit(); });
  field.addEventListener("input", () => { grow(); chosen = 0; suggest(false); });
  field.addEventListener("keydown", (event) => {
    const rows = $("suggestions").hidden ? 0 : $("suggestions").children.length;
    if (rows && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : rows - 1)) % rows;
      suggest(false);
      event.preventDefault();
    } else if (rows && event.key === "Tab") {
      field.value = `${$("suggestions").children[chosen].querySelector("b").textContent} `;
      suggest(false);
      event.preventDefault();
    } else if (event.key === "Escape") {
      reset();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  });
  $("commands").addEventListener("click", () => { if ($("suggestions").hidden) suggest(true); else $("suggestions").hidden = true; });
  $("attach").addEventListener("click", () => { $("attachments").hidden = !$("attachments").hidden; });
  $("attachments").addEventListener("click", (event) => {
    const what = event.target.closest("button")?.dataset.what;
    $("attachments").hidden = true;
    if (what === "location") sharePlace();
    else if (what) {
      kind = what;
      $("file").accept = what === "photo" ? "image/*" : "";
      $("file").click();
    }
  });
  $("file").addEventListener("change", async () => {
    const [file] = $("file").files;
    $("file").value = "";
    if (file) await upload(file);
  });
  $("replying").querySelector("button").addEventListener("click", cancelReply);

  return { chatOpened, drawKeyboard, fill: (text) => { field.value = text; grow(); field.focus(); }, replyTo, reset, send };
}
