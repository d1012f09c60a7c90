// A new episode in the document that is there: everything that the last one left is put back to where it was when the
// document had just been loaded. `keep` takes note of that moment; `renew` goes back to it, or says that it cannot.

const added = []; // listeners that were added since `keep`, and before it since the page's first script
let recording = false;
let moment = null;
let strayed = false; // the focus, or the place from which it would go on, may have moved since both were nowhere

const SLOTS = [
  'onclick', 'ondblclick', 'onmousedown', 'onmouseup', 'onmousemove', 'onmouseover', 'onmouseout', 'onmouseenter', 'onmouseleave',
  'onload', 'onkeydown', 'onkeyup', 'onkeypress', 'oninput', 'onchange', 'onfocus', 'onblur', 'onscroll', 'onsubmit', 'onselect',
];
const DEEP = 4; // levels of plain objects that are put back

function recordListeners() {
  const owner = EventTarget.prototype, add = owner.addEventListener;
  owner.addEventListener = function addEventListener(type, listener, options) {
    clock.heard.add(type);
    if (recording) added.push([new WeakRef(this || window), type, listener, options]);
    return add.call(this || window, type, listener, options);
  };
}

function stopRecording() {
  recording = false;
  added.length = 0;
}

function removeListeners() {
  for (const [target, type, listener, options] of added.splice(0)) {
    const owner = target.deref();
    if (owner) owner.removeEventListener(type, listener, options);
  }
}

const isPlain = (value) => {
  if (typeof value !== 'object' || value === null || value === window) return false;
  const kind = Object.getPrototypeOf(value);
  return Array.isArray(value) || kind === Object.prototype || kind === null;
};

// The names of a window's own things are many, and built in where they are not enumerable.
const namesOf = (object) => (object === window ? Object.keys(object) : Object.getOwnPropertyNames(object));

// The same for an array that has nothing but its items; the pages have lists of thousands of words.
function itemsBack(array, depth, seen) {
  const kept = array.slice();
  const inner = plainOf(kept, depth, seen);
  return () => {
    if (array.length !== kept.length) array.length = kept.length;
    for (let i = 0; i < kept.length; i++) if (array[i] !== kept[i]) array[i] = kept[i];
    for (const back of inner) back();
  };
}

function plainOf(values, depth, seen) {
  const inner = [];
  for (const value of values) {
    if (depth > 0 && isPlain(value) && !seen.has(value)) {
      seen.add(value);
      inner.push(heldBy(value, depth - 1, seen));
    }
  }
  return inner;
}

// How to put back the properties of an object, and those of the plain objects that it holds.
function heldBy(object, depth, seen) {
  if (Array.isArray(object) && !Object.isFrozen(object) && Object.keys(object).length === object.length) {
    return itemsBack(object, depth, seen);
  }
  const known = new Set(namesOf(object));
  const keys = Object.keys(object).filter((key) => Object.getOwnPropertyDescriptor(object, key).writable);
  const values = keys.map((key) => object[key]);
  const inner = plainOf(values, depth, seen);
  return () => {
    for (const key of namesOf(object)) {
      if (!known.has(key) && !Reflect.deleteProperty(object, key)) Reflect.set(object, key, undefined); // of a `var`
    }
    if (Array.isArray(object)) object.length = values.length;
    keys.forEach((key, i) => {
      if (object[key] !== values[i]) Reflect.set(object, key, values[i]);
    });
    for (const back of inner) back();
  };
}

function attributesBack(element, {attributes} = element) {
  const kept = Array.from(attributes, ({name, value}) => [name, value]);
  return () => {
    if (element.attributes.length !== kept.length || kept.some(([name, value]) => element.getAttribute(name) !== value)) {
      for (const {name} of Array.from(element.attributes)) element.removeAttribute(name);
      for (const [name, value] of kept) element.setAttribute(name, value);
    }
  };
}

// What may stay where it is does: it need not be laid out, or loaded, again.
function childrenBack(node, kept = Array.from(node.childNodes)) {
  const own = new Set(kept);
  const inPlace = () => node.childNodes.length === kept.length && kept.every((child, i) => node.childNodes[i] === child);
  return () => {
    if (inPlace()) return;
    for (const child of Array.from(node.childNodes)) if (!own.has(child)) child.remove();
    if (!inPlace()) node.replaceChildren(...kept);
  };
}

function fieldBack(field) {
  const {value, checked, selected, disabled} = field;
  return () => {
    if (field.value !== value && field.type !== 'file') field.value = value;
    if (field.checked !== checked) field.checked = checked;
    if (field.selected !== selected) field.selected = selected;
    if (field.disabled !== disabled) field.disabled = disabled;
  };
}

function slotsBack(target) {
  const kept = SLOTS.map((name) => target[name]);
  return () => SLOTS.forEach((name, i) => {
    if (target[name] !== kept[i]) target[name] = kept[i];
  });
}

