function leave() {
  leaving.abort();
  delete window[HANDLE];
}

Object.defineProperty(window, HANDLE, {
  value: {
    clock, observe, act, settle, step, ready, until, resumed, keep, keepSource, renewed, advance, nodeOf, refOf, listen, count, through, facts,
    dragged, paste: (text) => void (clip = text), leave,
  },
  enumerable: false,
  configurable: !CONFIG.virtual,
});
if (!ancestorClock) guard(window); // else the script of the page around does
recording = Boolean(clock); // of what the page does from here on
