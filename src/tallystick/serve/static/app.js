"use strict";
// Keys that every page has. What a page needs beside them stands in a file of its own.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("find")?.focus();
  }
});
// Screen readers hear what changed: an answer may bear the header X-Said.
document.addEventListener("htmx:afterRequest", (event) => {
  const said = event.detail.xhr?.getResponseHeader("X-Said");
  if (said) document.getElementById("said").textContent = decodeURIComponent(said);
});
