let pressed = '';
const valueOf = (node) => {
  if (node.type === 'checkbox' || node.type === 'radio') return String(node.checked);
  return node.dataset.now ?? node.value ?? node.getAttribute('aria-pressed') ?? '';
};
const state = () => ({
  pressed,
  values: Object.fromEntries([...document.querySelectorAll('[data-v]')].map((node) => [node.id, valueOf(node)])),
});
document.addEventListener('click', (event) => {
  const made = event.target.closest('a, button, input[type=submit]');
  if (made) event.preventDefault();
  const one = event.target.closest('[data-of]');
  if (one) {
    for (const other of document.querySelectorAll(`[data-of="${one.dataset.of}"]`)) {
      other.dataset.now = String(other === one);
      if (other.hasAttribute('aria-pressed')) other.setAttribute('aria-pressed', other === one);
      else other.classList.toggle('on', other === one);
    }
  }
  const way = event.target.closest('[data-k]');
  if (way) pressed = way.id;
});
document.addEventListener('submit', (event) => event.preventDefault());
