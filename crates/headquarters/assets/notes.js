// Notes are saved while they are written. Without this script, "Save the draft" does it.
"use strict";
(() => {
  const form = document.getElementById("notes");
  const said = document.getElementById("notes-said");
  if (!form || !said) return;
  let last = new URLSearchParams(new FormData(form)).toString();
  let waiting = 0;
  let saving = false;

  const save = async () => {
    if (saving) return;
    const fields = new URLSearchParams(new FormData(form));
    const text = fields.toString();
    if (text === last) return;
    saving = true;
    try {
      const answer = await fetch(form.action + "/draft", { method: "POST", body: fields });
      const saved = new URL(answer.url).searchParams.get("saved");
      if (answer.ok && saved) {
        form.elements.saved.value = saved;
        last = new URLSearchParams(new FormData(form)).toString().replace(/saved=\d*/, "saved=" + saved);
        // What was written meanwhile is saved the next time.
        if (last !== text.replace(/saved=\d*/, "saved=" + saved)) last = text;
        said.textContent = "Draft saved at " + new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) + ".";
      } else if (answer.status === 409) {
        said.textContent = "Not saved: the draft was saved from another page. Press \u201cSave the draft\u201d to see.";
      } else {
        said.textContent = "Not saved: you may have to sign in again. Keep this page.";
      }
    } catch {
      said.textContent = "Not saved: no connection. It is tried again; keep this page.";
    }
    saving = false;
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 1500);
  });
  setInterval(save, 15000);
  addEventListener("online", save);
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
})();
