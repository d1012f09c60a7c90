// The bar, the highlight and the numbers. They live in a closed shadow root of the body itself, so that no element is added
// to the page; the bar is a frame in there, so that no key that is typed into it passes through the page. All of it runs
// in a world of its own, which has none of the page's objects.
(() => {
'use strict';
if (window.parent !== window || globalThis.webagentBar) return;
const CONFIG = __CONFIG__;

// A page hides properties of its document by giving their names to elements, so they are read from the prototypes.
const get = (owner, name) => ((from) => (node) => from.call(node))(Object.getOwnPropertyDescriptor(owner, name).get);
const bodyOf = get(Document.prototype, 'body'), rootOf = get(Document.prototype, 'documentElement');
const focusOf = get(Document.prototype, 'activeElement');
const make = (tag, name, text = '', doc = document) => {
  const element = Document.prototype.createElement.call(doc, tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  return element;
};
const tell = (message) => globalThis.webagentTell(JSON.stringify(message));
const leaving = new AbortController();
const listen = (target, type, heard) => target.addEventListener(type, (event) => {
  if (event.isTrusted) heard(event);
}, {capture: true, signal: leaving.signal});

const LAYER = `
  .layer, .layer * { all: initial; pointer-events: none; box-sizing: border-box; }
  .layer { position: fixed; inset: 0; width: 100%; height: 100%; display: block; visibility: visible; background: none; overflow: hidden; }
  .box { display: block; position: absolute; border: 3px solid #0b66ff; border-radius: 4px; box-shadow: 0 0 0 2px #fff, 0 0 12px 3px #0008; }
  .number { display: block; position: absolute; min-width: 20px; padding: 1px 5px; border-radius: 10px; text-align: center;
    font: 700 13px/18px system-ui, sans-serif; color: #111; background: #ffd83d; border: 1px solid #5a4700; box-shadow: 0 0 0 1px #fff; }
  .bar { all: initial; position: fixed; inset: auto 0 16px 0; margin: 0 auto; width: min(640px, 94vw); height: 56px; border: 0;
    padding: 0; display: block; visibility: visible; background: none; overflow: visible; }
  .bar::backdrop { background: none; }
  .bar.passive { pointer-events: none; }
  iframe { all: initial; display: block; width: 100%; height: 100%; border: 0; background: none; }
  .bar.passive iframe { pointer-events: none; }`;
const PANEL = `
  * { box-sizing: border-box; }
  html, body { margin: 0; background: transparent; font: 15px/1.4 system-ui, sans-serif; overflow: hidden; }
  .panel { background: #fff; color: #16181d; border: 1px solid #6b7280; border-radius: 12px; padding: 8px 12px; margin: 6px;
    box-shadow: 0 2px 6px #0006; }
  .lines { max-height: 240px; overflow-y: auto; white-space: pre-line; overflow-wrap: anywhere; }
  .line { padding: 2px 0; } .line.said, .line.heard { color: #4b5563; } .line.said::before, .line.heard::before { content: "› "; }
  .line.ask { font-weight: 600; }
  .row { display: flex; gap: 8px; align-items: center; }
  input { flex: 1; min-width: 0; font: inherit; color: inherit; background: transparent; border: 0; outline: 0; padding: 4px 0; }
  input::placeholder { color: #5b6472; opacity: 1; }
  button { font: inherit; padding: 3px 12px; border-radius: 8px; border: 1px solid #6b7280; background: #f3f4f6; color: inherit; }
  button.yes { background: #0b66ff; border-color: #0b66ff; color: #fff; }
  .hint { color: #4b5563; font-size: 13px; }
  .ear { padding: 2px 0; } .dot { flex: none; width: 12px; height: 12px; border-radius: 50%; background: #8b93a1; }
  .dot.listening, .dot.open { background: #d5202a; }
  button.speak { touch-action: none; user-select: none; }
  [hidden] { display: none !important; }
  @media (prefers-color-scheme: dark) {
    .panel { background: #1d2027; color: #f1f3f6; border-color: #8b93a1; } .line.said, .line.heard, .hint { color: #b5bcc8; }
    button { background: #2d323c; } input::placeholder { color: #a3acba; }
  }`;

let root = null; // closed; of the body, or of an element of ours where the body has one of its own
let host = null;
let layer = null, bar = null, frame = null, input = null;
let state = {};
let before = null; // what had the focus in the page
let since = 0; // when the question was first to be seen
let pressed = 0; // when the key or the button went down that is held to speak; 0 for not held

const EAR = {
  opening: 'Opening the microphone …', listening: 'Listening: let go, or press again, when you have said it',
  hearing: 'Understanding …', open: 'Listening', muted: 'Not listening',
};
const SPEAKING = ['opening', 'listening', 'hearing', 'muted']; // what is shown when the bar is closed, too

function ensureRoot() {
  const body = bodyOf(document);
  if (!body) return false;
  if (root && root.host.isConnected && (host || root.host === body)) return true;
  layer = bar = frame = input = null;
  const attach = (element) => Element.prototype.attachShadow.call(element, {mode: 'closed'});
  try {
    root = attach(body);
    root.append(make('slot'));
    host = null;
  } catch {
    host = make('div');
    rootOf(document).append(host);
    root = attach(host);
  }
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(LAYER);
  root.adoptedStyleSheets = [sheet];
  return true;
}

// Above everything: whatever was shown last is on top.
function raise(element) {
  if (element.matches(':popover-open')) element.hidePopover();
  element.showPopover();
}

function drop(element) {
  if (element) element.remove();
  return null;
}

function clamp(value, most) {
  return Math.max(0, Math.min(value, most));
}

function drawLayer() {
  const boxes = state.mark ? [{box: state.mark}] : state.numbers || [];
  if (!boxes.length) return void (layer = drop(layer));
  if (!layer) {
    layer = make('div', 'layer');
    layer.popover = 'manual';
    root.append(layer);
  }
  layer.replaceChildren(...boxes.flatMap(({box: [left, top, width, height], number}) => {
    const outline = make('div', 'box');
    Object.assign(outline.style, {left: `${left - 3}px`, top: `${top - 3}px`, width: `${width + 6}px`, height: `${height + 6}px`});
    if (!number) return [outline];
    const label = make('div', 'number', String(number));
    Object.assign(label.style, {left: `${clamp(left - 10, innerWidth - 30)}px`, top: `${clamp(top - 10, innerHeight - 22)}px`});
    if (!state.outlined) return [label];
    return [outline, label];
  }));
  raise(layer);
}

function drawBar() {
  const wanted = state.open || state.question || (state.lines || []).length || SPEAKING.includes(state.ear);
  if (!wanted) {
    const had = bar;
    bar = frame = input = drop(bar);
    return had ? giveFocusBack() : undefined;
  }
  if (!bar) makeBar();
  bar.classList.toggle('passive', Boolean(state.busy && !state.question));
  const doc = frame.contentDocument;
  const said = (state.lines || []).map(({kind, text}) => make('div', `line ${kind}`, text, doc));
  const question = state.question ? [make('div', 'line ask', state.question, doc), answers(doc)] : [];
  doc.querySelector('.lines').replaceChildren(...said, ...question);
  doc.querySelector('.entry').hidden = !state.open && !state.question;
  drawEar(doc);
  doc.querySelector('.hint').textContent = state.busy && !state.question ? 'Escape stops' : '';
  input.placeholder = state.question ? 'yes, no, or say something else' : (state.numbers || []).length ? 'Say a number' : 'Say what you want done';
  const lines = doc.querySelector('.lines');
  lines.scrollTop = lines.scrollHeight;
  bar.style.height = `${doc.querySelector('.panel').offsetHeight + 12}px`;
  raise(bar);
  if (state.question || (state.open && !state.busy)) takeFocus();
  else giveFocusBack();
}

function drawEar(doc) {
  doc.querySelector('.ear').hidden = !(SPEAKING.includes(state.ear) || (EAR[state.ear] && state.open));
  doc.querySelector('.dot').className = `dot ${state.ear}`;
  doc.querySelector('.heard-how').textContent = EAR[state.ear] || '';
  const speak = doc.querySelector('.speak');
  speak.hidden = !state.ear;
  speak.textContent = isListening() ? (state.ear === 'open' ? 'Mute' : 'Done') : 'Speak';
}

function makeBar() {
  bar = make('dialog', 'bar');
  bar.popover = 'manual';
  frame = make('iframe');
  bar.append(frame);
  root.append(bar);
  const doc = frame.contentDocument, view = frame.contentWindow;
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(PANEL);
  doc.adoptedStyleSheets = [sheet];
  const panel = make('div', 'panel', '', doc), entry = make('div', 'row entry', '', doc);
  input = make('input', '', '', doc);
  input.autocomplete = 'off';
  input.setAttribute('aria-label', 'webagent');
  const ear = make('div', 'row ear', '', doc);
  ear.append(make('span', 'dot', '', doc), make('span', 'heard-how', '', doc));
  entry.append(input, make('span', 'hint', '', doc), speakButton(doc));
  panel.append(make('div', 'lines', '', doc), ear, entry);
  doc.body.append(panel);
  listen(view, 'keydown', onKeyInBar);
  listen(view, 'keyup', onKeyUp);
}

// -- speaking: the key or the button is held, or pressed before and after

const HELD = 400; // milliseconds from which on it was held

function isListening() {
  return ['opening', 'listening', 'open'].includes(state.ear);
}

function beginOrEnd() {
  const talk = !isListening();
  pressed = talk && state.ear !== 'muted' ? performance.now() : 0;
  tell({talk});
  if (state.ear === 'shut') state = {...state, ear: 'opening'}; // to be seen at once, even while something is going on
  if (ensureRoot()) drawBar();
}

function letGo() {
  if (pressed && performance.now() - pressed > HELD) tell({talk: false});
  pressed = 0;
}

function speakButton(doc) {
  const button = make('button', 'speak', '', doc);
  button.title = `Hold it, or press it before and after: ${CONFIG.talkKey}`;
  listen(button, 'mousedown', (event) => event.preventDefault()); // what has the focus keeps it
  listen(button, 'pointerdown', (event) => {
    button.setPointerCapture(event.pointerId);
    beginOrEnd();
  });
  listen(button, 'pointerup', letGo);
  listen(button, 'click', (event) => event.detail === 0 && beginOrEnd()); // by the keyboard
  return button;
}

function onKeyUp(event) {
  if (pressed && CONFIG.talk && isKeyOf(event, CONFIG.talk)) letGo(); // whatever is held beside it
}

const PATIENCE = 400; // milliseconds for which a question must have been there, lest a key meant for something else answers it

function answer(text) {
  if (performance.now() - since > PATIENCE) tell({say: text});
}

function answers(doc) {
  const row = make('div', 'row', '', doc);
  const yes = make('button', 'yes', 'Yes', doc), no = make('button', '', 'No', doc);
  listen(yes, 'click', () => answer('yes'));
  listen(no, 'click', () => answer('no'));
  const why = make('button', '', 'Why?', doc);
  listen(why, 'click', () => answer('why'));
  row.append(yes, no, why);
  return row;
}

function onKeyInBar(event) {
  if (event.isComposing) return;
  if (event.key === 'Escape') {
    event.preventDefault();
    if (canStop()) tell({stop: true});
    else tell({open: false});
  } else if (isHotkey(event, CONFIG.hotkey)) {
    event.preventDefault();
    tell({open: !state.open});
  } else if (isHotkey(event, CONFIG.talk)) {
    event.preventDefault();
    if (!event.repeat) beginOrEnd();
  } else if (event.key === 'F1') {
    event.preventDefault();
    tell({say: 'why'});
  } else if (event.key === 'Enter' && input.value.trim()) {
    event.preventDefault();
    const text = input.value;
    input.value = '';
    if (state.question) answer(text);
    else tell({say: text});
  }
}

function takeFocus() {
  if (focusOf(frame.contentDocument) === input && frame.contentDocument.hasFocus()) return;
  before = before || focusOf(document);
  input.focus({preventScroll: true});
  if (root.activeElement === frame || !frame.isConnected) return;
  // A dialog of the page makes everything else inert, but for a dialog that is opened after it.
  bar.hidePopover();
  bar.popover = null;
  bar.showModal();
  input.focus({preventScroll: true});
}

function giveFocusBack() {
  if (bar && bar.matches(':modal')) {
    bar.close();
    bar.popover = 'manual';
    bar.showPopover();
  }
  if (root.activeElement === frame && frame) frame.blur();
  if (before && before.isConnected && before !== bodyOf(document)) before.focus({preventScroll: true});
  before = null;
}

function canStop() {
  return state.busy || state.question || ['opening', 'listening'].includes(state.ear);
}

function isKeyOf(event, {key, code}) {
  return event.code === code || event.key.toLowerCase() === key;
}

function isHotkey(event, keys) {
  if (!keys) return false;
  const {key, code, ...held} = keys;
  return isKeyOf(event, keys) && Object.entries(held).every(([name, down]) => event[name] === down);
}

listen(window, 'keydown', (event) => {
  const opens = isHotkey(event, CONFIG.hotkey), speaks = isHotkey(event, CONFIG.talk);
  if (opens || speaks) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (opens) tell({open: !state.open});
    else if (!event.repeat) beginOrEnd();
  } else if (event.key === 'Escape' && canStop()) tell({stop: true});
});
listen(window, 'keyup', onKeyUp);

globalThis.webagentBar = {
  show(next) {
    if (next.question && next.question !== state.question) since = performance.now();
    state = next;
    if (!(state.open || state.question || state.mark || (state.numbers || []).length || (state.lines || []).length || SPEAKING.includes(state.ear)) && !root) return true;
    if (!ensureRoot()) return false;
    drawLayer();
    drawBar();
    return true;
  },
  remove() {
    leaving.abort();
    layer = drop(layer);
    bar = drop(bar);
    host = drop(host);
    if (root) root.adoptedStyleSheets = [];
    delete globalThis.webagentBar;
  },
};
})();
//# sourceURL=webagent-bar.js
