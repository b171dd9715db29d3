"use strict";
const cards = [...document.querySelectorAll(".card")];
let current = -1;

function light(number, on) {
  for (const mark of document.querySelectorAll(`[data-claims~="${number}"]`)) mark.classList.toggle("on", on);
  for (const name of ["figure", "measure", "who", "place", "time", "source"])
    for (const part of document.querySelectorAll(`[data-parts~="${number}:${name}"]`)) part.classList.toggle("lit", on);
}

function show(index, from) {
  if (current >= 0) {
    cards[current].classList.remove("on");
    light(cards[current].dataset.claim, false);
  }
  current = index;
  if (index < 0) return;
  const card = cards[index], number = card.dataset.claim;
  card.classList.add("on");
  light(number, true);
  const words = document.getElementById("words-" + number);
  if (from !== "text" && words) words.scrollIntoView({ block: "center" });
  if (from !== "card") card.scrollIntoView({ block: "nearest" });
  if (from !== "card") card.focus({ preventScroll: true });
}

document.querySelector(".keys").hidden = cards.length === 0;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !cards.length) return;
  if (event.key === "j") show(Math.min(current + 1, cards.length - 1));
  else if (event.key === "k") show(Math.max(current - 1, 0));
  else if (event.key === "Escape") show(-1);
});
document.addEventListener("click", (event) => {
  const mark = event.target.closest(".mark"), card = event.target.closest(".card");
  if (mark) {
    event.preventDefault();
    const numbers = mark.dataset.claims.split(" ");
    // Where figures overlap, each click goes on to the next of them.
    const here = current >= 0 ? numbers.indexOf(cards[current].dataset.claim) : -1;
    show(Number(numbers[(here + 1) % numbers.length]) - 1, "text");
  } else if (card && !event.target.closest("a")) show(cards.indexOf(card), "card");
});
