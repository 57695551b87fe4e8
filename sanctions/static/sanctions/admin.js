"use strict";
// Additions to the theme's scripts, mostly for forms with rows.
{
  // Codes of a vocabulary as tags. The theme would ask the server for each keystroke; these lists are here already.
  const showTags = (root) => {
    const $ = window.django && window.django.jQuery;
    if (!$ || !$.fn.select2) return;
    $(root)
      .find("select.tag-select")
      .not("[name*=__prefix__]")
      .not(".select2-hidden-accessible")
      .select2({ theme: "admin-autocomplete", width: "100%" });
  };

  // A browser that reloads a form fills in its former values. They would overwrite what another user has saved since,
  // because the reloaded form contains the current version as the one from which it was opened.
  document.addEventListener("DOMContentLoaded", () => {
    for (const form of document.querySelectorAll("form[method=post]")) form.autocomplete = "off";
  });

  // The theme renumbers the rows after a removed one by rewriting their HTML, which contains typed values only if they
  // are in attributes.
  const keepTyped = (row) => {
    for (const select of row.querySelectorAll("select")) {
      for (const option of select.options) option.toggleAttribute("selected", option.selected);
    }
    for (const area of row.querySelectorAll("textarea")) area.textContent = area.value;
    for (const input of row.querySelectorAll("input")) {
      if (input.type === "checkbox" || input.type === "radio") input.toggleAttribute("checked", input.checked);
      else input.setAttribute("value", input.value);
    }
  };

  // A search box is built by a script: built ones cannot be copied, so they are taken down and built again.
  const takeDown = (row) => {
    const $ = window.django && window.django.jQuery;
    if ($) $(row).find("select.select2-hidden-accessible").select2("destroy");
  };

  document.addEventListener(
    "click",
    (event) => {
      const removed = event.target.closest(".delete-template");
      if (!removed) return;
      const row = removed.closest(".form-group");
      const following = [];
      for (let next = row.nextElementSibling; next; next = next.nextElementSibling) {
        if (next.matches(".form-group:not(.empty-form)")) following.push(next);
      }
      for (const next of following) {
        takeDown(next);
        keepTyped(next);
      }
      window.setTimeout(() => {
        for (const next of following) {
          next
            .querySelector(":scope > .form-row")
            .dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: "" } }));
        }
      });
    },
    true,
  );

  // The theme shows the name of a file in a text field next to it, and fails if the field does not exist.
  document.addEventListener("DOMContentLoaded", () => {
    for (const input of document.querySelectorAll(".question input[type=file]")) input.hasChangeListener = true;
  });

  // A form that takes long shows that it is working, and cannot be submitted twice.
  document.addEventListener("submit", (event) => {
    const working = event.target.querySelector("[data-working]");
    if (!working) return;
    for (const button of event.target.querySelectorAll("button[type=submit]")) {
      button.setAttribute("aria-disabled", "true");
      window.setTimeout(() => (button.disabled = true));
    }
    working.textContent = working.dataset.working;
    working.classList.add("is-working");
    // Hidden from screen readers, which would read it aloud each second.
    const clock = document.createElement("span");
    clock.setAttribute("aria-hidden", "true");
    working.append(" ", clock);
    const began = Date.now();
    window.setInterval(() => (clock.textContent = `${Math.round((Date.now() - began) / 1000)} s`), 1000);
    if (working.dataset.progress) follow(working);
  });

  // Show the progress, read each second, with counts where the server has them.
  const follow = (working) => {
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", "Progress");
    const counts = document.createElement("span");
    counts.setAttribute("aria-hidden", "true");
    const place = document.createElement("span");
    place.className = "working-progress";
    place.append(bar, counts);
    working.after(place);
    const ask = async () => {
      try {
        const answer = await fetch(working.dataset.progress, { headers: { Accept: "application/json" } });
        const { stage, done, total } = await answer.json();
        if (stage) {
          const number = (value) => value.toLocaleString("en");
          counts.textContent = `${stage}: ${number(done)}${total ? ` of ${number(total)}` : ""}`;
          if (total) bar.max = total;
          if (total) bar.value = done;
          else bar.removeAttribute("value");
        }
      } catch {
        // The work goes on without a report; the next one may arrive.
      }
      window.setTimeout(ask, 1000);
    };
    window.setTimeout(ask, 1000);
  };

  // Make what can only be clicked reachable by keyboard.
  const clickable = ".delete-template, label:has(> div > input.delete), h3[x-on\\:click*='openRow']";
  const makeReachable = (root) => {
    for (const element of root.querySelectorAll(clickable)) {
      if (element.closest(".empty-form")) continue;
      element.setAttribute("tabindex", "0");
      element.classList.add("row-menu");
      if (element.matches("h3")) continue;
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", "Remove this row");
    }
  };
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches(".row-menu") || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.target.click();
  });

  // Open a new card, because it is to be filled in.
  const open = (row) => {
    if (row.hasAttribute("x-data") && window.Alpine) window.Alpine.$data(row).openRow = true;
  };

  document.addEventListener("formset:added", (event) => {
    const row = event.target.closest(".form-group");
    showTags(event.target);
    if (!row) return;
    makeReachable(row);
    if (row.matches(".template")) window.setTimeout(() => open(row));
  });
  document.addEventListener("DOMContentLoaded", () => {
    showTags(document);
    makeReachable(document);
  });
}
