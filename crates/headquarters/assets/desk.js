// The desk: what is noted waits here until the house has it. Without this script forms go by themselves.
"use strict";
(() => {
  const said = document.getElementById("desk-said");
  if (!said) return;
  // Of this desk and this person only.
  const place = "entente-desk " + location.pathname + " " + said.dataset.person;
  const load = () => { try { return JSON.parse(localStorage.getItem(place)) || []; } catch { return []; } };
  const keep = (queue) => localStorage.setItem(place, JSON.stringify(queue));
  let sending = false;
  let refused = "";

  const tell = () => {
    const waiting = load().length;
    const words = [];
    if (waiting) words.push(waiting + " noted here and not yet with the house. It is sent again by itself; keep this page.");
    if (refused) words.push(refused);
    said.textContent = words.join(" ");
  };

  const send = async () => {
    if (sending) return;
    sending = true;
    let sent = 0;
    try {
      for (let queue = load(); queue.length; queue = load()) {
        const answer = await fetch(location.pathname, {
          method: "POST",
          headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
          body: queue[0],
        });
        // Not refused for what it is: somebody has to sign in, or the house is busy.
        if (answer.status === 401 || answer.status === 404 || answer.status === 429 || answer.status >= 500) break;
        if (!answer.ok) refused = (await answer.json()).error.message;
        keep(load().slice(1));
        sent += 1;
      }
    } catch { /* No connection: it stays in the queue. */ }
    sending = false;
    tell();
    if (sent && !load().length && !refused) location.reload();
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".desk-form")) return;
    event.preventDefault();
    const form = event.target;
    const fields = new URLSearchParams(new FormData(form));
    fields.set("noted", new Date().toISOString());
    keep([...load(), fields.toString()]);
    form.querySelector("button").disabled = true;
    form.querySelector("button").textContent = "Noted";
    tell();
    send();
  });
  addEventListener("online", send);
  setInterval(send, 5000);
  tell();
  send();
})();
