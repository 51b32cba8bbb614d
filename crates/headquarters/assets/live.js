// The live room: what is new is shown at once, clocks count on, buttons need no new page.
"use strict";
(() => {
  const live = document.getElementById("live");
  const said = document.getElementById("live-said");
  if (!live) return;
  // How far this clock is behind the house's.
  let behind = Date.parse(live.dataset.now) - Date.now();
  let tries = 0;

  const two = (number) => String(number).padStart(2, "0");
  const clocks = () => {
    for (const clock of live.querySelectorAll(".clock")) {
      const since = Date.parse(clock.dataset.since);
      const running = Number.isNaN(since) ? 0 : Math.max(0, Date.now() + behind - since);
      const seconds = Number(clock.dataset.seconds) + Math.floor(running / 1000);
      clock.textContent = Math.floor(seconds / 60) + ":" + two(seconds % 60);
      const limit = Number(clock.dataset.limit);
      clock.classList.toggle("clock-over", limit > 0 && seconds > limit);
    }
  };

  const take = (event) => {
    const state = JSON.parse(event.data);
    behind = Date.parse(state.now) - Date.now();
    const focus = document.activeElement && live.contains(document.activeElement) && document.activeElement.id;
    const open = [...live.querySelectorAll("details[id][open]")].map((one) => one.id);
    const chosen = [...live.querySelectorAll("select[id]")].map((one) => [one.id, one.value]);
    live.innerHTML = state.html;
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    for (const [id, value] of chosen) {
      const field = document.getElementById(id);
      if (field && [...field.options].some((option) => option.value === value)) field.value = value;
    }
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
    clocks();
  };

  const listen = () => {
    const source = new EventSource(live.dataset.events);
    source.addEventListener("open", () => { tries = 0; said.textContent = ""; });
    source.addEventListener("state", take);
    source.addEventListener("gone", () => { source.close(); location.reload(); });
    source.addEventListener("error", () => {
      said.textContent = "The connection was lost. This is how things were; it is being taken up again.";
      if (source.readyState === EventSource.CLOSED) {
        source.close();
        setTimeout(listen, Math.min(30000, 1000 * 2 ** tries++));
      }
    });
  };

  // A form that does not get through stays as it is: sent again, it is the same act.
  live.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        redirect: "manual",
      });
      said.textContent = answer.type === "opaqueredirect" || answer.ok
        ? ""
        : "That was not done: things had changed, or it is not for you. This is how they are now.";
    } catch {
      said.textContent = "That did not get through. Press it again: it is done once.";
    }
    button.disabled = false;
  });

  clocks();
  setInterval(clocks, 500);
  listen();
})();
