"use strict";
// A badge is scanned without a tap: whatever is typed outside a field goes into the badge field.
const badge = document.getElementById("badge");
const station = document.getElementById("station");
const details = document.querySelector("details");

if (station) {
  const known = localStorage.getItem("station");
  const asked = document.querySelector(".why") !== null;
  if (known && !asked && [...station.options].some((option) => option.value === known)) station.value = known;
  const chosen = () => {
    document.getElementById("station-too").value = station.value;
    localStorage.setItem("station", station.value);
  };
  station.addEventListener("change", chosen);
  chosen();
}
const toBadge = () => { if (!details.open) badge.focus({ preventScroll: true }); };
document.addEventListener("keydown", () => {
  if (!document.activeElement || document.activeElement === document.body) toBadge();
}, { capture: true });
document.addEventListener("visibilitychange", toBadge);
window.addEventListener("focus", toBadge);
toBadge();
