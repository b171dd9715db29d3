"use strict";
// The slider of one quantity: its stops are days on which something changed, its end is today. It fills in the
// field for the day, which alone is sent; without this script the field does the same.
(() => {
  const slider = document.getElementById("by-day");
  const field = document.getElementById("known_by");
  if (!slider || !field) return;
  const days = slider.dataset.days.split(" ").filter(Boolean);
  if (days.length < 2) return;

  function told() {
    const day = days[Number(slider.value)];
    slider.setAttribute("aria-valuetext", day ? `known by the end of ${day}` : "as it stands now");
  }

  function follow() {
    const later = days.findIndex((day) => day > field.value);
    slider.value = field.value === "" ? days.length : later === -1 ? days.length - 1 : Math.max(0, later - 1);
    told();
  }

  slider.addEventListener("input", () => {
    field.value = days[Number(slider.value)] ?? "";
    told();
  });
  field.addEventListener("change", follow);
  follow();
  slider.parentElement.hidden = false;
})();
