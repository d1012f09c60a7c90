// The page as a flat table of elements: one walk over the rendered tree, in document order.

let refs = new WeakMap(); // node -> ref
const nodes = []; // ref - base -> WeakRef of the node
let base = 0; // refs count from here on; not 0 in frames apart
let previous = null; // refs of the last observation

const UNLISTED = new Set([
  'script', 'style', 'head', 'meta', 'link', 'title', 'noscript', 'template', 'base', 'param', 'source', 'track', 'br', 'wbr',
  'defs', 'clippath', 'mask', 'pattern', 'lineargradient', 'radialgradient', 'filter', 'symbol', 'marker', 'desc', 'metadata', 'datalist',
]);
const ATTRIBUTES = [
  'id', 'class', 'type', 'href', 'title', 'alt', 'name', 'for', 'min', 'max', 'step', 'multiple', 'size',
  'data-testid', 'data-test', 'data-test-id', 'data-qa', 'data-cy',
];
const GEOMETRY = [
  'x', 'y', 'cx', 'cy', 'r', 'rx', 'ry', 'width', 'height', 'x1', 'y1', 'x2', 'y2', 'points', 'd', 'transform', 'font-size',
];
const MUTE = new Set([...ATTRIBUTES.filter((name) => name !== 'title'), 'style']); // say neither role, name nor use
const ABLE = new Set(['button', 'fieldset', 'input', 'optgroup', 'option', 'select', 'textarea']); // or else `:disabled`
const RANKS = new Map([...ATTRIBUTES, ...GEOMETRY].map((name, i) => [name, i + 1])); // they are told in this order
const ARIA = RANKS.size + 1;
const SHAPES = new Set(['rect', 'circle', 'ellipse', 'line', 'path', 'polygon', 'polyline', 'text', 'tspan']);
const ATTRIBUTE_LIMIT = 200;
const NATURAL = new Set(['label', 'summary', 'option', 'area']);
const HOLDERS = new Set(['iframe', 'frame', 'slot']); // show what are no children of theirs
const CHECKABLE = new Set(['checkbox', 'radio', 'switch', 'menuitemcheckbox', 'menuitemradio']);
const ignored = new Set(CONFIG.ignore);
const SMALLEST = 3; // pixels; what counts visits is smaller
const round = (number) => Math.round(number * 100) / 100;

function refOf(node) {
  let ref = refs.get(node);
  if (ref === undefined) {
    ref = base + nodes.length + 1;
    nodes.push(new WeakRef(node));
    refs.set(node, ref);
  }
  return ref;
}

function nodeOf(ref) {
  const at = ref - base;
  const node = at > 0 && at <= nodes.length ? nodes[at - 1].deref() : undefined;
  return node && node.isConnected ? node : null;
}

const count = (from) => (base = base || from); // a document that was met before keeps its refs
const rootOf = getter(Element.prototype, 'shadowRoot');

