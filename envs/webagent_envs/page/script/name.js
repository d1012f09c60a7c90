// What an element is called and what it is: role, accessible name, own text, value, colours.

// A page hides properties of its document, and of its forms, by giving their names to elements: `<img name=body>`. What is
// read of those goes by the prototype's own getter.
const getter = (owner, name) => ((get) => (node) => get.call(node))(Object.getOwnPropertyDescriptor(owner, name).get);
const parentOf = getter(Node.prototype, 'parentNode');
const aboveOf = getter(Node.prototype, 'parentElement');
const bodyOf = getter(Document.prototype, 'body');
const focusOf = getter(Document.prototype, 'activeElement');
const titleOf = getter(Document.prototype, 'title');
const firstOf = getter(Element.prototype, 'firstElementChild');
const nextOf = getter(Element.prototype, 'nextElementSibling');
const closestOf = (element, selector) => Element.prototype.closest.call(element, selector);

const collapse = (text, limit) => {
  if (!text) return '';
  const tidy = text.replace(/\s\s+|[^\S ]/g, ' ').trim();
  return tidy.length > limit ? tidy.slice(0, limit) : tidy;
};
const NAME_LIMIT = 200;
const TEXT_LIMIT = 500;
const NAMED_BY_CONTENT = new Set(CONFIG.roles.name_from_content);
const CLICKABLE = new Set(CONFIG.roles.clickable_roles);
const EDITABLE_INPUTS = new Set(CONFIG.roles.editable_inputs);
const LABELABLE = new Set(['button', 'input', 'meter', 'output', 'progress', 'select', 'textarea']);
const LABELS = new Set(['label', 'legend', 'summary', 'caption', 'figcaption']);
const BUTTON_INPUTS = {submit: 'Submit', reset: 'Reset', button: ''};

const tagOf = ({localName}) => (typeof localName === 'string' ? localName.toLowerCase() : 'form'); // nothing else can hide it
const isSvg = (element) => element.namespaceURI === 'http://www.w3.org/2000/svg';

// `mute`: it has no attributes that say anything of its role, its name or its use, as far as is known.
function roleOf(element, tag, mute = false, host = isEditingHost(element)) {
  const stated = mute ? null : element.getAttribute('role');
  if (stated && stated.trim()) return stated.trim().split(/\s+/)[0].toLowerCase();
  if (tag === 'input') return CONFIG.roles.inputs[element.type] || '';
  return CONFIG.roles.tags[tag] || (host ? 'textbox' : '');
}

function isEditingHost(element) {
  return element.isContentEditable === true && !(element.parentElement && element.parentElement.isContentEditable);
}

function ownText(element) {
  let text = '';
  for (let node = element.firstChild; node; node = node.nextSibling) if (node.nodeType === 3) text += ' ' + node.data;
  return text ? collapse(text, TEXT_LIMIT) : '';
}

// the text inside an element as a screen reader would say it
function contentText(element, budget = NAME_LIMIT) {
  let text = '';
  for (let node = element.firstChild; node && text.length < budget; node = node.nextSibling) {
    if (node.nodeType === 3) text += node.data;
    else if (node.nodeType === 1) text += ' ' + partText(node, budget - text.length) + ' ';
  }
  return text;
}

function partText(element, budget) {
  const tag = tagOf(element);
  if (tag === 'script' || tag === 'style' || element.getAttribute('aria-hidden') === 'true') return '';
  const stated = element.getAttribute('aria-label') || (tag === 'img' && element.getAttribute('alt'));
  if (stated) return stated;
  if (tag === 'svg') return svgTitle(element);
  if (tag === 'select' || tag === 'textarea' || tag === 'input') return '';
  if (element.firstElementChild === null && !element.firstChild) return '';
  return getComputedStyle(element).display === 'none' ? '' : contentText(element, budget);
}

function svgTitle(element) {
  for (let child = element.firstElementChild; child; child = child.nextElementSibling) {
    if (tagOf(child) === 'title') return child.textContent;
  }
  return '';
}

