"use strict";
// Reports to the server while a record is open, and shows who else has it open.
{
  const EVERY = 30_000;
  const notice = document.getElementById("presence");

  const message = () => {
    const report = new FormData();
    report.append("csrfmiddlewaretoken", notice.dataset.token);
    report.append("page", notice.dataset.page);
    return report;
  };

  const beat = async () => {
    try {
      const options = { method: "POST", body: message(), credentials: "same-origin", redirect: "error" };
      const answer = await fetch(notice.dataset.address, options);
      if (!answer.ok) return;
      const { text } = await answer.json();
      // Screen readers read a text aloud whenever it is set: do not set the same text again.
      if (notice.textContent !== text) notice.textContent = text;
    } catch {
      // Offline or signed out: the next report may succeed.
    }
  };

  if (notice) {
    let timer = window.setInterval(beat, EVERY);
    window.addEventListener("pagehide", () => {
      window.clearInterval(timer);
      const report = message();
      report.append("left", "1");
      navigator.sendBeacon(notice.dataset.address, report);
    });
    window.addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      beat();
      timer = window.setInterval(beat, EVERY);
    });
  }
}