function nodeBack(node, seen) {
  if (node.nodeType !== 1) {
    const {data} = node;
    return () => {
      if (node.data !== data) node.data = data;
    };
  }
  const parts = [attributesBack(node), heldBy(node, DEEP, seen)];
  if (tagOf(node) !== 'script') parts.push(childrenBack(node), slotsBack(node));
  if ('value' in node || 'selected' in node) parts.push(fieldBack(node));
  return () => {
    for (const back of parts) back();
  };
}

function clockBack() {
  const {now, next, order} = clock, heard = Array.from(clock.heard);
  const timers = Array.from(clock.timers.values(), (timer) => ({...timer}));
  const {random} = Math, drawn = lot.state;
  return () => {
    Object.assign(clock, {now, next, order, heard: new Set(heard), restless: false, level: 0});
    clock.timers.clear();
    for (const timer of timers) clock.timers.set(timer.id, {...timer});
    Math.random = random;
    lot.state = drawn;
  };
}

function variablesBack(names) {
  const values = names.map((name) => window[name]);
  return () => names.forEach((name, i) => (window[name] = values[i]));
}

function everyNode(root) {
  const found = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.currentNode; node; node = walker.nextNode()) found.push(node);
  return found;
}

// Take note of the document as it is now: all of it, or only what `names`, global variables, hold.
function keep(names) {
  const seen = new Set();
  const steps = [clockBack()];
  if (names) steps.push(heldBy(Object.fromEntries(names.map((name) => [name, window[name]])), DEEP, seen), variablesBack(names));
  else {
    steps.push(heldBy(window, DEEP, seen), slotsBack(document), slotsBack(window), heldBy(document, DEEP, seen));
    for (const node of everyNode(document.documentElement)) steps.push(nodeBack(node, seen));
  }
  moment = {...momentNow(), steps, whole: !names, stay: names ? null : document.body.querySelectorAll('*')};
  recording = moment.whole;
  added.length = 0;
}

const momentNow = () => ({url: location.href, length: history.length, sheets: Array.from(document.adoptedStyleSheets)});

function stillHere() {
  return moment && location.href === moment.url && history.length === moment.length && !window.frames.length;
}

// Focus goes, and with it the place from which the Tab key would go on: that of a removed element at the very end of the
// document counts as none.
function focusNowhere(kind) {
  const last = document.createElement(kind);
  last.tabIndex = -1;
  document.documentElement.append(last);
  last.focus({preventScroll: true});
  return last;
}

// A new edit ends what could be done again, once all that could be undone has been undone.
function forgetEdits() {
  for (let i = 0; i < 1000 && document.queryCommandEnabled('undo'); i++) document.execCommand('undo');
  const field = focusNowhere('input');
  document.execCommand('insertText', false, '-');
  field.remove();
}

function unfocus() {
  const moved = strayed || focusOf(document) !== bodyOf(document);
  const last = moved ? focusNowhere('div') : null; // far faster to focus than a field
  strayed = Boolean(last) && focusOf(document) !== last;
  if (document.queryCommandEnabled('undo') || document.queryCommandEnabled('redo')) forgetEdits();
  if (last) last.remove();
  getSelection().removeAllRanges();
}

function watchFocus(view) {
  for (const type of ['focus', 'mousedown', 'keydown']) {
    view.addEventListener(type, (event) => (strayed = strayed || event.isTrusted), true);
  }
}

// What only the last episode had goes, scrolled or not; but whoever hears of scrolling hears of all that is undone.
function scrollBack() {
  const heardBySomebody = clock.heard.has('scroll') || clock.heard.has('scrollend');
  const all = heardBySomebody || !moment.stay;
  for (const element of all ? document.querySelectorAll('*') : [...document.querySelectorAll('html, body'), ...moment.stay]) {
    if (!element.scrollTop && !element.scrollLeft) continue;
    element.scrollTo(0, 0);
    if (heard(element)) wanted = drawn + 1;
  }
}

// Go back to the moment of `keep`; whether that is possible. 'due': not before the next frame, which brings the page news
// of the scrolling that is undone here.
function renew() {
  if (!stillHere()) return false;
  const {steps, sheets} = moment;
  scrollBack();
  if (owed()) return DUE;
  unfocus();
  for (const back of steps) back();
  if (moment.whole) removeListeners();
  const now = document.adoptedStyleSheets;
  if (now.length !== sheets.length || sheets.some((sheet, i) => sheet !== now[i])) document.adoptedStyleSheets = sheets;
  refs = new WeakMap();
  nodes.length = 0;
  previous = hovered = pointer = null;
  offsets = '';
  pressing = false;
  return true;
}

// Begin an episode in the document that is there; '' when it cannot be put back.
async function renewed(begin, most) {
  const back = renew();
  if (back === DUE) return putOff(() => renewed(begin, most));
  if (!back) return '';
  if (moment.run) await moment.run();
  await begin();
  return step(null, true, 0, most);
}

if (clock) recordListeners();
