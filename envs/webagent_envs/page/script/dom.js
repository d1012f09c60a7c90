// input="dom": the events that a real mouse and keyboard would cause, made in the page

const MOVES = 5; // of a drag

// Events that do nothing where nobody listens. Most pages listen to none of them, and each takes as long to make as an
// element to describe.
const IDLE = new Set([
  'pointerover', 'pointerout', 'pointerenter', 'pointerleave', 'pointermove', 'pointerdown', 'pointerup',
  'mouseover', 'mouseout', 'mouseenter', 'mouseleave',
]);

function unheard(element, type) {
  if (!clock || !IDLE.has(type) || clock.heard.has(type)) return false;
  const slot = `on${type}`;
  for (let node = element; node; node = node.parentNode || node.host) if (node[slot]) return false;
  return !viewOf(element)[slot];
}

function fire(element, type, [screenX, screenY], extra = {}) {
  if (unheard(element, type)) return true;
  const view = viewOf(element);
  const [dx, dy] = view === window ? [0, 0] : frameOffset(element);
  const x = screenX - dx, y = screenY - dy;
  const pointer = type.startsWith('pointer') || ['click', 'auxclick', 'contextmenu'].includes(type);
  const kind = pointer ? view.PointerEvent : extra.dataTransfer ? view.DragEvent : view.MouseEvent;
  const bubbles = !/enter|leave/.test(type);
  const init = {bubbles, cancelable: bubbles, composed: true, view, clientX: x, clientY: y, screenX, screenY, ...extra};
  if (pointer) Object.assign(init, {pointerId: 1, pointerType: 'mouse', isPrimary: true});
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
  fire(element, 'pointerdown', point, {buttons: 1, ...extra});
  if (!fire(element, 'mousedown', point, {buttons: 1, ...extra})) return false;
  const focusable = 'a[href],area[href],button,input,select,textarea,summary,iframe,[tabindex],[contenteditable=""],[contenteditable="true"]';
  const holder = element.closest(focusable);
  if (holder && !isDisabled(holder)) focusOn(holder);
  else if (!element.closest('label') && element.ownerDocument.activeElement) element.ownerDocument.activeElement.blur();
  return true;
}

function release(element, point, extra) {
  fire(element, 'pointerup', point, extra);
  fire(element, 'mouseup', point, extra);
}

// ---- text selection, as the browser makes it of what a mouse does

const isField = (node) => (tagOf(node) === 'textarea' || tagOf(node) === 'input') && typeof node.selectionStart === 'number';

// The place in the text that is nearest to a point: of a field itself, or of a text node; none where nothing can be selected.
function caretAt(element, [x, y]) {
  if (getComputedStyle(element).userSelect === 'none' && !isField(element)) return null;
  const [dx, dy] = frameOffset(element);
  const found = element.ownerDocument.caretPositionFromPoint(x - dx, y - dy);
  return found && found.offsetNode ? {node: isField(element) ? element : found.offsetNode, offset: found.offset} : null;
}

function selectText(from, to) {
  const node = from.node;
  if (node.nodeType === 1 && isField(node)) {
    if (to.node !== node) return;
    const backward = to.offset < from.offset;
    node.setSelectionRange(Math.min(from.offset, to.offset), Math.max(from.offset, to.offset), backward ? 'backward' : 'forward');
  } else viewOf(node.nodeType === 1 ? node : node.parentElement).getSelection().setBaseAndExtent(node, from.offset, to.node, to.offset);
}

function placeCaret(element, point) {
  const edits = isField(element) || element.isContentEditable;
  if (!edits && viewOf(element).getSelection().isCollapsed) return; // a click on text that is not selected shows nothing
  const caret = caretAt(element, point);
  if (caret) selectText(caret, caret);
}

const WORD = /[\p{L}\p{N}_]/u;

function selectWord(element, point) {
  const caret = caretAt(element, point);
  const text = caret && (caret.node.nodeType === 3 ? caret.node.data : isField(caret.node) ? caret.node.value : '');
  if (!text) return;
  let start = caret.offset, end = caret.offset;
  while (start > 0 && WORD.test(text[start - 1])) start--;
  while (end < text.length && WORD.test(text[end])) end++;
  selectText({node: caret.node, offset: start}, {node: caret.node, offset: end});
}

// ---- clicks

const anchors = new WeakMap(); // list -> the option from which a click with Shift reaches

