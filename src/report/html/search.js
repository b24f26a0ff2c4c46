"use strict";
const field = document.getElementById("search");
if (field) {
  const found = document.getElementById("found");
  const reasons = [...document.querySelectorAll(".reason, .group > .scroll tbody tr, .group > details tbody tr")]
    .map(element => [element, element.textContent.toLowerCase()]);
  const folded = [...document.querySelectorAll(".group details")];
  field.parentElement.hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const [element, text] of reasons) {
      element.hidden = !words.every(word => text.includes(word));
      count += !element.hidden;
    }
    for (const details of folded) details.open = words.length > 0;
    found.textContent = words.length ? `${count} of ${reasons.length} reasons` : "";
  });
}
