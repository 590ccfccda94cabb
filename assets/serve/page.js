"use strict";
// Around the terminal of textual.js: its size, its focus, a socket that comes back, and the sounds of the cues.
//
//   scanner -- keys --> hidden textarea (always focused, no soft keyboard) -- a whole scan --> socket --> station
//   station -- bytes --> terminal          station -- ["cue", "E1"] --> sound
//   socket lost --> banner, N1 --> /alive after 0.5, 1, 2, 4, 8 s --> new socket, same terminal, same order
(() => {
  const BACKOFF_MS = [500, 1000, 2000, 4000, 8000];
  const GOING_AWAY = 1001, ENDED = 4000, TAKEN = 4001;
  const CUES = ["T1", "T2", "T3", "T4", "E1", "E2", "E3", "E4", "N1"];
  const GAP_MS = 250;
  const seen = { connects: 0, played: [], lost: 0, refusedKeys: 0, scans: 0 };
  window.packstation = seen;

  // --- what is heard ---
  let audio = null, playing = null, playingCue = "";
  const buffers = new Map();

  function wakeSound() {
    // Browsers let a page sound after the first key or tap; a scan is one.
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume();
  }

  async function loadSounds() {
    const decoder = new OfflineAudioContext(1, 1, 44100);
    await Promise.all(CUES.map(async (cue) => {
      const file = await fetch(`/sounds/${cue}`);
      if (file.ok) buffers.set(cue, await decoder.decodeAudioData(await file.arrayBuffer()));
    }));
  }

  function play(cue) {
    seen.played.push(cue);
    if (seen.played.length > 200) seen.played.shift();
    if (navigator.vibrate && cue.startsWith("E")) navigator.vibrate(200);
    if (!audio || audio.state !== "running" || !buffers.has(cue)) return;
    // A newer cue cuts an older one short, but never a stop.
    if (playing && playingCue === "E4" && cue !== "E4") return;
    if (playing) playing.stop();
    const source = audio.createBufferSource();
    source.buffer = buffers.get(cue);
    source.connect(audio.destination);
    source.onended = () => { if (playing === source) playing = null; };
    source.start();
    playing = source;
    playingCue = cue;
  }

  // --- what is said over the terminal ---
  const element = (id) => document.getElementById(id);

  function tell(words) {
    element("news").textContent = words;
    element("news").hidden = words === "";
  }

  function showEnd(words) {
    tell("");
    element("ended-words").textContent = words;
    element("ended").hidden = false;
    element("again").focus();
  }

  // --- the socket that comes back ---
  const NativeSocket = window.WebSocket;

  class Lasting {
    // What textual.js takes for its WebSocket: one that outlives its connections.
    constructor(url) {
      this.url = url.split("?")[0];
      this.size = new URLSearchParams(url.split("?")[1]);
      this.listeners = { open: [], close: [], message: [] };
      this.tries = 0;
      this.open();
      setInterval(() => this.ping(), 5000);
    }

    addEventListener(kind, listener) { this.listeners[kind]?.push(listener); }

    emit(kind, event) { for (const listener of this.listeners[kind]) listener(event); }

    open() {
      const inner = new NativeSocket(`${this.url}?${this.size}`);
      inner.binaryType = "arraybuffer";
      this.inner = inner;
      this.heard = performance.now();
      inner.addEventListener("open", () => {
        if (this.inner !== inner) return;
        seen.connects += 1;
        this.heard = performance.now();
        if (seen.connects === 1) this.emit("open", new Event("open"));
        else {
          // A new process draws on the old terminal: wipe it first.
          this.emit("message", { data: new Uint8Array([0x1b, 0x63]).buffer });
          this.send(JSON.stringify(["resize", { width: +this.size.get("width"), height: +this.size.get("height") }]));
        }
      });
      inner.addEventListener("message", (event) => {
        if (this.inner !== inner) return;
        this.heard = performance.now();
        if (typeof event.data === "string") this.said(JSON.parse(event.data));
        else {
          this.tries = 0;
          tell("");
          this.emit("message", event);
          keepFocus();
        }
      });
      inner.addEventListener("close", (event) => { if (this.inner === inner) this.closed(event); });
    }

    said([kind, what]) {
      if (kind === "cue") play(what);
      else if (kind === "ended") this.why = what;
    }

    closed(event) {
      if (event.code === ENDED) {
        showEnd(this.why || "The station is closed. Nothing is lost.");
        this.why = "";
        return;
      }
      if (event.code === TAKEN) { showEnd("Another browser has this station now."); return; }
      this.lost();
    }

    lost() {
      seen.lost += 1;
      if (this.tries === 0) play("N1");
      tell("No connection. Nothing is lost. Trying again.");
      const wait = BACKOFF_MS[Math.min(this.tries, BACKOFF_MS.length - 1)];
      this.tries += 1;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.again(), wait * (0.75 + Math.random() / 2));
    }

    async again() {
      try {
        const answer = await fetch("/alive", { cache: "no-store", signal: AbortSignal.timeout(5000) });
        if (answer.status === 401) { location.assign("/login"); return; }
        if (!answer.ok) throw new Error(`alive: ${answer.status}`);
      } catch {
        this.lost();
        return;
      }
      this.open();
    }

    ping() {
      if (this.inner.readyState !== NativeSocket.OPEN) return;
      if (performance.now() - this.heard > 15000) {
        // Out of range without a word: do not wait for the network to notice.
        const silent = this.inner;
        this.inner = { readyState: NativeSocket.CLOSED };
        silent.close();
        this.lost();
        return;
      }
      this.inner.send(JSON.stringify(["ping", String(Date.now())]));
    }

    send(text) {
      const [kind, what] = JSON.parse(text);
      if (kind === "resize") {
        this.size.set("width", what.width);
        this.size.set("height", what.height);
      }
      if (kind === "stdin" && this.gathered(what)) return;
      this.passed(text, kind);
    }

    gathered(what) {
      // The keys of a scan, from its identifier to its Enter, travel as one: the station takes a pause between two
      // of them for the end of a broken scan, and a slow network makes such pauses.
      const key = what.length > 1 && what.startsWith("\x1b");
      if (key || (!this.scan && !what.startsWith("]"))) return false;
      this.scan = (this.scan ?? "") + what;
      clearTimeout(this.gap);
      if (/[\r\n\t]$/.test(what)) this.scanned();
      else this.gap = setTimeout(() => this.scanned(), GAP_MS);
      return true;
    }

    scanned() {
      const whole = this.scan;
      this.scan = "";
      seen.scans += 1;
      this.passed(JSON.stringify(["stdin", whole]), "stdin");
    }

    passed(text, kind) {
      if (this.inner.readyState === NativeSocket.OPEN) this.inner.send(text);
      else if (kind === "stdin") {
        // A scan into nowhere must not look like one that was taken.
        seen.refusedKeys += 1;
        play("E3");
        tell("No connection: that scan was not taken.");
      }
    }

    close() { this.inner.close(); }
  }

  // --- focus: a scanner types wherever the focus is ---
  function keepFocus() {
    const keys = document.querySelector(".xterm-helper-textarea");
    if (!keys || !element("ended").hidden) return;
    if (keys.inputMode !== "none") {
      keys.inputMode = "none";
      keys.setAttribute("autocomplete", "off");
      keys.setAttribute("aria-label", "scanner and keys");
      keys.addEventListener("blur", () => setTimeout(keepFocus, 50));
    }
    if (document.activeElement !== keys) keys.focus({ preventScroll: true });
  }

  // --- size: about 24 columns on a handheld, and never tiny ---
  function fontSize() {
    const fits = Math.floor(Math.min(window.innerWidth / 15, window.innerHeight / 20));
    return Math.max(14, Math.min(24, fits));
  }

  const start = window.onload;
  window.onload = async (event) => {
    element("terminal").dataset.fontSize = String(fontSize());
    window.WebSocket = Lasting;
    // Measured before the font is there, the cells would have another size.
    await Promise.all([document.fonts.load("16px 'Roboto Mono'"), document.fonts.load("bold 16px 'Roboto Mono'")]);
    start(event);
    keepFocus();
    loadSounds();
  };
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, wakeSound, { capture: true });
  for (const kind of ["visibilitychange", "pointerup"]) document.addEventListener(kind, () => setTimeout(keepFocus, 0));
  window.addEventListener("focus", keepFocus);
  window.addEventListener("online", () => { const banner = element("news"); if (!banner.hidden) keepFocus(); });
  document.addEventListener("DOMContentLoaded", () => {
    element("again").addEventListener("click", () => location.reload());
  });
})();