function choosing(list, option, {ctrlKey, shiftKey}) {
  const anchor = anchors.get(list);
  if (!shiftKey || !list.multiple || !anchor || anchor.closest('select') !== list) {
    anchors.set(list, option);
    return pick(list, option, ctrlKey && list.multiple);
  }
  const [first, last] = [anchor.index, option.index].sort((a, b) => a - b);
  for (const other of list.options) other.selected = other.index >= first && other.index <= last;
  changed(list);
}

const holding = (modifiers) => ({altKey: modifiers.includes('Alt'), ctrlKey: modifiers.includes('Control'), metaKey: modifiers.includes('Meta'), shiftKey: modifiers.includes('Shift')});

function rightClickOn(element, point, modifiers) {
  const held = {...holding(modifiers), button: 2, detail: 1};
  moveTo(element, point, holding(modifiers));
  press(element, point, {...held, buttons: 2});
  fire(element, 'contextmenu', point, held);
  release(element, point, held);
  fire(element, 'auxclick', point, held);
}

function clickOn(element, point, modifiers, count) {
  const held = holding(modifiers);
  moveTo(element, point, held);
  for (let detail = 1; detail <= count; detail++) {
    if (press(element, point, {...held, detail})) (detail === 2 ? selectWord : placeCaret)(element, point);
    release(element, point, {...held, detail});
    const list = tagOf(element) === 'option' ? element.closest('select') : null;
    if (list) choosing(list, element, held);
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

// the element at a point of the topmost viewport, in whatever frame or shadow root
function spot([x, y]) {
  let hit = deepest(document, x, y);
  if (!hit) throw new Refused(`nothing is at ${x}, ${y}: choose a point inside the viewport`);
  while (hit.contentDocument && hit.contentDocument.body) {
    const [dx, dy] = frameOffset(hit.contentDocument.body);
    const inner = deepest(hit.contentDocument, x - dx, y - dy);
    if (!inner) break;
    hit = inner;
  }
  return hit;
}

// ---- drags

async function dragDom(action) {
  const to = action.to ? target(action.to) : null;
  const element = action.ref ? target(action.ref) : null;
  let start = element ? locate(element) : [action.x, action.y];
  const end = to ? locate(to) : [start[0] + action.dx, start[1] + action.dy];
  if (to && element) start = locate(element); // which may have been scrolled on the way to `to`
  const from = element ? partAt(element, start) : spot(start);
  const hit = (point) => {
    try {
      return spot(point);
    } catch {
      return from; // outside the viewport the element that was pressed keeps the pointer
    }
  };
  moveTo(from, start);
  const go = press(from, start, {detail: 1});
  const source = go && carrierOf(from);
  const caret = go && !source && caretAt(from, start);
  let cargo = null, over = from;
  for (let i = 1; i <= MOVES; i++) {
    const point = [start[0] + ((end[0] - start[0]) * i) / MOVES, start[1] + ((end[1] - start[1]) * i) / MOVES];
    over = hit(point);
    if (cargo) carryTo(cargo, over, point);
    else {
      moveTo(over, point, {buttons: 1});
      if (source && i === 1) cargo = pickUp(source, start);
      const reached = caret && caretAt(isField(from) ? from : over, point);
      if (reached) selectText(caret, reached);
    }
    if (clock) await advance(FRAME, FRAME);
  }
  if (cargo) return drop(cargo, end);
  over = hit(end);
  release(over, end, {detail: 1});
  if (over === from) fire(over, 'click', end, {detail: 1});
}

// HTML's own dragging: what would be carried when the mouse is moved with the button held on an element
function carrierOf(element) {
  for (let node = element; node; node = node.parentElement) if (node.draggable) return node;
  return null;
}

function pickUp(source, point) {
  const dataTransfer = new (viewOf(source).DataTransfer)();
  const address = source.href || source.src;
  if (address) for (const type of ['text/uri-list', 'text/plain']) dataTransfer.setData(type, String(address));
  if (!fire(source, 'dragstart', point, {dataTransfer})) return null;
  fire(source, 'pointercancel', point);
  return {source, dataTransfer, over: null, accepted: false};
}

function carryTo(cargo, element, point) {
  const {source, dataTransfer} = cargo, extra = {dataTransfer, buttons: 1};
  fire(source, 'drag', point, extra);
  if (element !== cargo.over) {
    fire(element, 'dragenter', point, extra);
    if (cargo.over) fire(cargo.over, 'dragleave', point, extra);
    cargo.over = element;
  }
  cargo.accepted = !fire(element, 'dragover', point, extra);
}

function drop({source, dataTransfer, over, accepted}, point) {
  if (over) fire(over, accepted ? 'drop' : 'dragleave', point, {dataTransfer});
  fire(source, 'dragend', point, {dataTransfer});
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