function referenced(element, ids) {
  const root = element.getRootNode();
  return ids.split(/\s+/).map((id) => {
    const target = id && root.getElementById ? root.getElementById(id) : null;
    return target ? target.getAttribute('aria-label') || contentText(target) : '';
  }).join(' ');
}

function firstChildText(element, tag) {
  for (let child = element.firstElementChild; child; child = child.nextElementSibling) {
    if (tagOf(child) === tag) return contentText(child);
  }
  return '';
}

// An element goes through its whole document for its labels; during a look they are therefore found once.
let labels = null; // by root, by element; null but during a look

function labelsOf(element) {
  if (!labels) return element.labels;
  const root = element.getRootNode();
  let known = labels.get(root);
  if (!known) {
    labels.set(root, (known = new Map()));
    for (const label of root.querySelectorAll('label')) {
      const owner = label.control;
      if (owner) known.set(owner, [...(known.get(owner) || []), label]);
    }
  }
  return known.get(element);
}

function nativeName(element, tag) {
  if (tag === 'input' && element.type in BUTTON_INPUTS) return element.value || BUTTON_INPUTS[element.type];
  if (tag === 'img' || tag === 'area' || (tag === 'input' && element.type === 'image')) return element.getAttribute('alt') || '';
  const named = LABELABLE.has(tag) || tag.includes('-') ? labelsOf(element) : null;
  if (named && named.length) return Array.from(named, (label) => contentText(label)).join(' ');
  if (tag === 'fieldset') return firstChildText(element, 'legend');
  if (tag === 'table') return firstChildText(element, 'caption');
  if (tag === 'figure') return firstChildText(element, 'figcaption');
  if (tag === 'option') return element.label;
  if (tag === 'optgroup') return element.label;
  return isSvg(element) ? svgTitle(element) : '';
}

function nameOf(element, tag, role, mute = false) {
  const by = mute ? '' : element.getAttribute('aria-labelledby');
  const name =
    (by && collapse(referenced(element, by), NAME_LIMIT)) ||
    (!mute && collapse(element.getAttribute('aria-label'), NAME_LIMIT)) ||
    collapse(nativeName(element, tag), NAME_LIMIT);
  if (name) return name;
  if (NAMED_BY_CONTENT.has(role) || LABELS.has(tag)) {
    const content = collapse(contentText(element), NAME_LIMIT);
    if (content) return content;
  }
  return mute ? '' : collapse(element.getAttribute('title'), NAME_LIMIT);
}

const veiled = new WeakSet(); // fields that were secret once: they stay so when the page shows what is in them

// On live pages what stands in a password field, or one that a person chose, is told to nobody.
function isSecret(element) {
  if (!CONFIG.mask) return false;
  if (element.type === 'password' || (CONFIG.private && element.matches(CONFIG.private))) veiled.add(element);
  return veiled.has(element);
}

function valueOf(element, tag, host) {
  if ((tag === 'input' || tag === 'textarea' || host) && isSecret(element)) return '•'.repeat((host ? element.innerText : element.value).length);
  if (tag === 'input') {
    if (element.type === 'checkbox' || element.type === 'radio' || element.type in BUTTON_INPUTS || element.type === 'image') return '';
    return element.value;
  }
  if (tag === 'textarea') return element.value;
  if (tag === 'select') return Array.from(element.selectedOptions, (option) => collapse(option.text, TEXT_LIMIT)).join(', ');
  if (tag === 'meter' || tag === 'progress') return String(element.value);
  return host ? collapse(element.innerText, TEXT_LIMIT) : '';
}

const hexes = new Map();

function hex(color) {
  let known = hexes.get(color);
  if (known === undefined) {
    const [, r, g, b, a] = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(color) || [];
    known = r === undefined || a === '0' ? '' : '#' + [r, g, b].map((part) => Number(part).toString(16).padStart(2, '0')).join('');
    hexes.set(color, known);
  }
  return known;
}
