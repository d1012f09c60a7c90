'use strict';
// Everything is in this file: an index of all episodes, and their steps in blocks that are decompressed when wanted.
const ROW = 48, SPARE = 8, BLOCKS_KEPT = 6;
const [ID, TASK, COMMAND, SUCCESS, CAUSE, NOTE, STEPS] = [0, 1, 2, 3, 4, 5, 6];
const [REF, TAG, ROLE, NAME, TEXT, VALUE, X, Y, W, H, FLAGS, COLOR, GROUND, ROUND, PARENT] = [...Array(15).keys()];
const [VISIBLE, CLICKABLE, EDITABLE, CHECKED, SELECTED, FOCUSED, DISABLED, IN_VIEW] = [1, 2, 4, 8, 16, 32, 64, 128];
const $ = (id) => document.getElementById(id);
const made = (tag, attributes = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children.filter((child) => child !== null));
  return element;
};

async function unpacked(id) {
  const bytes = Uint8Array.from(atob($(id).textContent), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json();
}

const blocks = new Map();
function blockOf(number) {
  if (!blocks.has(number)) {
    blocks.set(number, unpacked(`block${number}`));
    if (blocks.size > BLOCKS_KEPT) blocks.delete(blocks.keys().next().value);
  }
  return blocks.get(number);
}

let index = null, shown = [], texts = [], chosen = -1, stepAt = 0, cause = '';

const outcomeOf = (episode) => (episode[SUCCESS] === null ? '' : episode[SUCCESS] ? 'done' : 'failed');

function filter() {
  const words = $('search').value.toLowerCase().split(/\s+/).filter(Boolean);
  const task = $('task').value, outcome = $('outcome').value;
  shown = [];
  index.episodes.forEach((episode, i) => {
    if (task && episode[TASK] !== task) return;
    if (outcome && outcomeOf(episode) !== outcome) return;
    if (cause && episode[CAUSE] !== cause) return;
    if (words.every((word) => texts[i].includes(word))) shown.push(i);
  });
  const all = index.episodes.length.toLocaleString('en');
  $('count').textContent = shown.length === index.episodes.length ? `${all} episodes` : `${shown.length.toLocaleString('en')} of ${all} episodes`;
  $('room').style.height = `${shown.length * ROW}px`;
  $('list').scrollTop = 0;
  draw();
}

function draw() {
  const list = $('list'), first = Math.max(0, Math.floor(list.scrollTop / ROW) - SPARE);
  const last = Math.min(shown.length, first + Math.ceil(list.clientHeight / ROW) + 2 * SPARE);
  $('room').replaceChildren(...shown.slice(first, last).map((at, offset) => {
    const episode = index.episodes[at], outcome = outcomeOf(episode);
    const sign = made('i', {textContent: {done: '✓ ', failed: '✗ ', '': '· '}[outcome]});
    const count = `${episode[STEPS]} ${episode[STEPS] === 1 ? 'step' : 'steps'}`;
    const row = made('div', {className: `row ${outcome}`, onclick: () => open(at)},
      made('div', {className: 'what'}, sign, episode[COMMAND] || episode[ID]),
      made('div', {className: 'who', textContent: [episode[TASK], episode[STEPS] ? count : '', episode[CAUSE] || episode[ID]].filter(Boolean).join(' · ')}));
    row.style.top = `${(first + offset) * ROW}px`;
    row.setAttribute('role', 'option');
    row.setAttribute('aria-selected', String(at === chosen));
    return row;
  }));
}

async function open(at) {
  chosen = at;
  draw();
  location.hash = encodeURIComponent(index.episodes[at][ID]);
  const block = await blockOf(Math.floor(at / index.block));
  if (chosen === at) show(index.episodes[at], block[at % index.block], 0);
}

function show(episode, steps, step) {
  stepAt = step;
  const outcome = outcomeOf(episode);
  const facts = made('p', {className: 'facts'}, `${episode[TASK]} · ${episode[ID]}`,
    outcome ? made('span', {className: outcome, textContent: ` · ${outcome}${episode[CAUSE] ? ': ' + episode[CAUSE] : ''}`}) : null,
    episode[NOTE] && episode[NOTE] !== episode[CAUSE] ? ` · ${episode[NOTE]}` : null);
  const buttons = made('ol', {id: 'steps'}, ...steps.map((one, i) => {
    const button = made('button', {type: 'button', title: one.words || '', textContent: `${i + 1}. ${one.words || 'stop'}`, onclick: () => show(episode, steps, i)});
    if (i === step) button.setAttribute('aria-current', 'step');
    return made('li', {}, button);
  }));
  $('episode').replaceChildren(made('h2', {textContent: episode[COMMAND] || episode[ID]}), facts, buttons, ...(steps.length ? details(steps[step]) : []));
  $('episode').walk = (by) => steps[stepAt + by] && show(episode, steps, stepAt + by);
}

function details(step) {
  const parts = [];
  if (step.url || step.title) parts.push(made('p', {className: 'address', textContent: [step.title, step.url].filter(Boolean).join(' — ')}));
  if (step.page) parts.push(page(step));
  if (step.error) parts.push(made('p', {className: 'error', textContent: `The page refused: ${step.error}`}));
  if (step.scores && step.scores.length) parts.push(table('What was weighed', ['action', 'score'], step.scores.map(([words, , score]) => [words, bar(score)])));
  for (const ways of step.ways || []) parts.push(table('Ways to find the element again', ['way', 'value', 'elements it matched'], ways));
  return parts;
}

const bar = (score) => {
  const line = made('span', {className: 'bar'});
  line.style.width = `${Math.round(score * 120)}px`;
  return made('span', {}, line, `${(100 * score).toFixed(1)} %`);
};

function table(title, heads, rows) {
  const cell = (value) => made('td', {}, value instanceof Node ? value : String(value).replaceAll('\n', ' | '));
  return made('table', {}, made('caption', {textContent: title}), made('tr', {}, ...heads.map((head) => made('th', {textContent: head}))),
    ...rows.map((row) => made('tr', {}, ...row.map(cell))));
}

function page(step) {
  const [width, height] = step.picture ? step.size : [extent(step, X, W, 0), extent(step, Y, H, 1)];
  const scale = Math.min(2, Math.max(0.3, ($('episode').clientWidth - 40) / width), 960 / width);
  const shot = made('div', {className: 'shot'});
  shot.style.width = `${width * scale}px`;
  shot.style.height = `${height * scale}px`;
  const room = made('div', {className: 'scale'});
  room.style.transform = `scale(${scale})`;
  room.style.width = `${width}px`;
  if (step.picture) shot.append(made('img', {src: step.picture, alt: 'The page at this step'}));
  else room.append(...step.page.map((e) => drawn(e, indent(step.page, e))).filter(Boolean));
  const boxes = new Map(step.page.map((e) => [e[REF], e]));
  for (const [, ref, score] of (step.scores || []).slice(0, 5)) if (boxes.has(ref) && !(step.refs || []).includes(ref)) room.append(mark(boxes.get(ref), 'other', `${Math.round(100 * score)} %`));
  (step.refs || []).forEach((ref, i) => boxes.has(ref) && room.append(mark(boxes.get(ref), i ? 'to' : '')));
  shot.append(room);
  return shot;
}

// How far what is to be seen goes, within the viewport: empty ground to the right and below is not drawn.
function extent(step, side, size, at) {
  const told = step.page.filter((e) => e[TEXT] || e[VALUE] || e[NAME] || e[FLAGS] & (CLICKABLE | EDITABLE));
  const far = Math.max(...told.map((e) => e[side] + e[size]), 60) + 12;
  return Math.min(far, step.size[at] || 4000, 4000);
}

function place(element, e, grow = 0) {
  Object.assign(element.style, {left: `${e[X] - grow}px`, top: `${e[Y] - grow}px`, width: `${e[W] + 2 * grow}px`, height: `${e[H] + 2 * grow}px`});
  return element;
}

const mark = (e, kind, text = '') => place(made('div', {className: `mark ${kind}`}, text ? made('span', {textContent: text}) : null), e, 3);

// Text begins behind what stands at the beginning of its box, such as the check box of a label.
function indent(all, e) {
  if (!e[TEXT]) return 0;
  const first = all.find((other) => other[PARENT] === e[REF] && other[W] && other[X] - e[X] < 10 && other[W] < e[W] / 2 && other[H] <= e[H]);
  return first ? first[X] + first[W] - e[X] + 6 : 0;
}

function drawn(e, before) {
  const on = (flag) => Boolean(e[FLAGS] & flag);
  const box = e[TAG] === 'input' && ['checkbox', 'radio'].includes(e[ROLE]);
  if (!on(VISIBLE) || !e[W] || !e[H] || e[TAG] === 'option') return null;
  const field = on(EDITABLE) || e[TAG] === 'select' || e[TAG] === 'textarea';
  const button = e[ROLE] === 'button' || e[TAG] === 'button';
  const text = box ? (on(CHECKED) ? '✓' : '') : field ? e[VALUE] : e[TEXT] || (button && e[TAG] === 'input' ? e[NAME] : '');
  const kind = box ? 'check' : field ? 'field' : button ? 'button' : e[TAG] === 'img' || e[TAG] === 'iframe' ? 'frame' : '';
  const element = place(made('div', {className: `e ${kind}${on(IN_VIEW) ? '' : ' off'}${e[ROUND] ? ' round' : ''}`, textContent: text, title: [e[ROLE] || e[TAG], e[NAME]].filter(Boolean).join(' ')}), e);
  const shape = ['rect', 'circle', 'ellipse', 'polygon', 'path', 'line'].includes(e[TAG]);
  if (e[GROUND]) element.style.background = e[GROUND];
  if (e[COLOR]) element.style[shape ? 'background' : 'color'] = e[COLOR];
  if (text) {
    const size = Math.max(8, Math.min(16, e[H] * (button || field ? 0.55 : 0.85)));
    const lines = e[H] > 64;
    element.style.fontSize = `${lines ? 13 : size}px`;
    element.style.paddingLeft = before ? `${before}px` : '';
    if (lines) element.style.whiteSpace = 'normal';
    else element.style.lineHeight = `${e[H] - (kind ? 4 : 0)}px`;
  }
  if (shape) element.style.opacity = 0.85;
  return element;
}

function causes() {
  const counts = new Map();
  for (const episode of index.episodes) if (episode[CAUSE]) counts.set(episode[CAUSE], (counts.get(episode[CAUSE]) || 0) + 1);
  $('causes').hidden = !counts.size;
  const rows = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 200).map(([what, count]) => {
    const button = made('button', {type: 'button', onclick: () => {
      cause = cause === what ? '' : what;
      for (const other of $('causes').querySelectorAll('button')) other.setAttribute('aria-pressed', String(other === button && cause !== ''));
      filter();
    }}, made('span', {textContent: what}), made('b', {textContent: count.toLocaleString('en')}));
    return made('li', {}, button);
  });
  $('causes').querySelector('ul').replaceChildren(...rows);
}

