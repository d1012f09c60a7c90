// A new episode in a document whose own scripts are run again: everything goes back to where it was before the first of
// them ran. So what libraries keep to themselves, counters of elements above all, begins anew too.

const start = clock && captureStart(); // nothing of the page has run yet

function captureStart() {
  const seen = new Set();
  return [clockBack(), heldBy(window, 0, seen), heldBy(document, 0, seen), slotsBack(window), slotsBack(document)];
}

const everywhere = eval; // called by another name, it runs a program as a script of the page

// Take note of what the document is made of: its source, and those of its scripts by their addresses. Whether it can be
// built from them again.
function keepSource(html, sources) {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const scripts = Array.from(parsed.scripts);
  const programs = scripts.map((script) => (script.src ? sources[script.src] : script.text));
  const plain = scripts.every((script) => parsed.head.contains(script) && !script.async && !script.defer && !script.type.includes('module'));
  const head = Array.from(document.head.childNodes).slice(0, parsed.head.childNodes.length);
  const same = head.length === parsed.head.childNodes.length && head.every((node, i) => node.isEqualNode(parsed.head.childNodes[i]));
  if (!plain || !same || programs.includes(undefined)) return false;
  moment = {...momentNow(), steps: [...start, childrenBack(document.head, head), ...stepsTo(head, parsed)], whole: true};
  moment.run = () => run(programs, parsed.body);
  return true;
}

function stepsTo(head, parsed) {
  const seen = new Set();
  for (const {name} of Array.from(document.documentElement.attributes)) document.documentElement.removeAttribute(name);
  for (const {name, value} of parsed.documentElement.attributes) document.documentElement.setAttribute(name, value);
  const roots = [document.documentElement, document.head];
  return [...roots.map((node) => attributesBack(node)), ...head.flatMap(everyNode).map((node) => nodeBack(node, seen))];
}

// What the browser does with a document as it loads: its scripts in order, then the events that tell of its end.
function run(programs, body) {
  const place = document.createComment(''); // what would be focused next is remembered as a place, and must stay behind this
  document.body.before(place);
  document.body.remove();
  let state = 'loading';
  Object.defineProperty(document, 'readyState', {get: () => state, configurable: true});
  for (const program of programs) {
    try {
      everywhere(program);
    } catch (error) {
      console.error(error);
    }
  }
  place.before(document.importNode(body, true));
  place.remove();
  state = 'interactive';
  document.dispatchEvent(new Event('DOMContentLoaded', {bubbles: true}));
  delete document.readyState;
  window.dispatchEvent(new Event('load'));
  return loaded();
}
