// The page as a flat table of elements: one walk over the rendered tree, in document order.

let refs = new WeakMap(); // node -> ref
const nodes = []; // ref - base -> WeakRef of the node
let base = 0; // refs count from here on; not 0 in frames apart
let previous = null; // refs of the last observation

const UNLISTED = new Set([
  'script', 'style', 'head', 'meta', 'link', 'title', 'noscript', 'template', 'base', 'param', 'source', 'track', 'br', 'wbr',
  'defs', 'clippath', 'mask', 'pattern', 'lineargradient', 'radialgradient', 'filter', 'symbol', 'marker', 'desc', 'metadata', 'datalist',
]);
const ATTRIBUTES = ['id', 'class', 'type', 'href', 'title', 'alt', 'name', 'for', 'min', 'max', 'step', 'multiple', 'size'];
const GEOMETRY = [
  'x', 'y', 'cx', 'cy', 'r', 'rx', 'ry', 'width', 'height', 'x1', 'y1', 'x2', 'y2', 'points', 'd', 'transform', 'font-size',
];
const SHAPES = new Set(['rect', 'circle', 'ellipse', 'line', 'path', 'polygon', 'polyline', 'text', 'tspan']);
const ATTRIBUTE_LIMIT = 200;
const HANDLERS = ['onclick', 'onmousedown', 'onmouseup', 'ondblclick', 'onpointerdown'];
const NATURAL = new Set(['label', 'summary', 'option', 'area']);
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

const count = (from) => void (base = from);
const rootOf = ((get) => (element) => get.call(element))(Object.getOwnPropertyDescriptor(Element.prototype, 'shadowRoot').get);

