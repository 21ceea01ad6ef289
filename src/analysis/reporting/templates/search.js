"use strict";
const fold = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");
const box = document.querySelector(".search");
const input = document.getElementById("find");
const none = document.getElementById("find-none");
const items = [...document.querySelectorAll("ul.pages > li")].map((node) => {
  const report = node.closest("section").querySelector("h2").textContent;
  return { node, text: fold(`${report} ${node.textContent} ${node.querySelector("a").getAttribute("href")}`) };
});
input.addEventListener("input", () => {
  const sought = fold(input.value).split(/\s+/).filter(Boolean);
  for (const { node, text } of items) node.hidden = !sought.every((word) => text.includes(word));
  for (const list of document.querySelectorAll("ul.pages")) {
    const empty = !list.querySelector("li:not([hidden])");
    list.hidden = empty;
    if (list.previousElementSibling.tagName === "H3") list.previousElementSibling.hidden = empty;
  }
  for (const part of document.querySelectorAll("main > section")) part.hidden = !part.querySelector("li:not([hidden])");
  none.textContent = items.some(({ node }) => !node.hidden) ? "" : none.dataset.none;
});
box.hidden = false;
