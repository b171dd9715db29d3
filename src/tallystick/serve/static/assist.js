"use strict";
// Proposals by keys: j and k go from one to the next, a, r, s, d and u press the button of the one that has the focus.
(() => {
  const all = () => [...document.querySelectorAll(".proposal")];
  const current = () => document.activeElement?.closest(".proposal");

  const go = (article) => {
    if (!article) return;
    article.focus({ preventScroll: true });
    article.scrollIntoView({ block: "start" });
    const report = article.querySelector(".report");
    const mark = report?.querySelector(".words");
    if (mark) report.scrollTop += mark.getBoundingClientRect().top - report.getBoundingClientRect().top - report.clientHeight / 3;
  };

  const step = (by) => {
    const some = all();
    const at = some.indexOf(current());
    go(at < 0 ? some[by > 0 ? 0 : some.length - 1] : some[at + by]);
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else {
      const button = current()?.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
      if (!button) return;
      button.click();
    }
    event.preventDefault();
  });

  // The one that was decided on becomes a line of text: the next one takes the focus.
  let following = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const some = all();
    following = some[some.indexOf(event.detail.target) + 1] || null;
  });
  document.addEventListener("htmx:afterSwap", () => go(following));
  document.addEventListener("htmx:responseError", (event) => {
    const article = event.detail.target?.closest(".proposal");
    if (!article) return;
    const said = document.createElement("p");
    said.className = "notice bad";
    said.setAttribute("role", "alert");
    said.textContent = `This was not recorded (${event.detail.xhr.status}). Somebody may have decided on it meanwhile: load the page again.`;
    article.prepend(said);
  });
  go(all()[0]);
})();
