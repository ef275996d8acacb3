// Appends the steps that come while the page is open. Everything is set as text, nothing as markup.
"use strict";
const acts = document.getElementById("acts");
const words = document.getElementById("words").dataset;
let next = Number(acts.dataset.next);
let wrong = Number(document.getElementById("wrong").textContent);

function fill(root, selector, text) {
  root.querySelector(selector).textContent = text;
}

fill(document, "#live", words.live);

function actOf(step) {
  const found = acts.querySelector(`section[data-act="${step.act}"]`);
  if (found) return found;
  const section = document.getElementById("act").content.firstElementChild.cloneNode(true);
  section.dataset.act = step.act;
  fill(section, ".number", step.act);
  fill(section, ".name", step.title);
  acts.append(section);
  return section;
}

function append(step) {
  const line = document.getElementById("line").content.firstElementChild.cloneNode(true);
  if (!step.ok) line.className = "bad";
  fill(line, ".sign", step.ok ? "✓" : "✗");
  fill(line, ".mark .spoken", `${step.ok ? words.right : words.wrong}:`);
  fill(line, ".what", step.step);
  fill(line, ".got", step.ok ? step.got : `${step.got}, ${words.expected} ${step.expected}`);
  line.querySelector(".got").classList.toggle("refused", step.got.startsWith("refused "));
  const link = line.querySelector("a");
  if (step.url) {
    link.href = step.url;
    fill(link, ".spoken", `: ${step.step}`);
  } else {
    link.remove();
  }
  actOf(step).querySelector("ol").append(line);
  if (!step.ok) wrong += 1;
}

async function poll() {
  try {
    const answer = await (await fetch(`/story/events?after=${next}`)).json();
    // Another life of the node: its memory of the story begins anew.
    if (answer.epoch !== acts.dataset.epoch) return location.reload();
    // Who stands at the end of the page stays there.
    const follow = innerHeight + scrollY >= document.body.scrollHeight - 8;
    for (const step of answer.events) append(step);
    next += answer.events.length;
    if (next > 0) document.getElementById("nothing")?.remove();
    fill(document, "#count", next);
    fill(document, "#wrong", wrong);
    if (next > 0) document.getElementById("tally").className = `tally ${wrong > 0 ? "bad" : "good"}`;
    if (follow && answer.events.length > 0) scrollTo(0, document.body.scrollHeight);
  } catch {
    // The node is away, as in act 8: ask again.
  }
  setTimeout(poll, 500);
}
poll();
