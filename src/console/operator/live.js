// Pages that wait: what polls goes on by itself, a telephone rings and has keys. Without this script the same pages work by
// reloading and typing.
(() => {
  "use strict";
  const waiting = document.querySelector("[data-poll]");
  if (waiting) {
    let known = waiting.dataset.state;
    const look = async () => {
      try {
        const answer = await fetch(waiting.dataset.poll, { credentials: "same-origin", cache: "no-store" });
        if (answer.ok) {
          const told = await answer.json();
          if (known === undefined) known = told.state;
          if (told.state !== known) return location.reload();
        }
      } catch {
        // haar is starting again, or the machine slept: the next look tells.
      }
      setTimeout(look, 1000);
    };
    setTimeout(look, 500);
  }
  let sound;
  const tone = (frequency, seconds) => {
    try {
      sound = sound || new AudioContext();
      const source = sound.createOscillator(), volume = sound.createGain();
      source.frequency.value = frequency;
      volume.gain.value = 0.05;
      source.connect(volume).connect(sound.destination);
      source.start();
      source.stop(sound.currentTime + seconds);
    } catch {
      // A browser without sound shows the ring all the same.
    }
  };
  if (document.querySelector("[data-ring]")) setInterval(() => tone(440, 0.8), 2500);
  const typed = document.querySelector("input[name=keys]");
  for (const key of document.querySelectorAll("[data-key]")) {
    key.addEventListener("click", () => {
      tone(600 + 30 * (key.dataset.key.charCodeAt(0) % 10), 0.12);
      if (key.dataset.key >= "0" && key.dataset.key <= "9") typed.value += key.dataset.key;
      if (typed.value.length === 6) typed.form.requestSubmit();
    });
  }
})();
