// Coming to rest: images, frames and style sheets that load, animations, and on live pages a quiet DOM.

let mutations = 0; // how often the page has changed, and when last, on live pages
let marked = 0;
let changedAt = 0;
const kept = []; // images that style sheets name, held so that they stay in memory

const LOAD_LIMIT = 2000;
const QUIET = 100;

if (!CONFIG.virtual) {
  const watching = new MutationObserver(() => {
    mutations++;
    changedAt = native.now();
  });
  leaving.signal.addEventListener('abort', () => watching.disconnect());
  watching.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
}

const pause = (milliseconds) => new Promise((resolve) => native.setTimeout(resolve, milliseconds));

function documents() {
  const found = [document];
  for (let i = 0; i < found.length; i++) {
    for (const frame of found[i].querySelectorAll('iframe, frame')) {
      try {
        if (frame.contentDocument) found.push(frame.contentDocument);
      } catch {
        // of another origin
      }
    }
  }
  return found;
}

const busyImages = (docs) => docs.flatMap((doc) => Array.from(doc.images)).filter((image) => !image.complete && image.loading !== 'lazy');

// Letters have their sizes only when their font is there; a font is asked for when something is laid out with it.
function busyFonts(docs) {
  return docs.filter((doc) => {
    if (!doc.fonts.size || !doc.body) return false;
    doc.body.getBoundingClientRect();
    return doc.fonts.status === 'loading';
  }).map((doc) => doc.fonts.ready);
}

async function loaded() {
  const deadline = native.now() + LOAD_LIMIT;
  for (;;) {
    const docs = window.frames.length ? documents() : [document];
    const images = busyImages(docs);
    const fonts = busyFonts(docs);
    if (!images.length && !fonts.length && docs.every((doc) => doc.readyState === 'complete')) return;
    if (native.now() > deadline) return;
    const ends = images.map((image) => new Promise((resolve) => {
      image.addEventListener('load', resolve, {once: true});
      image.addEventListener('error', resolve, {once: true});
    }));
    const awaited = [...ends, ...fonts];
    await (awaited.length ? Promise.race([Promise.all(awaited), pause(deadline - native.now())]) : pause(5));
  }
}

// An element drawn by `content: url()` has no size before its picture is there, so all pictures are fetched up front.
async function preload() {
  const urls = new Set();
  const visit = (rules) => {
    for (const rule of rules) {
      if (rule.cssRules && rule.cssRules.length) visit(rule.cssRules);
      if (!rule.style || !rule.cssText.includes('url(')) continue;
      const base = (rule.parentStyleSheet && rule.parentStyleSheet.href) || document.baseURI;
      for (const [, url] of rule.cssText.matchAll(/url\(["']?([^"')]+)["']?\)/g)) urls.add(new URL(url, base).href);
    }
  };
  for (const sheet of document.styleSheets) {
    try {
      visit(sheet.cssRules);
    } catch {
      // a style sheet of another origin tells nothing
    }
  }
  const fetched = Array.from(urls, (url) => {
    const image = new Image();
    image.src = url;
    kept.push(image);
    return image.decode().catch(() => null);
  });
  if (fetched.length) await Promise.race([Promise.all(fetched), pause(LOAD_LIMIT)]);
}

function finishAnimations() {
  for (const animation of document.getAnimations()) {
    if (animation.playState === 'finished') continue;
    try {
      animation.finish();
      finished = true;
    } catch {
      // one without an end goes on
    }
  }
}

// On a live page: what changes now is let come to an end, `most` milliseconds at the longest; a still page costs nothing.
async function quiet(most) {
  const deadline = native.now() + most;
  while (mutations !== marked && native.now() < deadline) {
    const left = QUIET - (native.now() - changedAt);
    if (left <= 0) return;
    await pause(Math.min(left, deadline - native.now()));
  }
}

async function settle(least, most) {
  patience = most;
  if (!CONFIG.virtual) {
    if (least) await pause(least);
    return quiet(most);
  }
  await advance(least, most);
  finishAnimations();
  return loaded();
}

// All that one step needs in one call: act (unless real mouse and keys did it), come to rest, look.
async function step(action, first, least, most) {
  const outcome = action ? await act(action, false) : {};
  await settle(outcome.error ? 0 : least, outcome.error ? 0 : most);
  return observe(first, outcome.error);
}

// Loading is seen to its end once, and without being asked where a document may be loaded in advance.
let preparing = null;

async function ready(limit) {
  preparing = preparing || prepare(limit);
  await preparing;
  return owed() ? putOff(() => ready(limit)) : document.readyState;
}

if (CONFIG.virtual && window.parent === window && location.href !== 'about:blank') {
  window.addEventListener('load', () => void ready(LOAD_LIMIT), {once: true});
}

async function prepare(limit) {
  const deadline = native.now() + limit;
  while (document.readyState !== 'complete' && native.now() < deadline) await pause(2);
  await preload();
  await loaded();
}

// Let the page's time and the real one go by together until something holds, `limit` real milliseconds at the longest.
async function until(holds, limit) {
  const deadline = native.now() + limit;
  while (!holds()) {
    if (native.now() > deadline) return false;
    if (CONFIG.virtual) await advance(5, 5);
    await pause(5);
  }
  return true;
}
