// Small comforts. Every page works without them.
"use strict";
(() => {
  const busy = new Map();

  // The address a live form would lead to, without its empty fields.
  const addressOf = (form) => {
    const url = new URL(form.action, location.href);
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== "") query.append(name, value);
    url.search = query.toString();
    return url;
  };

  // Shows another state of this page; any trouble and the browser goes there the ordinary way.
  const show = async (url, remember) => {
    busy.get("show")?.abort();
    const stop = new AbortController();
    busy.set("show", stop);
    const main = document.querySelector("main");
    main.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { signal: stop.signal, headers: { accept: "text/html" } });
      // What comes in parts is shown as it comes, which only the browser itself can do.
      if (!answer.headers.has("etag")) throw new Error("not a whole page");
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = fresh.querySelector("main");
      if (!answer.ok || !next) throw new Error("not a page");
      const active = document.activeElement;
      const kept = active && active.id;
      const caret = active && active.type === "search" ? active.selectionStart : null;
      const open = [...main.querySelectorAll("details[id][open]")].map((one) => one.id);
      main.replaceWith(document.importNode(next, true));
      document.title = fresh.title;
      if (remember) history.pushState(null, "", answer.url);
      for (const id of open) document.getElementById(id)?.setAttribute("open", "");
      const again = kept && document.getElementById(kept);
      if (again) {
        again.focus({ preventScroll: true });
        if (caret !== null) again.setSelectionRange(caret, caret);
      }
      times();
    } catch (trouble) {
      if (trouble.name === "AbortError") return;
      stop.abort();
      location.assign(url);
    }
  };

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.matches("form[data-live]")) show(addressOf(form), true);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-live]")) return;
    event.preventDefault();
    show(addressOf(event.target), true);
  });
  addEventListener("popstate", () => {
    if (document.querySelector("form[data-live]")) show(location.href, false);
  });

  // "/" goes to the search field, unless one is already writing.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const field = document.querySelector("input[type=search]");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  // "in 3 days" beside a moment that asked for it; the exact time stays where it is.
  const steps = [["year", 31557600], ["month", 2629800], ["day", 86400], ["hour", 3600], ["minute", 60]];
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const times = () => {
    for (const mark of document.querySelectorAll("[data-relative]")) {
      const seconds = (Date.parse(mark.dataset.relative) - Date.now()) / 1000;
      if (Number.isNaN(seconds)) continue;
      const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) || ["minute", 60];
      mark.textContent = " · " + words.format(Math.round(seconds / size), unit);
    }
  };
  times();
  setInterval(times, 60000);

  // The reader's own zone, filled in where he is asked for it: one press is left.
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const form of document.querySelectorAll("form[data-zone]")) {
    if (!own || form.zone.value) continue;
    form.zone.value = own;
    form.parentElement.open = form.dataset.zone !== own;
  }
})();
