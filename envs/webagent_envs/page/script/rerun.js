// A new episode in a document whose own scripts are run again: everything goes back to where it was before the first of
// them ran. So what libraries keep to themselves, counters of elements above all, begins anew too.

const start = clock && captureStart(); // nothing of the page has run yet

function captureStart() {
  const seen = new Set();
  return [clockBack(), heldBy(window, 0, seen), heldBy(document, 0, seen), slotsBack(window), slotsBack(document)];
}

const everywhere = eval; // called by another name, it runs a program as a script of the page

// Take note of what the document is made of: its source, and those of its scripts by their addresses. Whether it can be
// built from them again: all of them are plain ones in its head, and there is nothing before that.
function keepSource(html, sources) {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const scripts = Array.from(parsed.scripts);
  const programs = scripts.map((script) => (script.src ? sources[script.src] : script.text));
  const plain = (script) => parsed.head.contains(script) && !script.async && !script.defer && !script.type.includes('module');
  const wanted = Array.from(parsed.head.childNodes), head = Array.from(document.head.childNodes).slice(0, wanted.length);
  const same = head.length === wanted.length && head.every((node, i) => node.isEqualNode(wanted[i]));
  if (!same || !scripts.every(plain) || programs.includes(undefined) || parsed.head.previousSibling) return false;
  moment = {...momentNow(), steps: [...start, ...headBack(head, parsed)], whole: true, stay: [], run: () => run(programs, parsed)};
  return true;
}

function headBack(head, parsed) {
  const roots = [attributesBack(document.documentElement, parsed.documentElement), attributesBack(document.head, parsed.head)];
  const seen = new Set();
  return [...roots, childrenBack(document.head, head), ...head.flatMap(everyNode).map((node) => nodeBack(node, seen))];
}

// What the browser does with a document as it loads: its scripts in order, all of its body, the events that tell of its end.
function run(programs, parsed) {
  const root = document.documentElement;
  const place = document.createComment(''); // what would be focused next is remembered as a place, which must stay the last
  root.insertBefore(place, document.body);
  for (const node of Array.from(root.childNodes)) if (node !== document.head && node !== place) node.remove();
  let state = 'loading';
  Object.defineProperty(document, 'readyState', {get: () => state, configurable: true});
  for (const program of programs) {
    try {
      everywhere(program);
    } catch (error) {
      console.error(error);
    }
  }
  const after = Array.from(parsed.documentElement.childNodes).slice(1);
  place.before(...after.map((node) => document.importNode(node, true)));
  place.remove();
  state = 'interactive';
  document.dispatchEvent(new Event('DOMContentLoaded', {bubbles: true}));
  delete document.readyState;
  window.dispatchEvent(new Event('load'));
  return loaded();
}
