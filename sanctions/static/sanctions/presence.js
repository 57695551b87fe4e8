"use strict";
// Tells the server while a record is open, and shows who else has it open.
{
  const EVERY = 30_000;
  const notice = document.getElementById("presence");

  const message = () => {
    const told = new FormData();
    told.append("csrfmiddlewaretoken", notice.dataset.token);
    told.append("page", notice.dataset.page);
    return told;
  };

  const beat = async () => {
    try {
      const options = { method: "POST", body: message(), credentials: "same-origin", redirect: "error" };
      const answer = await fetch(notice.dataset.address, options);
      if (!answer.ok) return;
      const { text } = await answer.json();
      // A text that stays is not said again.
      if (notice.textContent !== text) notice.textContent = text;
    } catch {
      // Without a network, or signed out meanwhile: the next time may do better.
    }
  };

  if (notice) {
    let timer = window.setInterval(beat, EVERY);
    window.addEventListener("pagehide", () => {
      window.clearInterval(timer);
      const told = message();
      told.append("left", "1");
      navigator.sendBeacon(notice.dataset.address, told);
    });
    window.addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      beat();
      timer = window.setInterval(beat, EVERY);
    });
  }
}