function keys(event) {
  if (['INPUT', 'SELECT'].includes(event.target.tagName) && event.key !== 'Escape') return;
  const by = {ArrowDown: 1, j: 1, ArrowUp: -1, k: -1}[event.key], along = {ArrowRight: 1, ArrowLeft: -1}[event.key];
  if (event.key === '/') $('search').focus();
  else if (event.key === 'Escape') event.target.blur();
  else if (along && $('episode').walk) $('episode').walk(along);
  else if (by && shown.length) {
    const at = Math.min(shown.length - 1, Math.max(0, shown.indexOf(chosen) + by)), list = $('list');
    if (at * ROW < list.scrollTop) list.scrollTop = at * ROW;
    if ((at + 1) * ROW > list.scrollTop + list.clientHeight) list.scrollTop = (at + 1) * ROW - list.clientHeight;
    open(shown[at]);
  } else return;
  event.preventDefault();
}

async function begin() {
  index = await unpacked('index');
  texts = index.episodes.map((episode) => [episode[COMMAND], episode[TASK], episode[ID], episode[CAUSE]].join(' ').toLowerCase());
  $('kind').textContent = index.kind;
  const tasks = [...new Set(index.episodes.map((episode) => episode[TASK]))].sort();
  $('task').append(new Option('All tasks', ''), ...tasks.map((task) => new Option(task, task)));
  $('task').hidden = tasks.length < 2;
  causes();
  $('search').addEventListener('input', filter);
  for (const id of ['task', 'outcome']) $(id).addEventListener('change', filter);
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  };
  $('list').addEventListener('scroll', later, {passive: true});
  addEventListener('resize', later);
  document.addEventListener('keydown', keys);
  filter();
  const wanted = decodeURIComponent(location.hash.slice(1));
  const at = wanted ? index.episodes.findIndex((episode) => episode[ID] === wanted) : 0;
  if (index.episodes.length) open(Math.max(0, at));
}
begin();
