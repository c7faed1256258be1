// The queue by keyboard: show, decide, go on. What comes next is fetched, pictures too, before it is asked for.
"use strict";
const desk = document.getElementById("review");
const words = JSON.parse(desk.dataset.words), base = `${desk.dataset.base}/${desk.dataset.where}`, total = Number(desk.dataset.total);
const part = (name) => document.getElementById(name);
const items = new Map(), seen = new Map(), broken = new Set(), past = [], skipped = [];
// Items whose pictures are fetched ahead; items asked for at the start, and later; items that are known ahead at least.
const AHEAD = 6, FIRST = 3, AT_ONCE = 12, KNOWN = 2 * AHEAD;
const blind = desk.dataset.where === "code";
let at = Number(desk.dataset.first), decided = Number(desk.dataset.done), asking = null;

const order = () => (at < total ? at : skipped.length ? skipped[0] : -1);

// What the server says; an error whose message a person can use, also where there is no server any more.
async function ask(address, options) {
  let answer, told;
  try {
    answer = await fetch(`${base}/${address}`, options);
    told = await answer.json();
  } catch { throw new Error(words.unreachable); }
  if (!answer.ok) throw new Error(told.problem || words.unreachable);
  return told;
}

// Whoever needs the item at ``first`` finds it missing if it could not be had, and it is asked for again.
async function fetchFrom(first) {
  if (asking) await asking;
  if (first >= total || items.has(first)) return;
  asking = (async () => {
    const most = items.size ? AT_ONCE : FIRST;
    try {
      const told = await ask(`items.json?queue=${encodeURIComponent(desk.dataset.queue)}&first=${first}&most=${most}`);
      told.items.forEach((one) => items.set(one.number, one));
      // What is not handed out is no longer there: its report was read anew, or is no longer the one that counts.
      for (let number = first; number < Math.min(first + most, total); number += 1) if (!items.has(number)) items.set(number, null);
    } catch (error) { part("told").textContent = error.message; }
  })();
  await asking;
  asking = null;
}

function loaded(address) {
  return new Promise((done) => {
    const picture = new Image();
    picture.onload = picture.onerror = () => done(picture);
    picture.src = address;
  });
}

// One after the other: a browser asks few things at a time, and a decision is not to wait behind pictures.
async function look(number) {
  const one = items.get(number);
  if (!one || seen.has(number)) return;
  const kept = [];
  seen.set(number, kept);
  const get = async (address) => {
    const image = await loaded(address);
    kept.push(image);
    if (!image.naturalWidth) broken.add(address);
    return image.naturalWidth > 0;
  };
  const [cell, ...others] = one.pictures;
  const there = cell && await get(cell);
  if (!there) others.forEach((address) => broken.add(address));
  for (const address of there ? others : [one.sheet]) if (address) await get(address);
}

let looking = 0;
async function ahead(number) {
  const turn = ++looking;
  for (let next = number; next < Math.min(number + AHEAD, total) && turn === looking; next += 1) {
    if (!items.has(next)) await fetchFrom(next);
    let later = next; // the first that is not known: asked for long before it is shown, while pictures are fetched
    while (items.has(later)) later += 1;
    if (later < Math.min(next + KNOWN, total) && !asking) fetchFrom(later);
    await look(next);
  }
}

function picture(name, address) {
  const image = part(name);
  image.hidden = !address || broken.has(address);
  if (!image.hidden) image.src = address; else image.removeAttribute("src");
}

function noPicture(holds) {
  part("nopicture").hidden = !holds;
  part("nopicture").textContent = holds ? `${words.nopicture} ${part("says").textContent}` : "";
}

async function show() {
  const number = order();
  part("progress").textContent = `${words.of.replace("{0}", Math.min(at + 1, total)).replace("{1}", total)}${words.semicolon}${words.done}${words.colon}${decided}`;
  part("end").hidden = number >= 0;
  if (number < 0) {
    part("item").hidden = true;
    return;
  }
  if (!items.has(number)) await fetchFrom(number);
  const one = items.get(number);
  if (one === null) { onward(number); return show(); }
  if (!one || number !== order()) return;
  part("item").hidden = false;
  part("item").dataset.number = number;
  part("title").textContent = one.title;
  part("form").textContent = `${one.organ} ${one.year ?? ""}`;
  if (one.form) part("form").href = one.form;
  part("address").href = `${one.address}#mark`;
  part("open").textContent = one.open;
  part("says").textContent = one.says;
  part("raw").textContent = one.raw && one.raw !== one.says ? `${words.printed}${words.colon}${one.raw}` : "";
  const [cell, row, head] = one.pictures, there = cell && !broken.has(cell);
  picture("cell", cell); picture("row", row); picture("head", head); picture("sheet", there ? "" : one.sheet);
  noPicture(!there && (!one.sheet || broken.has(one.sheet)));
  part("value").value = ""; part("words").value = ""; part("reason").value = ""; part("more").hidden = true;
  const list = part("candidates");
  list.replaceChildren(...one.candidates.slice(1, 10).map((candidate, n) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.value = candidate.value;
    const key = document.createElement("kbd");
    key.textContent = `Alt+${n + 1}`;
    button.append(`${candidate.told} (${candidate.why}) `, key);
    button.addEventListener("click", () => take(candidate.value));
    return button;
  }));
  part("doubts").replaceChildren(...one.doubts.map((doubt) => {
    const line = document.createElement("li");
    line.textContent = doubt;
    return line;
  }));
  const by = part("by");
  (by && !by.value ? by : part("value")).focus({ preventScroll: true });
  ahead(number + 1);
}

