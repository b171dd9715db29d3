"use strict";
// Charts: an element with data-spec names where its Vega-Lite specification lies; it is drawn into that element.
// The specification's own expressions are interpreted (ast), so that the page needs no eval.
(() => {
  const OPTIONS = { ast: true, actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true }, renderer: "svg" };

  async function draw(place) {
    if (place.dataset.drawn) return;
    place.dataset.drawn = "yes";
    try {
      const answer = await fetch(place.dataset.spec, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      const spec = await answer.json();
      const wide = place.clientWidth - 120;
      if (wide > 180 && wide < spec.width) spec.width = wide;
      if (spec.width < 420 && spec.title) {
        spec.title.limit = spec.width + 60;
        spec.title.fontSize = 14;
      }
      const drawing = document.createElement("div");
      await window.vegaEmbed(drawing, spec, OPTIONS);
      place.replaceChildren(drawing);
    } catch (error) {
      const said = document.createElement("p");
      said.className = "notice warn";
      said.setAttribute("role", "alert");
      said.textContent = "The chart could not be drawn here. The table beside it says the same, and the chart can be saved as SVG.";
      place.replaceChildren(said);
      console.warn(error);
    }
  }

  function all() {
    for (const place of document.querySelectorAll("[data-spec]")) draw(place);
  }

  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("htmx:afterSettle", all);
})();
