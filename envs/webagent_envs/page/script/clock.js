// A clock of the page's own: timers, animation frames, Date and performance.now stand still until they are advanced.
// Frames of the same origin share the clock of the topmost one. `native` holds what the page would have had.

const native = {
  setTimeout: window.setTimeout.bind(window),
  clearTimeout: window.clearTimeout.bind(window),
  requestFrame: window.requestAnimationFrame.bind(window),
  now: performance.now.bind(performance),
  stringify: JSON.stringify,
  parse: JSON.parse,
};

const ancestorClock = (() => {
  try {
    return window.parent !== window && window.parent[HANDLE] ? window.parent[HANDLE].clock : null;
  } catch {
    return null; // a frame of another origin keeps its own time
  }
})();

const clock = !CONFIG.virtual ? null : ancestorClock || {now: 0, next: 1, order: 0, timers: new Map(), heard: new Set(), restless: false, level: 0};

const EPOCH = Date.UTC(2026, 0, 1, 12); // every episode begins at the same moment
const FRAME = 1000 / 60;
const lot = {state: 0x9e3779b9}; // what a page draws by lot before it is given its seed is always the same
const CALLBACKS_AT_MOST = 20000; // a page that keeps making timers of no length must not hold us for ever

function installClock() {
  const add = (run, at, delay, every) => {
    const id = clock.next++;
    clock.timers.set(id, {id, run, at, delay, every, order: clock.order++, owner: window, document, level: clock.level + 1});
    return id;
  };
  const remove = (id) => void clock.timers.delete(Number(id));
  const callback = (work, args) => (typeof work === 'function' ? () => work.apply(window, args) : () => (0, eval)(String(work)));
  const wait = (delay) => Math.max(clock.level >= 5 ? 4 : 0, Number(delay) || 0); // nesting is clamped as in HTML
  const shaped = (fake, real) => Object.defineProperty(fake, 'name', {value: real.name});
  const replace = (name, fake) => (window[name] = shaped(fake, window[name]));

  // what nobody can read takes as long as a click, because of all that is noted with it
  if (CONFIG.still) for (const name of ['log', 'info', 'debug']) console[name] = shaped(() => undefined, console[name]);
  replace('setTimeout', (work, delay, ...args) => add(callback(work, args), clock.now + wait(delay), wait(delay), 0));
  replace('setInterval', (work, delay, ...args) => {
    const every = Math.max(1, wait(delay));
    return add(callback(work, args), clock.now + every, every, every);
  });
  replace('requestAnimationFrame', (work) => {
    const at = (Math.floor(clock.now / FRAME + 1e-6) + 1) * FRAME;
    return add(() => work.call(window, at), at, FRAME, 0);
  });
  replace('requestIdleCallback', (work) =>
    add(() => work.call(window, {didTimeout: false, timeRemaining: () => 50}), clock.now + 1, 1, 0));
  for (const name of ['clearTimeout', 'clearInterval', 'cancelAnimationFrame', 'cancelIdleCallback']) replace(name, remove);

  const RealDate = Date;
  const today = () => EPOCH + Math.floor(clock.now);
  const fakeDate = new Proxy(RealDate, {
    construct: (target, args, origin) => Reflect.construct(target, args.length ? args : [today()], origin),
    apply: () => new RealDate(today()).toString(),
    get: (target, key) => (key === 'now' ? today : Reflect.get(target, key)),
  });
  RealDate.prototype.constructor = fakeDate;
  window.Date = fakeDate;
  Object.defineProperty(performance, 'now', {value: () => clock.now, configurable: true, writable: true});
  Object.defineProperty(performance, 'timeOrigin', {value: EPOCH, configurable: true});

  Math.random = () => {
    lot.state = (lot.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(lot.state ^ (lot.state >>> 15), 1 | lot.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function nextTimer() {
  let first = null;
  for (const timer of clock.timers.values()) {
    if (timer.owner.closed || timer.owner.document !== timer.document) clock.timers.delete(timer.id); // its frame moved on
    else if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
  }
  return first;
}

function runTimer(timer) {
  clock.now = Math.max(clock.now, timer.at);
  if (timer.every) {
    timer.at += timer.every;
    timer.order = clock.order++;
  } else clock.timers.delete(timer.id);
  clock.level = timer.level;
  try {
    timer.run();
  } catch (error) {
    console.error(error);
  }
  clock.level = 0;
}

// Let `least` milliseconds go by, then on to the end of what is short (animations, delays up to PATIENCE), `most` in all.
// A page that never comes to rest is only waited for once.
async function advance(least, most) {
  const PATIENCE = 500;
  const start = clock.now;
  const short = () => {
    for (const timer of clock.timers.values()) if (timer.delay <= PATIENCE) return true;
    return false;
  };
  for (let count = 0; count < CALLBACKS_AT_MOST; count++) {
    const timer = nextTimer();
    if (!timer) break;
    const since = timer.at - start;
    if (since > least && (clock.restless || since > most || !short())) break;
    runTimer(timer);
    for (let turn = 0; turn < 8; turn++) await undefined; // promises of the page go on between its timers
  }
  clock.now = Math.max(clock.now, start + least);
  clock.restless = short() && (clock.restless || most >= 2 * PATIENCE);
}

if (clock) installClock();
