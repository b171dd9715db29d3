"use strict";
// A job's page follows it by server-sent events: each event brings the part of the page anew.
(() => {
  const box = document.querySelector("[data-events]");
  if (!box || box.querySelector("#task").dataset.over === "yes") return;
  const source = new EventSource(box.dataset.events);
  let state = "";
  source.addEventListener("task", async (event) => {
    const task = JSON.parse(event.data);
    const answer = await fetch(box.dataset.part, { headers: { "HX-Request": "true" } });
    if (answer.ok) box.innerHTML = await answer.text();
    if (task.state !== state) {
      state = task.state;
      document.getElementById("said").textContent = `Job ${state}. ${task.error ?? ""}`;
    }
    if (task.over) source.close();
  });
})();
