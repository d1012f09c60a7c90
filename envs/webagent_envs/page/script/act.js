// What is done in the page itself: locating a click point, focusing, choosing, scrolling, and all of input="dom".

let hovered = null; // where the pointer of input="dom" is
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
  while (found && found.shadowRoot) {
    const inner = found.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === found) break;
    found = inner;
  }
  return found;
}

function composedContains(outer, inner) {
  for (let node = inner; node; node = node.parentNode || node.host) if (node === outer) return true;
  return false;
}

function reaches(element, hit) {
  if (!hit) return false;
  if (composedContains(element, hit) || (tagOf(element) === 'option' && hit === element.closest('select'))) return true;
  const label = hit.closest('label');
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
  if (!free && !CONFIG.virtual) {
    const hit = deepest(doc, ...points[0]);
    throw new Refused(hit
      ? `element ${quoted(element)} is covered by ${quoted(hit)}: deal with that first`
      : `element ${quoted(element)} cannot be scrolled into view`);
  }
  const [x, y] = free || points[0];
  return [x + dx, y + dy];
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
  let element = ref ? target(ref, {usable: false}) : null;
  while (element && !scrollOf(element, getComputedStyle(element))) element = element.parentElement;
  (element || window).scrollBy({left: dx, top: dy, behavior: 'instant'});
}

// ---- input="dom": the events that a real mouse and keyboard would cause, made in the page

function fire(element, type, [x, y], extra = {}) {
  const view = viewOf(element);
  const kind = type.startsWith('pointer') || type === 'click' ? view.PointerEvent : view.MouseEvent;
  const bubbles = !/enter|leave/.test(type);
  const init = {bubbles, cancelable: bubbles, composed: true, view, clientX: x, clientY: y, screenX: x, screenY: y, ...extra};
  if (kind === view.PointerEvent) Object.assign(init, {pointerId: 1, pointerType: 'mouse', isPrimary: true});
  return element.dispatchEvent(new kind(type, init));
}

function chain(element) {
  const found = [];
  for (let node = element; node && node.nodeType === 1; node = node.parentElement) found.push(node);
  return found;
}

function moveTo(element, point, extra = {}) {
  if (element !== hovered) {
    const before = hovered && hovered.isConnected ? chain(hovered) : [];
    const after = chain(element);
    if (before.length) for (const type of ['pointerout', 'mouseout']) fire(hovered, type, point, extra);
    for (const node of before) if (!after.includes(node)) for (const type of ['pointerleave', 'mouseleave']) fire(node, type, point, extra);
    for (const type of ['pointerover', 'mouseover']) fire(element, type, point, extra);
    for (const node of after.reverse()) if (!before.includes(node)) for (const type of ['pointerenter', 'mouseenter']) fire(node, type, point, extra);
    hovered = element;
  }
  for (const type of ['pointermove', 'mousemove']) fire(element, type, point, extra);
}

function press(element, point, extra) {
  fire(element, 'pointerdown', point, {...extra, buttons: 1});
  if (!fire(element, 'mousedown', point, {...extra, buttons: 1})) return;
  const focusable = 'a[href],area[href],button,input,select,textarea,summary,iframe,[tabindex],[contenteditable=""],[contenteditable="true"]';
  const holder = element.closest(focusable);
  if (holder && !isDisabled(holder)) focusOn(holder);
  else if (!element.closest('label') && element.ownerDocument.activeElement) element.ownerDocument.activeElement.blur();
}

function release(element, point, extra) {
  fire(element, 'pointerup', point, extra);
  fire(element, 'mouseup', point, extra);
}

function clickOn(element, point, modifiers, count) {
  const held = {altKey: modifiers.includes('Alt'), ctrlKey: modifiers.includes('Control'), metaKey: modifiers.includes('Meta'), shiftKey: modifiers.includes('Shift')};
  moveTo(element, point, held);
  for (let detail = 1; detail <= count; detail++) {
    press(element, point, {...held, detail});
    release(element, point, {...held, detail});
    const list = tagOf(element) === 'option' ? element.closest('select') : null;
    if (list) pick(list, element, held.ctrlKey && list.multiple);
    fire(element, 'click', point, {...held, detail});
  }
  if (count === 2) fire(element, 'dblclick', point, {...held, detail: 2});
}

