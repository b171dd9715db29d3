"use strict";
// One document: j and k step through its figures, words and fields light up together. A link to a figure of another
// part of a long document is followed there. Without this script the links between words and fields still work.
(() => {
  const cards = [...document.querySelectorAll(".figure-card[data-figure]")];
  let current = -1;

  const lit = (figure, on) => {
    document.querySelectorAll(".words").forEach((words) => {
      if (words.dataset.figures.split(" ").includes(figure)) words.classList.toggle("current", on);
    });
    document.getElementById(`f-${figure}`)?.classList.toggle("current", on);
  };

  const choose = (index, scroll) => {
    if (current >= 0) lit(cards[current].dataset.figure, false);
    current = Math.max(0, Math.min(index, cards.length - 1));
    const figure = cards[current].dataset.figure;
    lit(figure, true);
    if (!scroll) return;
    document.getElementById(`w-${figure}`)?.scrollIntoView({ block: "center" });
    cards[current].scrollIntoView({ block: "nearest" });
    cards[current].focus({ preventScroll: true });
  };

  const follow = () => {
    const wanted = decodeURIComponent(location.hash.slice(1));
    const figure = /^[fw]-(.+)$/.exec(wanted)?.[1];
    if (!figure) return;
    const index = cards.findIndex((card) => card.dataset.figure === figure);
    if (index >= 0) choose(index, wanted.startsWith("w-"));
    else if (new URLSearchParams(location.search).get("figure") !== figure) location.replace(`?figure=${encodeURIComponent(figure)}#${wanted}`);
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !cards.length) return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      choose(event.key === "j" ? current + 1 : current - 1, true);
    }
  });
  document.querySelector(".report")?.addEventListener("click", (event) => {
    const figures = event.target.closest("mark.words")?.dataset.figures.trim().split(" ");
    if (figures) location.hash = `f-${figures.at(-1)}`;
  });
  window.addEventListener("hashchange", follow);
  follow();
})();
