// What is done in the page itself: locating a click point, focusing, choosing, scrolling, and all of input="dom".

let hovered = null; // where the pointer of input="dom" is
let aimed = null; // what a real mouse is about to press, on live pages
let missed = ''; // it was not there any more
let pressing = false; // a trusted press on a closed list must not open its native popup, which no page can see

const quoted = (element) => {
  const tag = tagOf(element);
  const name = nameOf(element, tag, roleOf(element, tag)) || ownText(element);
  return `${refOf(element)} (${tag}${name ? ` "${name.slice(0, 40)}"` : ''})`;
};
const viewOf = (element) => element.ownerDocument.defaultView;
const isClosedList = (element) => tagOf(element) === 'select' && !element.multiple && element.size <= 1;

class Refused extends Error {}

function target(ref, {usable = true} = {}) {
  const element = nodeOf(ref);
  if (!element) throw new Refused(`element ${ref} is not on the page: choose one of the elements listed now`);
  if (usable && isDisabled(element)) throw new Refused(`element ${quoted(element)} is disabled: it cannot be used now`);
  const list = tagOf(element) === 'option' ? element.closest('select') : null;
  const style = getComputedStyle(list || element);
  if (!(list || element).getClientRects().length) {
    throw new Refused(`element ${quoted(element)} is not rendered: choose one that has a box`);
  }
  if (style.visibility !== 'visible') throw new Refused(`element ${quoted(element)} is hidden: choose one that is visible`);
  return element;
}

function frameOffset(element) {
  let x = 0, y = 0;
  for (let view = viewOf(element); view && view !== window; view = view.parent) {
    const frame = view.frameElement;
    if (!frame) break;
    const rect = frame.getBoundingClientRect(), style = getComputedStyle(frame);
    x += rect.left + frame.clientLeft + parseFloat(style.paddingLeft);
    y += rect.top + frame.clientTop + parseFloat(style.paddingTop);
  }
  return [x, y];
}

function deepest(root, x, y) {
  let found = root.elementFromPoint(x, y);
  while (found && rootOf(found)) {
    const inner = rootOf(found).elementFromPoint(x, y);
    if (!inner || inner === found) break;
    found = inner;
  }
  return found;
}

function composedContains(outer, inner) {
  for (let node = inner; node; node = parentOf(node) || node.host) if (node === outer) return true;
  return false;
}

function reaches(element, hit) {
  if (!hit) return false;
  if (composedContains(element, hit) || (tagOf(element) === 'option' && hit === element.closest('select'))) return true;
  const label = closestOf(hit, 'label');
  return Boolean(label && label.control === element);
}

function candidates(element) {
  const rect = boxOf(element, tagOf(element));
  const own = hollow(element, rect);
  const middle = (part) => [part.left + part.width / 2, part.top + part.height / 2];
  const points = own ? [own] : [middle(rect)];
  for (const part of element.getClientRects()) points.push(middle(part));
  for (const [fx, fy] of [
    [0.25, 0.5], [0.75, 0.5], [0.5, 0.25], [0.5, 0.75],
    [0.05, 0.5], [0.95, 0.5], [0.5, 0.05], [0.5, 0.95],
    [0.05, 0.05], [0.95, 0.05], [0.05, 0.95], [0.95, 0.95],
  ]) {
    points.push([rect.left + rect.width * fx, rect.top + rect.height * fy]);
  }
  return points;
}

// The point of the viewport of the topmost page that a click on the element should go to.
function locate(element) {
  element.scrollIntoViewIfNeeded(true);
  const points = candidates(element);
  const [dx, dy] = frameOffset(element);
  const doc = element.ownerDocument;
  const root = element.getRootNode().elementFromPoint ? element.getRootNode() : doc;
  const free = points.find(([x, y]) => reaches(element, deepest(root, x, y)));
  if (!free && !CONFIG.virtual) throw hidden(element, deepest(doc, ...points[0]));
  const [x, y] = free || points[0];
  return [x + dx, y + dy];
}

const hidden = (element, hit) => new Refused(hit
  ? `element ${quoted(element)} is covered by ${quoted(hit)}: deal with that first`
  : `element ${quoted(element)} cannot be scrolled into view`);

// A point of the document in a frame apart, as a point of the topmost document that can be seen from here.
function through(ref, x, y) {
  const frame = nodeOf(ref);
  if (!frame) return {error: `frame ${ref} is not on the page: look at it again`};
  const found = () => {
    const rect = frame.getBoundingClientRect(), style = getComputedStyle(frame);
    return [rect.left + frame.clientLeft + parseFloat(style.paddingLeft) + x, rect.top + frame.clientTop + parseFloat(style.paddingTop) + y];
  };
  let point = found();
  if (deepest(frame.ownerDocument, ...point) !== frame) {
    const view = viewOf(frame);
    view.scrollBy({left: point[0] - view.innerWidth / 2, top: point[1] - view.innerHeight / 2, behavior: 'instant'});
    point = found();
    const hit = deepest(frame.ownerDocument, ...point);
    if (hit !== frame && !CONFIG.virtual) return {error: hidden(frame, hit).message};
  }
  const [dx, dy] = frameOffset(frame);
  return {point: [point[0] + dx, point[1] + dy]};
}

