// Asks every two seconds whether something changed, and only then fetches the page again.
"use strict";
(() => {
  const body = document.body;
  document.documentElement.classList.add("js");
  document.addEventListener("click", (event) => {
    const deny = event.target.closest("[data-deny]");
    if (deny) deny.closest("details").open = false;
  });
  let version = body.dataset.version;
  const typing = () => {
    const fields = document.querySelectorAll("main input:not([type=hidden]), main textarea, main select");
    for (const field of fields) {
      if (field === document.activeElement) return true;
      if ((field.type === "text" || field.tagName === "TEXTAREA") && field.value !== field.defaultValue) return true;
    }
    return document.querySelector("main details.confirm[open], main details.overflow[open]") !== null;
  };
  const swap = (page, id) => {
    const fresh = page.getElementById(id);
    const stale = document.getElementById(id);
    if (fresh && stale) stale.replaceWith(fresh);
  };
  const look = async () => {
    if (document.hidden) return;
    const answer = await fetch(body.dataset.versionAddress);
    const now = String((await answer.json()).version);
    if (now === version || typing()) return;
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    version = page.body.dataset.version;
    if (page.body.dataset.modal && !location.pathname.includes("/modal/")) {
      location.assign(page.body.dataset.modal);
      return;
    }
    const atEnd = innerHeight + scrollY > document.documentElement.scrollHeight - 80;
    swap(page, "zijkant");
    swap(page, "inhoud");
    if (atEnd) scrollTo(0, document.documentElement.scrollHeight);
  };
  if (document.querySelector(".messages") && !location.hash) scrollTo(0, document.documentElement.scrollHeight);
  const chooser = document.getElementById("user");
  if (chooser) chooser.addEventListener("change", () => chooser.form.submit());
  setInterval(() => look().catch(() => {}), 2000);
})();
