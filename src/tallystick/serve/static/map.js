"use strict";
// The map's keys: they follow the same links as its buttons. While the server draws the new view, the old drawing is
// moved to where it will lie, so that a key is answered at once.
(() => {
  const KEYS = {
    "+": "closer", "=": "closer", "-": "further", "0": "whole",
    ArrowLeft: "west", ArrowRight: "east", ArrowUp: "north", ArrowDown: "south",
  };
  const STEP = 0.3;

  function shift(name) {
    const svg = document.querySelector("#map-frame svg");
    if (!svg) return;
    const box = svg.viewBox.baseVal;
    const { x, y, width, height } = box;
    if (name === "closer") svg.setAttribute("viewBox", `${x + width / 4} ${y + height / 4} ${width / 2} ${height / 2}`);
    if (name === "further") svg.setAttribute("viewBox", `${x - width / 2} ${y - height / 2} ${width * 2} ${height * 2}`);
    const right = { west: -STEP, east: STEP }[name] ?? 0;
    const down = { north: -STEP, south: STEP }[name] ?? 0;
    if (right || down) svg.setAttribute("viewBox", `${x + right * width} ${y + down * height} ${width} ${height}`);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-move]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) shift(link.dataset.move);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!event.target.closest("#map-frame")) return;
    const link = document.getElementById(`move-${KEYS[event.key]}`);
    if (!link || !link.href) return;
    event.preventDefault();
    link.click();
  });
})();
