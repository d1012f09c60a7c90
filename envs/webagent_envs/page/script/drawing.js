// What a page learns only when it is drawn. Where nothing is drawn by itself, `due` says whether a frame would tell it
// something: that it has scrolled, that sizes have changed, what lies under a pointer that rests, that an animation ended.

const DUE = 'due'; // the answer of a page that must be drawn before it can go on
const COUNTS = CONFIG.still && window.parent === window; // frames are those of the topmost document
let offsets = ''; // how far everything was scrolled when the last frame was drawn
let scrolled = ''; // and is now, as `observe` found it
let watched = false; // somebody observes sizes or intersections
let finished = false; // an animation came to its end
let waiting = null; // goes on with what was put off
let patience = 0; // how long the page was let come to rest, in milliseconds
let drawn = 0; // frames so far
let wanted = 1; // frames before the page goes on
let pointer = null; // where the real mouse rests

function watchObservers() {
  for (const name of ['IntersectionObserver', 'ResizeObserver']) {
    window[name] = new Proxy(window[name], {
      construct(target, args, origin) {
        watched = true;
        return Reflect.construct(target, args, origin);
      },
    });
  }
}

// How far something is scrolled, where somebody would be told of it.
function noteScroll(target, ref, left, top) {
  if ((left || top) && heard(target)) scrolled += `${ref}:${left},${top};`;
}

const heard = (target) => clock && (clock.heard.has('scroll') || clock.heard.has('scrollend') || target.onscroll);

// The innermost element under the pointer does not know of it. A bare `:hover` means links only on pages in quirks mode.
function hoverIsStale() {
  const hit = pointer && deepest(document, ...pointer);
  return Boolean(hit) && !hit.matches(`${CSS.escape(hit.localName)}:hover`);
}

// Whether a frame is owed; the first one gives what is to have the focus the focus.
const owed = () => COUNTS && drawn < wanted;

function due() {
  if (watched || finished || scrolled !== offsets || hoverIsStale()) wanted = drawn + 1;
  offsets = scrolled;
  finished = false;
  return owed();
}

function putOff(goOn) {
  waiting = goOn;
  return DUE;
}

// Go on with what was put off, when enough frames have gone by.
const resumed = () => (owed() ? DUE : waiting());

function countFrames() {
  drawn++;
  native.requestFrame(countFrames); // there is always something to draw: so no frame is left out
}

function watchPointer() {
  window.addEventListener('mousemove', (event) => {
    if (event.isTrusted) pointer = [event.clientX, event.clientY];
  }, true);
  window.addEventListener('mouseout', (event) => {
    if (event.isTrusted && !event.relatedTarget) pointer = null;
  }, true);
}

// `document.open` takes all listeners away, ours too.
function listen() {
  guarded.delete(window);
  guard(window);
  watchPointer();
}

if (COUNTS) native.requestFrame(countFrames);
if (clock) {
  watchObservers();
  watchPointer();
}