const intersect = (a, b) => [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

function attributesOf(element) {
  const found = {};
  const keep = (name) => {
    const value = element.getAttribute(name);
    if (value !== null) found[name] = value.length > ATTRIBUTE_LIMIT ? value.slice(0, ATTRIBUTE_LIMIT) : value;
  };
  if (!element.hasAttributes()) return found;
  ATTRIBUTES.forEach(keep);
  if (isSvg(element)) GEOMETRY.forEach(keep);
  for (const {name} of element.attributes) if (name.startsWith('aria-')) keep(name);
  return found;
}

function isChecked(element, tag, role) {
  if (tag === 'input' && (element.type === 'checkbox' || element.type === 'radio')) return element.checked;
  return CHECKABLE.has(role) && element.getAttribute('aria-checked') === 'true';
}

function isEditable(element, tag) {
  if (tag === 'input') return EDITABLE_INPUTS.has(element.type) && !element.readOnly && !element.disabled;
  if (tag === 'textarea') return !element.readOnly && !element.disabled;
  return isEditingHost(element);
}

function isDisabled(element) {
  return ('disabled' in element && element.matches(':disabled')) || element.getAttribute('aria-disabled') === 'true';
}

function isClickable(element, tag, role, style, parentCursor) {
  if (CLICKABLE.has(role) || NATURAL.has(tag)) return true;
  if (style.cursor === 'pointer' && parentCursor !== 'pointer') return true;
  if (element.hasAttribute('tabindex') && element.tabIndex >= 0) return true;
  return HANDLERS.some((name) => element[name]);
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

function describe(element, tag, style, place) {
  const role = roleOf(element, tag);
  const found = {ref: refOf(element), tag};
  const put = (key, value, usual) => {
    if (value !== usual) found[key] = value;
  };
  put('parent', place.parent, 0);
  put('role', role, '');
  put('name', nameOf(element, tag, role), '');
  put('text', tag === 'textarea' || tag === 'select' ? '' : ownText(element), '');
  put('value', valueOf(element, tag), '');
  put('placeholder', element.getAttribute('placeholder') || '', '');
  const attributes = attributesOf(element);
  for (const _ in attributes) {
    found.attributes = attributes;
    break;
  }
  put('checked', isChecked(element, tag, role), false);
  put('selected', tag === 'option' ? element.selected : element.getAttribute('aria-selected') === 'true', false);
  put('focused', element === place.focus, false);
  put('disabled', isDisabled(element), false);
  put('editable', isEditable(element, tag), false);
  put('clickable', isClickable(element, tag, role, style, place.cursor), false);
  put('color', hex(isSvg(element) && SHAPES.has(tag) ? style.fill : style.color), '');
  put('background', hex(style.backgroundColor), '');
  return found;
}

function clipped(clip, box, style) {
  return style.overflowX === 'visible' && style.overflowY === 'visible' ? clip : intersect(clip, box);
}

// Where the children of an element stand: their listed parent, clips, opacity, cursor.
function inside(place, parent, element, tag, style, box) {
  const clip = tag === 'body' ? place.clip : clipped(place.clip, box, style);
  // reading `transform` is slow, so it is not asked for where it makes no difference
  const positioned = clip !== place.far && (style.position !== 'static' || style.transform !== 'none');
  return {...place, parent, clip, far: positioned ? clip : place.far, opacity: place.opacity * Number(style.opacity), cursor: style.cursor};
}

function clipFor(place, style) {
  if (style.position === 'fixed') return place.screen;
  return style.position === 'absolute' ? place.far : place.clip;
}

function walk(element, outer, list) {
  const tag = tagOf(element);
  if (UNLISTED.has(tag) || (element.id && ignored.has(element.id))) return;
  const style = getComputedStyle(element);
  const choice = tag === 'option' || tag === 'optgroup';
  if (style.display === 'none' && !choice) return;
  const place = {...outer, clip: clipFor(outer, style)};
  if (style.display === 'contents') return walkChildren(element, tag, {...place, cursor: style.cursor}, list);
  const rect = boxOf(element, tag);
  const left = rect.left + place.dx, top = rect.top + place.dy;
  const box = [left, top, left + rect.width, top + rect.height];
  const found = describe(element, tag, style, place);
  const at = list.push(found);
  walkChildren(element, tag, inside(place, found.ref, element, tag, style, box), list);
  const empty = !rect.width || !rect.height;
  if (empty && !choice && tag !== 'input' && list.length === at) {
    list.pop();
    return;
  }
  found.box = [round(left), round(top), round(rect.width), round(rect.height)];
  const scroll = tag === 'body' ? null : scrollOf(element, style);
  if (scroll) {
    found.scroll = scroll;
    noteScroll(element, found.ref, scroll[0], scroll[1]);
  }
  if (style.visibility !== 'visible' || place.opacity * Number(style.opacity) === 0 || (empty && tag === 'input')) found.visible = false;
  if (!overlaps(box, intersect(place.clip, place.screen))) found.in_viewport = false;
  if (style.display === 'inline') {
    const point = hollow(element, rect);
    if (point) place.points[found.ref] = [point[0] + place.dx, point[1] + place.dy];
  }
}

// A point of an element whose middle is not its own: a link over two lines, a ring. Of all others: null.
function hollow(element, rect) {
  const x = rect.left + rect.width / 2, y = rect.top + rect.height / 2;
  if (isSvg(element)) return element.isPointInFill ? pointOfShape(element, rect, x, y) : null;
  const rects = element.getClientRects();
  if (rects.length < 2) return null;
  for (const part of rects) if (x > part.left && x < part.right && y > part.top && y < part.bottom) return null;
  return [rects[0].left + rects[0].width / 2, rects[0].top + rects[0].height / 2];
}

function pointOfShape(element, rect, x, y) {
  const matrix = element.getScreenCTM();
  if (!matrix || tagOf(element) !== 'path') return null;
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
  for (let child = (root || element).firstElementChild; child; child = child.nextElementSibling) walk(child, inner, list);
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
  scrolled = '';
  noteScroll(window, 0, window.scrollX, window.scrollY);
  const screen = [0, 0, window.innerWidth, window.innerHeight];
  const focus = document.activeElement;
  if (document.body) {
    walk(document.body, {
      points, holes, parent: 0, dx: 0, dy: 0, clip: screen, far: screen, screen, opacity: 1, cursor: '', focus: focus === document.body ? null : focus,
    }, list);
  }
  if (CONFIG.still && due() && !again) return putOff(() => lookAgain(first, error));
  markNew(list, first);
  const copied = fresh ? clip : null;
  fresh = false;
  return native.stringify({
    url: location.href,
    title: document.title,
    viewport: [window.innerWidth, window.innerHeight],
    scroll: [round(window.scrollX), round(window.scrollY)],
    elements: list,
    points,
    holes,
    copied,
    closing: window.closed,
    probe: probe(),
    error,
  });
}

async function lookAgain(first, error) {
  wanted = drawn;
  await settle(0, error ? 0 : patience);
  return observe(first, error, true);
}