function take(value) {
  part("value").value = value;
  part("value").focus();
}

async function send(where, told) {
  const by = part("by");
  const body = new URLSearchParams({ seal: desk.dataset.seal, queue: desk.dataset.queue, by: by ? by.value : "", ...told });
  return ask(where, { method: "POST", body });
}

function onward(number) {
  if (skipped[0] === number && at >= total) skipped.shift(); else at += 1;
}

async function keep(value) {
  const number = order(), one = items.get(number), by = part("by");
  if (number < 0 || !one) return;
  if (blind && !value) { part("told").textContent = words.empty; return; }
  if (by && !by.value.trim()) { by.reportValidity(); by.focus(); return; }
  if (by) localStorage.setItem("gk-by", by.value.trim());
  const told = { number, report: one.report, subject: one.subject, value, reason: part("reason").value, words: part("words").value };
  part("told").textContent = words.keeping;
  const entry = { number, kept: null };
  past.push(entry);
  decided += 1;
  const before = at;
  onward(number);
  const shown = show();
  entry.kept = send("decide", told).then((back) => {
    part("told").textContent = `${words.kept}${words.colon}${one.title} ${words[value] || value || one.says}${back.problem ? `${words.semicolon}${back.problem}` : ""}`;
    return back.decision;
  }, (error) => {
    // It was not kept: back to where it was, with what was typed.
    past.splice(past.indexOf(entry), 1);
    decided -= 1;
    at = before;
    show().then(() => { take(value); part("told").textContent = error.message; });
    return null;
  });
  await shown;
}

function skip() {
  const number = order();
  if (number < 0) return;
  if (at >= total) skipped.push(skipped.shift()); else { skipped.push(number); at += 1; }
  part("told").textContent = words.skipped;
  show();
}

async function undo() {
  const entry = past.pop();
  if (!entry) { part("told").textContent = words.last; return; }
  const decision = await entry.kept;
  if (!decision) return;
  try {
    await send("undo", { decision, number: entry.number });
  } catch (error) {
    past.push(entry);
    part("told").textContent = error.message;
    return;
  }
  decided -= 1;
  if (entry.number < at) at = entry.number; else skipped.unshift(entry.number);
  await show();
  part("told").textContent = words.undone;
}

function comment() {
  part("more").hidden = false;
  part("words").focus();
}

const STATES = { b: "blank", d: "dash", a: "absent", x: "unreadable" };
part("decide").addEventListener("submit", (event) => { event.preventDefault(); keep(part("value").value.trim()); });
part("skip").addEventListener("click", skip);
part("undo").addEventListener("click", undo);
part("comment").addEventListener("click", comment);
document.querySelectorAll("[data-state]").forEach((button) => button.addEventListener("click", () => keep(button.dataset.state)));
["cell", "row", "head", "sheet"].forEach((name) => part(name).addEventListener("error", () => {
  part(name).hidden = true;
  broken.add(part(name).getAttribute("src"));
  const one = items.get(order());
  if (name === "cell" && one && one.sheet) picture("sheet", one.sheet);
  noPicture(part("cell").hidden && part("sheet").hidden);
}));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.isComposing) return;
  const value = part("value"), typing = event.target.matches("input[type=text]") && event.target !== value || event.target.matches("select");
  // A name is no decision: the figure has not been looked at yet.
  if (event.key === "Enter" && event.target === part("by")) { event.preventDefault(); if (event.target.value.trim()) value.focus(); return; }
  if (event.key === "Escape") { part("more").hidden = true; value.focus(); return; }
  if (typing) return;
  const candidates = [...part("candidates").children];
  const digit = /^Digit([1-9])$/.exec(event.code);
  if (event.altKey && digit) {
    if (candidates[digit[1] - 1]) { take(candidates[digit[1] - 1].dataset.value); event.preventDefault(); }
    return;
  }
  if (event.target === value && (event.key === "ArrowDown" || event.key === "ArrowUp") && candidates.length) {
    const now = candidates.findIndex((one) => one.dataset.value === value.value);
    const next = event.key === "ArrowDown" ? Math.min(now + 1, candidates.length - 1) : Math.max(now - 1, 0);
    take(candidates[next].dataset.value);
    event.preventDefault();
    return;
  }
  // Letters are no numbers: by their place on the keyboard, whatever is typed with it. Names need them.
  const letter = /^Key([A-Z])$/.exec(event.code);
  const item = items.get(order());
  if (!letter || event.altKey || value.value || (item && !item.subject.includes("/"))) return;
  const key = letter[1].toLowerCase();
  if (STATES[key]) keep(STATES[key]);
  else if (key === "s") skip();
  else if (key === "u") undo();
  else if (key === "c") comment();
  else return;
  event.preventDefault();
});
const by = part("by");
if (by) by.value = localStorage.getItem("gk-by") || "";
show();
