"use strict";
// A job's page follows it by server-sent events: each event brings the part of the page anew.
(() => {
  const box = document.querySelector("[data-events]");
  if (!box || box.querySelector("#task").dataset.over === "yes") return;
  const source = new EventSource(box.dataset.events);
  let state = "";
  let asked = 0;
  let shown = 0; // the answer to an older event may come after that to a newer one
  source.addEventListener("task", async (event) => {
    const task = JSON.parse(event.data);
    const mine = ++asked;
    const answer = await fetch(box.dataset.part, { headers: { "HX-Request": "true" } });
    const html = answer.ok ? await answer.text() : "";
    if (html && mine > shown) {
      shown = mine;
      box.innerHTML = html;
    }
    if (task.state !== state) {
      state = task.state;
      document.getElementById("said").textContent = `Job ${state}. ${task.error ?? ""}`;
    }
    if (task.over) source.close();
  });
})();
