// What the pages react with, and `state()`: what was pressed last, and what everything marked with data-v holds.
let pressed = '';
const byId = (id) => document.getElementById(id);
const valueOf = (node) => {
  if (node.type === 'checkbox' || node.type === 'radio') return String(node.checked);
  if ('order' in node.dataset) return [...node.querySelectorAll('[data-drags]')].map((one) => one.id).join(' ');
  return String(node.dataset.now ?? (node.tagName === 'LI' ? '' : node.value) ?? '');
};
const state = () => ({
  pressed,
  values: Object.fromEntries([...document.querySelectorAll('[data-v]')].map((node) => [node.id, valueOf(node)])),
});

const turn = (node, on) => {
  node.dataset.now = String(on);
  if (node.hasAttribute('aria-pressed')) node.setAttribute('aria-pressed', on);
  else node.classList.toggle('on', on);
};
document.addEventListener('submit', (event) => event.preventDefault());
document.addEventListener('click', (event) => {
  if (event.target.closest('a, button, input[type=submit]')) event.preventDefault();
  const one = event.target.closest('[data-of]');
  if (one) for (const other of document.querySelectorAll(`[data-of="${one.dataset.of}"]`)) turn(other, other === one);
  const alone = event.target.closest('[data-turns]');
  if (alone) turn(alone, alone.dataset.now !== 'true');
  const step = event.target.closest('[data-by]');
  if (step) change(byId(step.dataset.for), Number(step.dataset.by));
  const way = event.target.closest('[data-k]');
  if (way) pressed = way.id;
});

// ---- amounts: of a handle in a track, of a spinner; a native slider tells by itself

const show = (node, amount) => {
  const shown = byId(node.dataset.shows);
  if (shown) shown.textContent = shown.dataset.form.replace('#', amount);
};
function set(node, amount) {
  const {min, max, step} = node.dataset;
  const steps = Math.round((Math.min(max, Math.max(min, amount)) - min) / step);
  node.dataset.now = Number(min) + steps * step;
  if (node.hasAttribute('aria-valuenow')) node.setAttribute('aria-valuenow', node.dataset.now);
  if (node.dataset.along) node.style[node.dataset.along] = `${(100 * steps * step) / (max - min)}%`;
  else if ('value' in node) node.value = node.dataset.now;
  else node.textContent = node.dataset.now;
  show(node, node.dataset.now);
}
const change = (node, steps) => set(node, Number(node.dataset.now) + steps * node.dataset.step);
const WAYS = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1};
document.addEventListener('keydown', (event) => {
  const node = event.target.closest('[data-along]');
  if (!node || !(event.key in WAYS)) return;
  event.preventDefault();
  change(node, WAYS[event.key]);
});
document.addEventListener('input', (event) => show(event.target, event.target.value));

// What the browser does itself when a real mouse is pressed on a native slider.
document.addEventListener('mousedown', ({target, clientX, isTrusted}) => {
  if (target.type !== 'range' || isTrusted) return;
  const {left, width} = target.getBoundingClientRect();
  target.value = Number(target.min) + ((clientX - left) / width) * (target.max - target.min);
  target.dispatchEvent(new Event('input', {bubbles: true}));
});

// ---- drags: what is held changes places with what it is dropped on, goes in before or behind it, or into a box

let held = null;
document.addEventListener('mousedown', (event) => {
  held = event.target.closest('[data-drags], [data-along]');
  if (held && !held.dataset.along) event.preventDefault();
});
document.addEventListener('mousemove', (event) => {
  if (!held || !held.dataset.along) return;
  const {left, width} = held.parentNode.getBoundingClientRect();
  const {min, max} = held.dataset;
  set(held, Number(min) + ((event.clientX - left) / width) * (max - min));
});
document.addEventListener('mouseup', (event) => {
  const one = held;
  held = null;
  if (!one || one.dataset.along) return;
  if (one.dataset.drags === 'into') return put(one, event);
  const over = event.target.closest('[data-drags]');
  if (!over || over === one) return;
  if (one.dataset.drags === 'swap') {
    const mark = document.createComment('');
    one.replaceWith(mark);
    over.replaceWith(one);
    mark.replaceWith(over);
  } else {
    const rows = [...one.closest('[data-order]').querySelectorAll('[data-drags]')];
    over[rows.indexOf(one) < rows.indexOf(over) ? 'after' : 'before'](one);
  }
});
function put(one, {clientX, clientY}) {
  const inside = ({left, right, top, bottom}) => left <= clientX && clientX <= right && top <= clientY && clientY <= bottom;
  const zone = [...document.querySelectorAll('[data-zone]')].find((box) => inside(box.getBoundingClientRect()));
  if (!zone) return;
  one.dataset.now = zone.id;
  const number = (zone.dataset.holds = Number(zone.dataset.holds ?? 0) + 1) - 1;
  if (!one.ownerSVGElement) return void zone.append(one);
  const box = zone.getBoundingClientRect(), own = one.getBoundingClientRect();
  const x = box.left + 4 + (number * own.width) % Math.max(1, box.width - own.width - 8);
  const y = box.top + 3 + Math.floor((number * own.width) / Math.max(1, box.width - own.width - 8)) * own.height;
  one.setAttribute('transform', `translate(${Math.round(x - own.left)} ${Math.round(y - own.top)})`);
}