// the element that is really there, when it is a part of the one that was named
function partAt(element, point) {
  const [dx, dy] = frameOffset(element);
  const hit = deepest(element.ownerDocument, point[0] - dx, point[1] - dy);
  return hit && composedContains(element, hit) ? hit : element;
}

function dragDom(action) {
  const element = target(action.ref);
  const start = locate(element);
  const end = action.to ? locate(target(action.to)) : [start[0] + action.dx, start[1] + action.dy];
  const from = partAt(element, start);
  moveTo(from, start);
  press(from, start, {detail: 1});
  for (let i = 1; i <= 5; i++) {
    const point = [start[0] + ((end[0] - start[0]) * i) / 5, start[1] + ((end[1] - start[1]) * i) / 5];
    moveTo(deepest(document, ...point) || from, point, {buttons: 1});
  }
  const over = deepest(document, ...end) || from;
  release(over, end, {detail: 1});
  if (over === from) fire(over, 'click', end, {detail: 1});
}

function typeDom(element, text) {
  focusOn(element);
  selectAll(element);
  const doc = element.ownerDocument, view = viewOf(element);
  if (!text) doc.execCommand('delete');
  for (const key of text) {
    const init = {key, bubbles: true, cancelable: true, composed: true, keyCode: key.toUpperCase().charCodeAt(0), view};
    const go = element.dispatchEvent(new view.KeyboardEvent('keydown', init)) && element.dispatchEvent(new view.KeyboardEvent('keypress', init));
    if (go) doc.execCommand('insertText', false, key);
    element.dispatchEvent(new view.KeyboardEvent('keyup', init));
  }
}

// ---- one action

const point = (element) => ({point: locate(element)});

const pointing = {
  click(action, trusted) {
    const element = target(action.ref);
    const list = tagOf(element) === 'option' ? element.closest('select') : null;
    if (list && isClosedList(list)) return pick(list, element, false);
    if (trusted) return point(element);
    const at = locate(element);
    return clickOn(partAt(element, at), at, action.modifiers || [], 1);
  },
  double_click(action, trusted) {
    const element = target(action.ref);
    if (trusted) return point(element);
    const at = locate(element);
    return clickOn(partAt(element, at), at, [], 2);
  },
  hover(action, trusted) {
    const element = target(action.ref, {usable: false});
    if (trusted) return point(element);
    const at = locate(element);
    return moveTo(partAt(element, at), at);
  },
  drag(action, trusted) {
    if (!trusted) return dragDom(action);
    const start = locate(target(action.ref));
    return {point: start, to: action.to ? locate(target(action.to)) : [start[0] + action.dx, start[1] + action.dy]};
  },
  click_at(action, trusted) {
    const at = [action.x, action.y];
    if (trusted) return {point: at};
    const hit = deepest(document, ...at);
    if (!hit) throw new Refused(`nothing is at ${at.join(', ')}: choose a point inside the viewport`);
    return clickOn(hit, at, [], 1);
  },
};

const doing = {
  ...pointing,
  type(action, trusted) {
    const element = field(action.ref);
    if (typeof action.value === 'string') return setValue(element, action.value);
    if (!trusted) return typeDom(element, action.text);
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

// Do what the page can do of an action. What is left to real mouse and keys comes back: `point`, `to`, `keys`.
function act(action, trusted) {
  pressing = true;
  marked = mutations;
  try {
    return doing[action.kind](action, trusted) || {};
  } catch (error) {
    return {error: error instanceof Refused ? error.message : `the page refused: ${error.message}`};
  }
}

window.addEventListener('mousedown', (event) => {
  const list = event.composedPath()[0];
  if (!(pressing || CONFIG.virtual) || !event.isTrusted || !list || list.nodeType !== 1) return;
  pressing = false;
  if (tagOf(list) === 'select' && isClosedList(list)) {
    event.preventDefault();
    focusOn(list);
  }
}, true);
