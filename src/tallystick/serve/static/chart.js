"use strict";
// Charts: an element with data-spec names where its Vega-Lite specification lies; it is drawn into that element.
// The specification's own expressions are interpreted (ast), so that the page needs no eval.
(() => {
  const OPTIONS = {
    ast: true,
    actions: false,
    defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
    renderer: "svg",
    logLevel: 1, // errors only: the specification names an older schema, which this version draws as well
  };

  async function draw(place) {
    if (place.dataset.drawn) return;
    place.dataset.drawn = "yes";
    try {
      const answer = await fetch(place.dataset.spec, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      const spec = await answer.json();
      const wide = place.clientWidth - 175; // what the axis at the left and the last estimate at the right take
      spec.width = Math.max(230, Math.min(spec.width, wide));
      delete spec.title; // the page's own heading stands above, and the legend of marks below
      const drawing = document.createElement("div");
      await window.vegaEmbed(drawing, spec, OPTIONS);
      // The drawing's description stands on its frame; loose marks without names would only be in the way.
      drawing.querySelector("svg")?.setAttribute("aria-hidden", "true");
      place.replaceChildren(drawing);
      place.classList.add("drawn-well");
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
