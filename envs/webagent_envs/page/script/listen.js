// What a person does in the page, told as it happens: each act comes with the page as it was just before.
// Only in documents that nobody around can look into; those that they can look into are listened to from here.

const SECRET = '•••••'; // stands for what was written into a secret field; always five, so that the length is no hint
const SILENT_KEYS = new Set([
  'Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'NumLock', 'ScrollLock', 'Fn', 'Dead', 'Process', 'Unidentified', 'ContextMenu',
]);
const EDITING_KEYS = new Set(['Backspace', 'Delete', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'Insert']);
const WHOLE_FIELDS = new Set(['range', 'color']); // set by the pointer, not written into
const BLOCK = 1e6, BLOCKS = 2000; // refs of a document, and documents, see frames.py
const FAR = 6; // pixels; a press that ends further away is a drag
const BURST = 700; // milliseconds between two turns of the wheel that belong together
const TRAIL = 40; // elements that the pointer came by, remembered at most

const withheld = new Map(); // ref of a secret field -> what stands in it; never leaves the page
let command = ''; // what was asked for: a secret that it repeats is told by where it stands there
let trail = [];
let typing = null; // the field that is being written into
let pressed = null;
let dropped = null;
let turned = 0;

function tell(kind, more, before = '') {
  const told = native.stringify({kind, document: base, apart: window.parent !== window, ...more});
  window[CONFIG.listen.tell](before ? `${told.slice(0, -1)},"view":${veil(before)}}` : told);
}

// What a secret field holds may show up elsewhere on the page.
function veil(view) {
  const secrets = [...withheld.values()].filter((text) => text.length > 3 && view.includes(native.stringify(text).slice(1, -1)));
  if (!secrets.length) return view;
  const plain = new Set(['tag', 'role', 'color', 'background', 'type']);
  return native.stringify(JSON.parse(view), (name, value) => {
    if (typeof value !== 'string' || plain.has(name)) return value;
    return secrets.reduce((text, secret) => text.replaceAll(secret, SECRET), value);
  });
}

function chainOf(node) {
  const found = [];
  while (node && found.length < 60) {
    if (node.nodeType === 1) found.push(node);
    node = node.nodeType === 9 ? (node === document ? null : node.defaultView && node.defaultView.frameElement) : node.parentNode || node.host;
  }
  return found;
}

const pathOf = (node) => chainOf(node).map(refOf);
const nodeAt = (event) => event.composedPath()[0];

function placeOf(event) {
  const node = nodeAt(event);
  const [dx, dy] = node.nodeType === 1 ? frameOffset(node) : [0, 0];
  return {x: round(event.clientX + dx), y: round(event.clientY + dy)};
}

function heldOf(event) {
  return ['Alt', 'Control', 'Meta', 'Shift'].filter((name) => event.getModifierState(name));
}

// The field that takes what is written, if the node is in one.
function fieldOf(node) {
  if (!node || node.nodeType !== 1) return null;
  const tag = tagOf(node);
  if (tag === 'input') return EDITABLE_INPUTS.has(node.type) || WHOLE_FIELDS.has(node.type) ? node : null;
  if (tag === 'textarea') return node;
  return node.isContentEditable ? chainOf(node).find(isEditingHost) || null : null;
}

const isLines = (field) => tagOf(field) !== 'input';

function contentOf(field) {
  const text = 'value' in field ? field.value : field.innerText;
  if (!isSecret(field)) return {value: text};
  withheld.set(refOf(field), text);
  const at = text ? command.indexOf(text) : -1;
  return {value: SECRET, secret: true, said: at < 0 ? null : [at, at + text.length]};
}

// ---- the pointer

function onPointerOver(event) {
  const node = nodeAt(event);
  if (node.nodeType !== 1) return;
  if (HOLDERS.has(tagOf(node))) enter(node);
  const ref = refOf(node);
  if (trail[trail.length - 1] !== ref) trail.push(ref);
  if (trail.length > TRAIL) trail.shift();
}

function onPointerDown(event) {
  const right = event.button === 2;
  if ((event.button !== 0 && !right) || !event.isPrimary) return;
  const path = chainOf(nodeAt(event));
  const label = path.find((node) => tagOf(node) === 'label');
  const control = label && label.control ? refOf(label.control) : 0;
  const place = placeOf(event);
  typing = null;
  dropped = null;
  pressed = right ? null : place;
  tell('down', {path: path.map(refOf), control, held: heldOf(event), button: right ? 'right' : 'left', trail, ...place}, observe(false));
  trail = [];
}