function focusOn(element) {
  if (element.ownerDocument.activeElement !== element) element.focus({preventScroll: true});
}

function selectAll(element) {
  if (element.select) return element.select();
  const range = element.ownerDocument.createRange();
  range.selectNodeContents(element);
  const selection = viewOf(element).getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

function changed(element) {
  const view = viewOf(element);
  element.dispatchEvent(new view.Event('input', {bubbles: true, composed: true}));
  element.dispatchEvent(new view.Event('change', {bubbles: true}));
}

function setValue(element, value) {
  focusOn(element);
  const owner = Object.getPrototypeOf(element);
  Object.getOwnPropertyDescriptor(owner, 'value').set.call(element, value);
  if (value && !element.value) {
    throw new Refused(`element ${quoted(element)} does not take ${native.stringify(value)}: write it as a ${element.type} field does`);
  }
  changed(element);
}

function field(ref) {
  const element = target(ref);
  if (element.readOnly) throw new Refused(`element ${quoted(element)} is read-only: it cannot be typed into`);
  const tag = tagOf(element);
  const fits = isEditable(element, tag) || element.isContentEditable || (tag === 'input' && 'value' in element && !CHECKABLE.has(element.type));
  if (!fits || element.type === 'file') throw new Refused(`element ${quoted(element)} takes no text: choose a field`);
  return element;
}

const isFileField = (element) => Boolean(element) && tagOf(element) === 'input' && element.type === 'file';

// The file field that a person means who points at it, at its label, or at the area that it lies in.
function fileField(element) {
  if (!element || isFileField(element)) return element;
  const label = element.closest('label');
  if (label && isFileField(label.control)) return label.control;
  return tagOf(element) === 'body' || isEditable(element, tagOf(element)) ? null : element.querySelector('input[type=file]');
}

function choose(ref, wanted) {
  const element = target(ref);
  const list = tagOf(element) === 'option' ? element.closest('select') : element;
  if (tagOf(list) !== 'select') throw new Refused(`element ${quoted(element)} is no list to select from: click it`);
  const options = Array.from(list.options);
  const plain = (text) => collapse(text, 1000).toLowerCase();
  const option = options.find((o) => o.text === wanted) || options.find((o) => plain(o.text) === plain(wanted));
  if (!option) {
    const names = options.slice(0, 10).map((o) => native.stringify(o.text)).join(', ') + (options.length > 10 ? ', …' : '');
    throw new Refused(`element ${quoted(list)} has no option ${native.stringify(wanted)}: choose one of ${names}`);
  }
  if (isDisabled(option)) throw new Refused(`option ${native.stringify(wanted)} of element ${quoted(list)} is disabled`);
  pick(list, option, list.multiple);
}

function pick(list, option, keep) {
  focusOn(list);
  if (!keep) for (const other of list.options) other.selected = other === option;
  else option.selected = true;
  changed(list);
}

function scrollBy(ref, dx, dy) {
  const named = ref ? target(ref, {usable: false}) : null;
  let element = named;
  while (element && !scrollOf(element, getComputedStyle(element))) element = aboveOf(element);
  const doc = named ? named.ownerDocument : document;
  const box = element || doc.scrollingElement || doc.documentElement;
  const before = [box.scrollLeft, box.scrollTop];
  box.scrollBy({left: dx, top: dy, behavior: 'instant'});
  if (clock && (box.scrollLeft !== before[0] || box.scrollTop !== before[1])) announceScroll(box);
}

// The browser tells of a scroll when it draws its next frame, at no fixed moment of the page's clock: here it is told at
// once, and what the browser says later of the same place is kept from the page.
const announced = new WeakMap();

function announceScroll(box) {
  const root = box === box.ownerDocument.scrollingElement;
  const target = root ? box.ownerDocument : box;
  announced.set(target, [box, box.scrollLeft, box.scrollTop]);
  target.dispatchEvent(new (viewOf(box).Event)('scroll', {bubbles: root}));
}

function onScroll(event) {
  const [box, left, top] = announced.get(event.target) || [];
  if (!box || !event.isTrusted) return;
  if (box.scrollLeft === left && box.scrollTop === top) event.stopImmediatePropagation();
  else announced.delete(event.target);
}

// A page can hand the keyboard to a frame of another site at any moment, without that being seen here; where there is one,
// what is typed is put into the field from within.
function strangers() {
  for (let i = 0; i < window.length; i++) {
    try {
      if (window[i].document) continue;
    } catch {
      return true;
    }
  }
  return false;
}

// ---- one action

const point = (element) => ({point: locate(element)});

function aim(element) {
  if (!CONFIG.virtual) aimed = element;
  return point(element);
}

const pointing = {
  click(action, trusted) {
    const element = target(action.ref);
    const list = tagOf(element) === 'option' ? element.closest('select') : null;
    if (list && isClosedList(list)) return pick(list, element, false);
    if (trusted) return aim(element);
    const at = locate(element);
    return (action.button === 'right' ? rightClickOn : clickOn)(partAt(element, at), at, action.modifiers || [], 1);
  },
  double_click(action, trusted) {
    const element = action.ref ? target(action.ref) : null;
    if (trusted) return aim(element);
    const at = element ? locate(element) : [action.x, action.y];
    return clickOn(element ? partAt(element, at) : spot(at), at, action.modifiers || [], 2);
  },
  hover(action, trusted) {
    const element = action.ref ? target(action.ref, {usable: false}) : null;
    if (trusted) return point(element);
    const at = element ? locate(element) : [action.x, action.y];
    return moveTo(element ? partAt(element, at) : spot(at), at);
  },
  drag: (action) => dragDom(action),
  click_at(action) {
    const at = [action.x, action.y];
    return clickOn(spot(at), at, action.modifiers || [], 1);
  },
};

const doing = {
  ...pointing,
  type(action, trusted) {
    const chooser = fileField(nodeOf(action.ref));
    if (chooser) return {files: refOf(target(action.ref) && chooser), several: chooser.multiple};
    const element = field(action.ref);
    if (typeof action.value === 'string') return setValue(element, action.value);
    if (!trusted || (!CONFIG.virtual && strangers())) return typeDom(element, action.text);
    element.scrollIntoViewIfNeeded(true);
    focusOn(element);
    selectAll(element);
    return {keys: true};
  },
  press(action) {
    if (action.ref) focusOn(target(action.ref));
    return {keys: true};
  },
  select: (action) => choose(action.ref, action.option),
  scroll: (action) => scrollBy(action.ref, action.dx, action.dy),
};

// Do what the page can do of an action. What is left to real mouse and keys comes back: `point`, `keys`.
function act(action, trusted) {
  pressing = true;
  aimed = null;
  marked = mutations;
  const failed = (error) => ({error: error instanceof Refused ? error.message : `the page refused: ${error.message}`});
  try {
    const outcome = doing[action.kind](action, trusted);
    return outcome instanceof Promise ? outcome.then(() => ({}), failed) : outcome || {};
  } catch (error) {
    return failed(error);
  }
}

// ---- what is watched in every document that this script reaches

// A page may put something else under the pointer while the mouse comes and presses: that gets nothing of it.
const PRESSES = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'dblclick'];

