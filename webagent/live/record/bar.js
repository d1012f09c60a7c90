// The bar of a recording: what is being shown to do, how many steps there are, and what to do with them.
(id, command, steps, tell) => {
  const order = (how, value = '') => window[tell](JSON.stringify({kind: 'bar', how, value}));
  let host = document.getElementById(id);
  if (!host && document.documentElement) {
    host = document.createElement('div');
    host.id = id;
    host.style.cssText = 'all: initial; position: fixed; z-index: 2147483647; right: 12px; bottom: 12px';
    const root = host.attachShadow({mode: 'closed'});
    root.innerHTML = `<style>
      div { font: 13px system-ui, sans-serif; color: #fff; background: #1f2430; border-radius: 8px; padding: 6px 8px; display: flex; gap: 6px;
        align-items: center; box-shadow: 0 2px 10px #0006 }
      b { color: #ff6b6b } input { font: inherit; width: 220px; border: 0; border-radius: 4px; padding: 3px 6px; background: #fff; color: #111 }
      button { font: inherit; border: 0; border-radius: 4px; padding: 3px 8px; background: #3a4254; color: #fff; cursor: pointer }
      button:hover, button:focus-visible { background: #566080 } button[data-how=finish] { background: #2f6fed }
    </style><div role="toolbar" aria-label="webagent recording"><b aria-hidden="true">●</b><span></span><input aria-label="Command">
      <button data-how="keep" title="Keep this one, begin another">Keep</button>
      <button data-how="redo" title="Forget this one, go back and do it again">Redo</button>
      <button data-how="drop" title="Forget this one">Drop</button>
      <button data-how="finish" title="Keep this one and end the recording">Finish</button></div>`;
    const field = root.querySelector('input');
    for (const type of ['keydown', 'keyup', 'keypress', 'input', 'pointerdown', 'mousedown', 'click', 'focusin']) {
      root.addEventListener(type, (event) => event.stopPropagation());
    }
    field.addEventListener('change', () => order('name', field.value));
    root.addEventListener('click', (event) => event.isTrusted && event.target.dataset.how && order(event.target.dataset.how));
    host.shown = {field, said: root.querySelector('span'), root};
    document.documentElement.append(host);
  }
  if (!host || !host.shown) return;
  if (host.shown.root.activeElement !== host.shown.field) host.shown.field.value = command;
  host.shown.said.textContent = steps === 1 ? '1 step' : `${steps} steps`;
}