function onPointerUp(event) {
  const place = placeOf(event);
  const moved = pressed && Math.hypot(place.x - pressed.x, place.y - pressed.y) > FAR;
  pressed = null;
  const node = nodeAt(event);
  const text = node.nodeType === 1 ? !viewOf(node).getSelection().isCollapsed || fieldOf(document.activeElement) : false;
  if (moved && !text) tell('up', {path: pathOf(deepest(viewOf(node).document, event.clientX, event.clientY)), ...place});
}

function onDragEnd(event) {
  if (dropped) tell('up', {...dropped});
  pressed = dropped = null;
}

// ---- the keyboard

function onKeyDown(event) {
  if (event.isComposing || event.repeat || SILENT_KEYS.has(event.key)) return;
  const node = nodeAt(event), field = fieldOf(node);
  const chord = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState('AltGraph');
  if (field && !chord && (event.key.length === 1 || EDITING_KEYS.has(event.key))) return;
  if (field && chord && (EDITING_KEYS.has(event.key) || 'acvxzy'.includes(event.key.toLowerCase()))) return;
  const held = heldOf(event).filter((name) => name !== 'Shift' || event.key.length > 1);
  tell('key', {path: pathOf(node), keys: event.key === ' ' ? 'Space' : event.key, held}, observe(false));
}

function onBeforeInput(event) {
  const field = fieldOf(nodeAt(event));
  if (!field) return;
  const line = isLines(field) && /^insert(LineBreak|Paragraph)$/.test(event.inputType);
  if (typing === field) return void (line && tell('line', {path: [refOf(field)]}));
  typing = field;
  tell('typing', {path: pathOf(field), line}, observe(false));
}

function onInput(event) {
  const field = fieldOf(nodeAt(event));
  if (!field) return;
  typing = field;
  tell('value', {path: pathOf(field), ...contentOf(field)});
}

function onChange(event) {
  const node = nodeAt(event), tag = tagOf(node);
  if (tag === 'select') {
    const chosen = Array.from(node.selectedOptions, (option) => collapse(option.text, TEXT_LIMIT));
    tell('choice', {path: pathOf(node), chosen});
  } else if (tag === 'input' && node.type === 'file') {
    tell('value', {path: pathOf(node), value: Array.from(node.files, (file) => file.name).join('\n'), files: true, secret: true});
  } else if (fieldOf(node)) {
    tell('value', {path: pathOf(node), ...contentOf(node)});
  }
}

function onWheel(event) {
  const now = native.now();
  if (now - turned > BURST) tell('wheel', {path: pathOf(nodeAt(event))}, observe(false));
  turned = now;
}

// ---- everywhere

const EARS = {
  pointerover: onPointerOver,
  pointerdown: onPointerDown,
  pointerup: onPointerUp,
  dblclick: (event) => tell('double', {path: pathOf(nodeAt(event))}),
  drop: (event) => void (dropped = {path: pathOf(nodeAt(event)), ...placeOf(event)}),
  dragend: onDragEnd,
  keydown: onKeyDown,
  beforeinput: onBeforeInput,
  input: onInput,
  change: onChange,
  wheel: onWheel,
};
const listening = new WeakSet();
const ofBar = (event) => event.composedPath().some((node) => node.id && ignored.has(node.id));

function hear(view) {
  const inner = view.document;
  if (listening.has(inner)) return;
  listening.add(inner);
  for (const [type, work] of Object.entries(EARS)) {
    view.addEventListener(type, (event) => void (event.isTrusted && !ofBar(event) && work(event)), {capture: true, passive: true, signal: leaving.signal});
  }
  inner.addEventListener('load', (event) => enter(event.target), {capture: true, signal: leaving.signal});
  for (const frame of inner.querySelectorAll('iframe, frame')) enter(frame);
}

function enter(frame) {
  if (frame.contentDocument) hear(frame.contentWindow); // null: of another origin
}

function isOutermost() {
  try {
    return window.parent === window || !window.parent.document;
  } catch {
    return true; // of another origin
  }
}

function listenNow() {
  if (!isOutermost()) return;
  if (window.parent !== window) count(BLOCK * (1 + Math.floor(Math.random() * (BLOCKS - 1)))); // nobody has numbered it yet
  command = CONFIG.listen.command;
  hear(window);
  tell('hello', {});
}

window[HANDLE].called = (text) => void (command = text);
listenNow();