function onPress(event) {
  if (!aimed || !event.isTrusted || !aimed.isConnected) return;
  const hit = event.composedPath()[0];
  if (!hit || hit.nodeType !== 1 || reaches(aimed, hit) || composedContains(hit, aimed)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.type.endsWith('down')) missed = `something else came under the pointer instead of element ${quoted(aimed)}: look at the page again`;
}

let dragging = null; // the dragstart event since the mouse button went down

function onMouseDown(event) {
  dragging = null;
  const list = event.composedPath()[0];
  if (!(pressing || CONFIG.virtual) || !event.isTrusted || !list || list.nodeType !== 1) return;
  pressing = false;
  if (tagOf(list) === 'select' && isClosedList(list)) {
    event.preventDefault();
    focusOn(list);
  }
}

// After each move of a drag: let the page have a frame of its time, and say whether HTML's own dragging has begun.
async function dragged() {
  if (clock) await advance(FRAME, FRAME);
  return Boolean(dragging && !dragging.defaultPrevented);
}

const guarded = new WeakSet();
const leaving = new AbortController(); // a person's page gets rid of us again
const CAPTURE = CONFIG.own || CONFIG.virtual ? true : {capture: true, signal: leaving.signal};

function guard(view) {
  if (guarded.has(view)) return;
  guarded.add(view);
  if (!CONFIG.virtual) for (const type of PRESSES) view.addEventListener(type, onPress, CAPTURE);
  view.addEventListener('mousedown', onMouseDown, CAPTURE);
  view.addEventListener('dragstart', (event) => (dragging = event), CAPTURE);
  const heardBefore = clock && clock.heard.has('scroll');
  if (clock) view.addEventListener('scroll', onScroll, true);
  if (clock) watchFocus(view);
  if (clock && !heardBefore) clock.heard.delete('scroll'); // by us alone
  if (CONFIG.own) ownClipboard(view);
}
