"use strict";
// Of each outcome. Laying out a table of a thousand rows takes longer than a keystroke may.
const SHOWN = 100;
const field = document.getElementById("search");
if (field) {
  const found = document.getElementById("found");
  const reasons = [...document.querySelectorAll(".reason, .group > .scroll tbody tr, .group > details tbody tr")]
    .map(element => [element, element.textContent.toLowerCase(), element.closest(".group")]);
  const folded = [...document.querySelectorAll(".group details")];
  field.parentElement.hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const counts = new Map();
    let count = 0;
    for (const [element, text, group] of reasons) {
      const fits = words.every(word => text.includes(word));
      const before = counts.get(group) ?? 0;
      counts.set(group, before + fits);
      count += fits;
      element.hidden = !fits || (words.length > 0 && before >= SHOWN);
    }
    for (const details of folded) details.open = words.length > 0;
    const most = Math.max(...counts.values()) > SHOWN ? `, the first ${SHOWN} of each outcome here` : "";
    found.textContent = words.length ? `${count} of ${reasons.length} reasons${most}` : "";
  });
}