const intersect = (a, b) => [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

const rankOf = (name) => RANKS.get(name) || (name.startsWith('aria-') ? ARIA : 0);

// Those that matter, or null for none.
function attributesOf(element, svg, names) {
  let found = null, last = 0, sorted = true;
  for (let i = 0; i < names.length; i++) {
    const name = names[i], rank = rankOf(name);
    if (!rank || (!svg && rank > ATTRIBUTES.length && rank < ARIA)) continue;
    const value = element.getAttribute(name);
    if (!found) found = {};
    found[name] = value.length > ATTRIBUTE_LIMIT ? value.slice(0, ATTRIBUTE_LIMIT) : value;
    if (rank < last) sorted = false;
    last = rank;
  }
  return sorted ? found : Object.fromEntries(Object.entries(found).sort(([one], [other]) => rankOf(one) - rankOf(other)));
}

function isChecked(element, tag, role) {
  if (tag === 'input' && (element.type === 'checkbox' || element.type === 'radio')) return element.checked;
  return CHECKABLE.has(role) && element.getAttribute('aria-checked') === 'true';
}

function isEditable(element, tag, host = isEditingHost(element)) {
  if (tag === 'input') return EDITABLE_INPUTS.has(element.type) && !element.readOnly && !element.disabled;
  if (tag === 'textarea') return !element.readOnly && !element.disabled;
  return host;
}

// Elements that a page has made itself may be controls, too.
const isOff = (element, tag) => (ABLE.has(tag) || tag.includes('-')) && element.matches(':disabled');
const isDisabled = (element) => isOff(element, tagOf(element)) || element.getAttribute('aria-disabled') === 'true';

function isClickable(element, tag, role, mute, cursor, parentCursor) {
  if (CLICKABLE.has(role) || NATURAL.has(tag)) return true;
  if (cursor === 'pointer' && parentCursor !== 'pointer') return true;
  if (!mute && element.hasAttribute('tabindex') && element.tabIndex >= 0) return true;
  return Boolean(element.onclick || element.onmousedown || element.onmouseup || element.ondblclick || element.onpointerdown);
}

const scrolls = (overflow) => overflow === 'auto' || overflow === 'scroll' || overflow === 'overlay';

function scrollOf(element, style) {
  const across = scrolls(style.overflowX), along = scrolls(style.overflowY);
  if (!across && !along) return null;
  const right = across ? element.scrollWidth - element.clientWidth : 0;
  const down = along ? element.scrollHeight - element.clientHeight : 0;
  if (right <= 1 && down <= 1) return null;
  return [element.scrollLeft, element.scrollTop, Math.max(0, right), Math.max(0, down)].map(round);
}

// A closed list shows no boxes for its options: they count as lying where the list is.
function boxOf(element, tag) {
  const rect = element.getBoundingClientRect();
  if ((tag === 'option' || tag === 'optgroup') && !rect.width && !rect.height) {
    const list = element.closest('select');
    if (list) return list.getBoundingClientRect();
  }
  return rect;
}

// All of an element but its place; what is as usual is left out. Every element comes by here at every look.
function describe(element, tag, svg, style, cursor, place) {
  const names = element.getAttributeNames();
  const mute = names.every((name) => MUTE.has(name));
  const host = tag !== 'input' && tag !== 'textarea' && isEditingHost(element);
  const role = roleOf(element, tag, mute, host);
  const name = nameOf(element, tag, role, mute);
  const text = tag === 'textarea' || tag === 'select' ? '' : ownText(element);
  const value = valueOf(element, tag, host);
  const color = hex(svg && SHAPES.has(tag) ? style.fill : style.color);
  const background = hex(style.backgroundColor);
  const found = {ref: refOf(element), tag};
  if (place.parent) found.parent = place.parent;
  if (role) found.role = role;
  if (name) found.name = name;
  if (text) found.text = text;
  if (value) found.value = value;
  if (names.length) describeAttributes(found, element, tag, svg, names, mute);
  if (isChecked(element, tag, role)) found.checked = true;
  if (tag === 'option' && element.selected) found.selected = true;
  if (element === place.focus) found.focused = true;
  if (isOff(element, tag)) found.disabled = true;
  if (isEditable(element, tag, host)) found.editable = true;
  if (isClickable(element, tag, role, mute, cursor, place.cursor)) found.clickable = true;
  if (color) found.color = color;
  if (background) found.background = background;
  return found;
}

function describeAttributes(found, element, tag, svg, names, mute) {
  const placeholder = mute ? '' : element.getAttribute('placeholder');
  if (placeholder) found.placeholder = placeholder;
  const attributes = attributesOf(element, svg, names);
  if (!attributes) return;
  found.attributes = attributes;
  if (attributes['aria-selected'] === 'true' && tag !== 'option') found.selected = true;
  if (attributes['aria-disabled'] === 'true') found.disabled = true;
}

// A form whose fields have the names of what is asked of it here cannot be described; what is in it can.
let asked = null;

function hidesItself(form) {
  if (CONFIG.virtual) return false;
  asked = asked || [HTMLElement, Element, Node].flatMap((owner) => Object.getOwnPropertyNames(owner.prototype));
  return asked.some((name) => name !== 'constructor' && Object.hasOwn(form, name));
}

function clipFor(place, style) {
  if (place.clip === place.screen && place.far === place.screen) return place.screen;
  if (style.position === 'fixed') return place.screen;
  return style.position === 'absolute' ? place.far : place.clip;
}

function walk(element, place, list) {
  const tag = tagOf(element);
  if (UNLISTED.has(tag) || (element.id && ignored.has(element.id))) return;
  const style = getComputedStyle(element), display = style.display;
  const choice = tag === 'option' || tag === 'optgroup';
  if (display === 'none' && !choice) return;
  const clip = clipFor(place, style), cursor = style.cursor;
  if (display === 'contents' || (tag === 'form' && hidesItself(element))) return walkChildren(element, tag, {...place, clip, cursor}, list);
  const svg = isSvg(element);
  const lines = display === 'inline' && !svg && !choice ? element.getClientRects() : null;
  const rect = lines && lines.length === 1 ? lines[0] : boxOf(element, tag);
  const width = rect.width, height = rect.height, left = rect.left + place.dx, top = rect.top + place.dy;
  const empty = !width || !height, unseen = empty && !choice && tag !== 'input';
  const leaf = !element.firstElementChild && !HOLDERS.has(tag) && !rootOf(element);
  if (leaf && unseen) return void refOf(element);
  const box = [left, top, left + width, top + height], ownOpacity = style.opacity;
  const opacity = ownOpacity === '1' ? place.opacity : place.opacity * Number(ownOpacity);
  const cuts = tag !== 'body' && !(leaf && lines) && style.overflow !== 'visible';
  const found = describe(element, tag, svg, style, cursor, place);
  const at = list.push(found);
  if (!leaf) walkInto(element, tag, style, cuts && box, {...place, parent: found.ref, clip, opacity, cursor}, list);
  if (unseen && list.length === at) {
    list.pop();
    return;
  }
  found.box = [round(left), round(top), round(width), round(height)];
  const scroll = cuts ? scrollOf(element, style) : null;
  if (scroll) {
    found.scroll = scroll;
    noteScroll(element, found.ref, scroll[0], scroll[1]);
  }
  if (opacity === 0 || style.visibility !== 'visible' || (empty && tag === 'input')) found.visible = false;
  if (!overlaps(box, clip === place.screen ? clip : intersect(clip, place.screen))) found.in_viewport = false;
  const point = display === 'inline' ? hollow(element, rect, lines) : null;
  if (point) place.points[found.ref] = [point[0] + place.dx, point[1] + place.dy];
}

// `box`: what cuts off its content, if anything does; `inner`: where the element itself stands. Reading `transform` is
// slow, so it is not asked for where it makes no difference.
function walkInto(element, tag, style, box, inner, list) {
  if (box) inner.clip = intersect(inner.clip, box);
  if (inner.clip !== inner.far && (style.position !== 'static' || style.transform !== 'none')) inner.far = inner.clip;
  walkChildren(element, tag, inner, list);
}

// A point of an element whose middle is not its own: a link over two lines, a ring. Of all others: null.
function hollow(element, rect, rects = element.getClientRects()) {
  if (rects && rects.length < 2) return null;
  const x = rect.left + rect.width / 2, y = rect.top + rect.height / 2;
  if (isSvg(element)) return tagOf(element) === 'path' ? pointOfShape(element, rect, x, y) : null;
  for (const part of rects) if (x > part.left && x < part.right && y > part.top && y < part.bottom) return null;
  return [rects[0].left + rects[0].width / 2, rects[0].top + rects[0].height / 2];
}

function pointOfShape(element, rect, x, y) {
  const matrix = element.getScreenCTM();
  if (!matrix) return null;
  const back = matrix.inverse();
  const within = (px, py) => element.isPointInFill(new DOMPoint(px, py).matrixTransform(back));
  if (within(x, y)) return null;
  let best = null;
  for (let i = 1; i < 10; i++) {
    for (let j = 1; j < 10; j++) {
      const px = rect.left + (rect.width * i) / 10, py = rect.top + (rect.height * j) / 10;
      const far = (px - x) ** 2 + (py - y) ** 2;
      if (within(px, py) && (!best || far < best[2])) best = [px, py, far];
    }
  }
  return best && [best[0], best[1]];
}

function walkChildren(element, tag, place, list) {
  if (tag === 'iframe' || tag === 'frame') return walkFrame(element, place, list);
  if (tag === 'slot') {
    const assigned = element.assignedElements({flatten: true});
    if (assigned.length) return assigned.forEach((child) => walk(child, place, list));
  }
  if (tag === 'details' && !element.open) {
    for (const child of element.children) if (tagOf(child) === 'summary') return walk(child, place, list);
    return;
  }
  const root = rootOf(element);
  const inner = root ? {...place, focus: root.activeElement || place.focus} : place;
  for (let child = root ? root.firstElementChild : firstOf(element); child; child = nextOf(child)) walk(child, inner, list);
}

function walkFrame(frame, place, list) {
  const inner = frame.contentDocument; // null: of another origin
  if (inner && !inner.body) return;
  const rect = frame.getBoundingClientRect();
  const style = getComputedStyle(frame);
  const left = rect.left + place.dx + frame.clientLeft + parseFloat(style.paddingLeft);
  const top = rect.top + place.dy + frame.clientTop + parseFloat(style.paddingTop);
  const screen = intersect(place.clip, [left, top, left + frame.clientWidth, top + frame.clientHeight]);
  const focused = frame === place.focus;
  if (!inner) {
    if (frame.clientWidth < SMALLEST || frame.clientHeight < SMALLEST) return;
    const visible = place.opacity > 0 && style.visibility === 'visible';
    place.holes.push({ref: refOf(frame), at: list.length, x: left, y: top, clip: screen, visible, focused});
    return;
  }
  guard(inner.defaultView);
  noteScroll(inner.defaultView, refOf(frame), inner.defaultView.scrollX, inner.defaultView.scrollY);
  const focus = focused && inner.activeElement !== inner.body ? inner.activeElement : null;
  walk(inner.body, {...place, dx: left, dy: top, clip: screen, far: screen, screen, cursor: '', focus}, list);
}

function markNew(list, first) {
  const seen = new Set();
  for (const found of list) {
    seen.add(found.ref);
    if (!first && !(previous && previous.has(found.ref))) found.new = true;
  }
  previous = seen;
}

// Everything that Observation says of the page, as JSON; `first`: nothing counts as new. Or 'due' (see drawing.js), unless
// it is looked at `again`.
function observe(first, error = '', again = false) {
  const list = [];
  const points = {}, holes = [];
  if (!moment) stopRecording(); // nobody will go back
  scrolled = '';
  labels = new Map();
  noteScroll(window, 0, window.scrollX, window.scrollY);
  const screen = [0, 0, window.innerWidth, window.innerHeight];
  const focus = focusOf(document), body = bodyOf(document);
  if (body) {
    walk(body, {
      points, holes, parent: 0, dx: 0, dy: 0, clip: screen, far: screen, screen, opacity: 1, cursor: '', focus: focus === body ? null : focus,
    }, list);
  }
  labels = null;
  if (CONFIG.still && due() && !again) return putOff(() => lookAgain(first, error));
  markNew(list, first);
  const copied = fresh ? clip : null;
  const wrong = error || missed;
  fresh = false;
  aimed = null;
  missed = '';
  return native.stringify({
    url: location.href,
    title: titleOf(document),
    viewport: [window.innerWidth, window.innerHeight],
    scroll: [round(window.scrollX), round(window.scrollY)],
    elements: list,
    points,
    holes,
    copied,
    closing: window.closed,
    probe: probe(),
    error: wrong,
  });
}

async function lookAgain(first, error) {
  wanted = drawn;
  await settle(0, error ? 0 : patience);
  return observe(first, error, true);
}
