"use strict";
// The review queue by keys. What comes next is fetched ahead, so that it stands there at once; what was decided is sent
// behind it, and comes back with the reason where it could not be recorded. Without this script forms and links do all.
(() => {
  const AHEAD = 2;
  const stage = document.getElementById("stage");
  const refused = document.getElementById("refused");
  const said = document.getElementById("said");
  const keys = document.getElementById("keys");
  const ahead = new Map(); // the queue's place -> promise of what comes behind it, as HTML
  const before = []; // [key, place] of what was shown, to go back to
  let sending = Promise.resolve(); // decisions go one after another, in the order they were made
  let unsent = 0;
  let previewing = 0;
  let typed = 0; // changes so far: the preview of an older one is not shown
  let last = document.getElementById("item").dataset.last; // the judgement that undo takes back, by its id; "" for none

  const DONE = { accept: "Accepted.", reject: "Rejected.", same: "Judged the same.", different: "Judged different.", unsure: "Left undecided." };

  const item = () => document.getElementById("item");
  const editing = () => item().classList.contains("editing");
  const say = (words) => { said.textContent = ""; said.textContent = words; };

  const complain = (words) => {
    refused.textContent = words;
    refused.hidden = !words;
  };

  const parsed = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return holder.content.querySelector("#item");
  };

  const get = async (address) => {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(`The next item could not be fetched (${answer.status}).`);
    return answer.text();
  };

  const behind = (place) => {
    if (!ahead.has(place)) {
      const promise = get(`/review/item?after=${encodeURIComponent(place)}`);
      promise.catch(() => ahead.delete(place));
      ahead.set(place, promise);
    }
    return ahead.get(place);
  };

  const prefetch = async () => {
    let place = item().dataset.after;
    try {
      for (let n = 0; n < AHEAD && place; n += 1) place = parsed(await behind(place)).dataset.after;
    } catch { /* it is fetched again when it is needed, and says then what is wrong */ }
  };

  // An exact figure is one number in two fields: as long as they are the same, the upper one goes with the lower one.
  const one = () => {
    const low = document.getElementById("field-low");
    const high = document.getElementById("field-high");
    if (!low || !high || !low.dataset.was || low.dataset.was !== high.dataset.was) return;
    let last = low.value;
    low.addEventListener("focus", () => { last = low.value; });
    low.addEventListener("input", () => {
      if (high.value === last) high.value = low.value;
      high.classList.toggle("changed", high.value !== high.dataset.was);
      last = low.value;
    });
  };

  const settle = () => {
    const report = document.getElementById("report");
    const mark = document.querySelector("#report mark.figure") || document.getElementById("stated");
    if (report && mark) {
      const from = report.getBoundingClientRect();
      const at = mark.getBoundingClientRect();
      report.scrollTop += at.top - from.top - report.clientHeight / 3;
    }
    document.getElementById("back")?.toggleAttribute("hidden", before.length === 0);
    item().querySelectorAll("[data-was]").forEach((field) => field.addEventListener("input", changed));
    one();
  };

  const show = (made, words) => {
    item().replaceWith(made);
    settle();
    window.scrollTo(0, 0);
    made.focus({ preventScroll: true });
    say(`${words ? `${words} ` : ""}${document.getElementById("item-title")?.textContent || ""}`);
    const key = made.dataset.key;
    history.replaceState(null, "", key ? `/review?item=${encodeURIComponent(key)}` : "/review");
    prefetch();
  };

  // Of two items asked for, the one asked for last is shown: what brings an item back must not be passed by a late next.
  let turn = 0;

  const next = async (words) => {
    const now = item();
    const place = now.dataset.after;
    if (!now.dataset.key) return;
    const mine = ++turn;
    try {
      const html = place ? await behind(place) : await get("/review/item");
      if (mine !== turn) return;
      ahead.delete(place);
      before.push([now.dataset.key, place]);
      show(parsed(html), words);
    } catch (error) {
      complain(`${error.message} Check the connection, then try again.`);
    }
  };

  const open = async (key, place, words) => {
    const query = `item=${encodeURIComponent(key)}&place=${encodeURIComponent(place || "")}`;
    const mine = ++turn;
    try {
      const html = await get(`/review/item?${query}`);
      if (mine === turn) show(parsed(html), words);
    } catch (error) {
      complain(`${error.message} Check the connection, then try again.`);
    }
  };

  const progress = async () => {
    try {
      document.getElementById("progress").innerHTML = await get("/review/progress");
    } catch { /* the count waits for the next time */ }
  };

  const post = async (address, fields) => {
    let answer;
    try {
      answer = await fetch(address, { method: "POST", body: fields, headers: { Accept: "application/json" } });
    } catch {
      return { ok: false, said: "The app did not answer. Try again: the same thing sent twice is done once." };
    }
    let told = {};
    try { told = await answer.json(); } catch { /* not ours: a proxy's page */ }
    const words = told.said || told.detail || `It was not recorded (${answer.status}). Try again.`;
    return { ...told, ok: answer.ok && told.recorded === true, said: words, errors: told.errors || {} };
  };

  const filled = (verdict) => {
    const fields = new URLSearchParams(new FormData(document.getElementById("decision")));
    fields.set("verdict", verdict);
    return fields;
  };

  const decide = (verdict) => {
    const now = item();
    const form = document.getElementById("decision");
    if (!form?.querySelector(`[name="verdict"][value="${verdict}"]`)) return;
    const key = now.dataset.key;
    const place = now.dataset.after;
    const fields = filled(verdict);
    complain("");
    unsent += 1;
    const sent = sending.then(() => post("/review/decide", fields));
    sending = sent.then(async (answer) => {
      unsent -= 1;
      if (answer.ok) {
        last = answer.judgement;
        await progress();
      } else if (verdict === "correct" && item() === now) {
        explain(answer);
      } else {
        await open(key, place, "Not recorded.");
        // Only its answer may be lost: then what was brought back bears the judgement, and undo takes that one.
        if (item().dataset.key === key) last = item().dataset.last;
        const why = document.getElementById("why");
        if (why) why.value = fields.get("why") || "";
        complain(answer.said);
      }
    });
    if (verdict === "correct") sent.then((answer) => { if (answer.ok && item() === now) next("Corrected."); });
    else next(DONE[verdict]);
  };

  const explain = (answer) => {
    complain(answer.said);
    mark(answer.errors);
    item().querySelector('[aria-invalid="true"]')?.focus();
  };

  const mark = (errors) => {
    item().querySelectorAll("[data-for]").forEach((place) => {
      const words = errors[place.dataset.for] || "";
      place.textContent = words;
      place.hidden = !words;
      document.getElementById(`field-${place.dataset.for}`)?.setAttribute("aria-invalid", String(Boolean(words)));
    });
  };

  const changed = (event) => {
    const field = event.target;
    field.classList.toggle("changed", field.value !== field.dataset.was);
    typed += 1;
    clearTimeout(previewing);
    previewing = setTimeout(preview, 200);
  };

  const preview = async () => {
    const place = document.getElementById("preview");
    const form = document.getElementById("decision");
    if (!place || !editing()) return;
    const mine = typed;
    const answer = await fetch("/review/preview", { method: "POST", body: filled("correct") });
    const html = answer.ok ? await answer.text() : "";
    if (!answer.ok || mine !== typed || form !== document.getElementById("decision")) return;
    place.innerHTML = html;
    const errors = {};
    place.querySelectorAll("[data-error]").forEach((one) => { errors[one.dataset.error] = one.textContent; });
    mark(errors);
  };

  const edit = () => {
    if (!item().querySelector(".edit") || editing()) return;
    item().classList.add("editing");
    document.getElementById("field-low")?.select();
    document.getElementById("field-low")?.focus();
    say("Correcting. Enter records, Escape leaves it as it was.");
  };

  const leave = () => {
    typed += 1;
    item().classList.remove("editing");
    item().querySelectorAll("[data-was]").forEach((field) => { field.value = field.dataset.was; field.classList.remove("changed"); });
    const place = document.getElementById("preview");
    if (place) place.textContent = "";
    mark({});
    item().classList.remove("rejecting");
    item().focus({ preventScroll: true });
  };

  const reject = () => {
    if (!item().querySelector('[value="reject"]')) return;
    item().classList.add("rejecting");
    document.getElementById("why").focus();
    say("Rejecting. Enter records it, with a reason or without. Escape leaves it.");
  };

  // One after another, as decisions are. What is taken back is named: the same one sent again, because its answer was
  // lost, takes back nothing more.
  const undo = () => { sending = sending.then(takeBack); };

  const takeBack = async () => {
    const answer = await post("/review/undo", new URLSearchParams({ judgement: last }));
    if (!answer.ok) { complain(answer.said); return; }
    last = answer.last || "";
    complain("");
    ahead.clear();
    const at = before.findLastIndex(([key]) => key === answer.key);
    const place = at >= 0 ? before[at][1] : item().dataset.after;
    if (at >= 0) before.splice(at);
    await open(answer.key, place, answer.said);
    await progress();
  };

  const back = () => {
    const last = before.pop();
    if (last) open(last[0], last[1]);
  };

  const DOES = {
    a: () => decide("accept"),
    c: edit,
    r: reject,
    s: () => decide("same"),
    d: () => decide("different"),
    u: () => decide("unsure"),
    z: undo,
    n: () => next("Skipped."),
    j: () => next(),
    k: back,
    "?": () => keys.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
    const field = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && (editing() || item().classList.contains("rejecting"))) {
      event.preventDefault();
      leave();
    } else if (event.key === "Enter" && field && item().contains(field)) {
      event.preventDefault();
      if (item().classList.contains("rejecting")) decide("reject");
      else if (editing()) decide("correct");
    } else if (!field && Object.hasOwn(DOES, event.key)) {
      event.preventDefault();
      DOES[event.key]();
    }
  });

  stage.addEventListener("click", (event) => {
    const pressed = event.target.closest("button, a");
    if (!pressed || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const verdict = pressed.name === "verdict" ? pressed.value : "";
    const does = { correct: edit, skip: () => next("Skipped."), back, undo }[pressed.id] || (verdict && (() => decide(verdict)));
    if (!does) return;
    event.preventDefault();
    does();
  });

  document.getElementById("show-keys").addEventListener("click", () => keys.showModal());
  window.addEventListener("beforeunload", (event) => { if (unsent) event.preventDefault(); });
  settle();
  prefetch();
})();
