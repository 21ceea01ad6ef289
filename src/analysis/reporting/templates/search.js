"use strict";
const SHOWN = 50;
const box = document.querySelector(".search");
const input = document.getElementById("find");
const count = document.getElementById("find-count");
const found = document.getElementById("found");
const listed = document.getElementById("listed");
// words without diacritics, each after one space, so that " an" finds the words that begin so
const fold = (text) => " " + text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").replace(/[^a-z0-9]+/g, " ").trim();
let pages;
const read = () => pages ??= [...listed.querySelectorAll("section")].flatMap((section) => {
  const title = section.querySelector("h2");
  return [...section.querySelectorAll("ul.pages > li")].map((node) => (
    { node, title, text: fold(`${title.textContent} ${node.textContent} ${node.querySelector("a").getAttribute("href")}`) }
  ));
});
const search = (sought) => {
  const begun = [], inside = [];
  for (const page of read()) {
    if (!sought.every((word) => page.text.includes(word))) continue;
    (sought.every((word) => page.text.includes(` ${word}`)) ? begun : inside).push(page);
  }
  return [...begun, ...inside];
};
// copies of the first hits under their report's title; the long list itself stays as it is, out of sight
const show = (hits) => {
  const lists = new Map();
  for (const { node, title } of hits) {
    if (!lists.has(title)) {
      lists.set(title, document.createElement("ul"));
      lists.get(title).className = "pages";
    }
    lists.get(title).append(node.cloneNode(true));
  }
  found.replaceChildren(...[...lists].flatMap(([title, list]) => [title.cloneNode(true), list]));
};
input.addEventListener("focus", read, { once: true });
input.addEventListener("input", () => {
  const sought = fold(input.value).split(" ").filter(Boolean);
  const hits = sought.length ? search(sought) : [];
  const words = hits.length > SHOWN ? count.dataset.first : hits.length ? count.dataset.all : count.dataset.none;
  count.textContent = sought.length ? words.replace("{found}", hits.length).replace("{shown}", SHOWN) : "";
  show(hits.slice(0, SHOWN));
  found.hidden = !sought.length;
  listed.hidden = Boolean(sought.length);
});
box.hidden = false;
