// What an action on an element would set going, for whoever must decide whether a person is asked first. A form's own
// properties can be hidden by the names of its fields, so they are read from where no page can put anything.

const methodOf = getter(HTMLFormElement.prototype, 'method');
const goalOf = getter(HTMLFormElement.prototype, 'action');
const fieldsOf = getter(HTMLFormElement.prototype, 'elements');
const PAYING = /^cc-|transaction-/;

// Where a link leads; nowhere, when it only runs a script.
function goal(link) {
  if (!['a', 'area'].includes(tagOf(link)) || !link.href) return '';
  const address = new URL(typeof link.href === 'string' ? link.href : link.href.baseVal, document.baseURI);
  return address.protocol === 'javascript:' ? '' : address.href;
}

// The control that a click on an element operates.
function operated(element) {
  const label = element.closest('label');
  const control = element.closest('button, input, select, textarea, summary, a[href], area[href]');
  return control || (label && label.control) || element;
}

const submits = (control) => control.form && ((tagOf(control) === 'button' && control.type === 'submit') ||
  (tagOf(control) === 'input' && (control.type === 'submit' || control.type === 'image')));

const sendsOnEnter = (control) => control.form && tagOf(control) === 'input' && !['button', 'reset', 'file'].includes(control.type);

function sending(form, button) {
  const stated = (name) => button && button.hasAttribute(name);
  return {
    method: stated('formmethod') ? button.formMethod : methodOf(form),
    leads: stated('formaction') ? button.formAction : goalOf(form),
    pays: Array.from(fieldsOf(form)).some((field) => PAYING.test(field.autocomplete || '')),
  };
}

function seen(element) {
  const rect = element.getBoundingClientRect();
  if (rect.width < SMALLEST || rect.height < SMALLEST) return false;
  let opacity = 1;
  for (let node = element; node && node.nodeType === 1; node = parentOf(node) instanceof ShadowRoot ? parentOf(node).host : parentOf(node)) {
    opacity *= Number(getComputedStyle(node).opacity);
  }
  return opacity > FAINTEST;
}

const FAINTEST = 0.1;
const DRAWN = 'img, svg, canvas, video, input, select, textarea, button, object, iframe, frame, meter, progress, audio, hr';

// Whether anything of an element is drawn: a sheet of glass has a name and a place, but nothing to see.
function inked(element) {
  if (element.matches(DRAWN) || isSvg(element) || element.querySelector(DRAWN) || element.textContent.trim() || rootOf(element)) return true;
  const marks = (style) => style.backgroundImage !== 'none' || hex(style.backgroundColor) || style.boxShadow !== 'none' ||
    style.maskImage !== 'none' || style.outlineStyle !== 'none' || ['Top', 'Right', 'Bottom', 'Left'].some((side) => parseFloat(style[`border${side}Width`]));
  const parts = ['::before', '::after'].map((part) => getComputedStyle(element, part)).filter(({content}) => content !== 'none' && content !== 'normal');
  return parts.length > 0 || [element, ...element.querySelectorAll('*')].some((part) => marks(getComputedStyle(part)));
}

function deepFocus(doc) {
  let focus = focusOf(doc);
  while (focus && rootOf(focus) && rootOf(focus).activeElement) focus = rootOf(focus).activeElement;
  return focus;
}

// `ref` 0: what has the focus. `key`: the keys that would be pressed, if any.
function facts(ref, key) {
  const element = ref ? nodeOf(ref) : deepFocus(document);
  if (!element) return native.stringify({there: false});
  const control = key ? element : operated(element), tag = tagOf(element);
  const file = fileField(control);
  const sends = key ? key === 'Enter' && (submits(control) || sendsOnEnter(control)) : submits(control);
  const rect = element.getBoundingClientRect(), [dx, dy] = frameOffset(element);
  return native.stringify({
    there: true,
    ref: refOf(element),
    tag,
    name: nameOf(control, tagOf(control), roleOf(control, tagOf(control))) || collapse(element.textContent, NAME_LIMIT),
    text: collapse(element.textContent, NAME_LIMIT),
    type: control.type && typeof control.type === 'string' ? control.type : '',
    box: [round(rect.left + dx), round(rect.top + dy), round(rect.width), round(rect.height)],
    secret: tagOf(control) === 'input' && control.type === 'password',
    upload: isFileField(file) && !['body', 'html'].includes(tagOf(element)),
    seen: (seen(element) && inked(element)) || (CHECKABLE.has(control.type) && control !== element),
    url: location.href,
    ...(sends ? sending(control.form, submits(control) ? control : null) : {leads: key ? '' : goal(control)}),
  });
}
