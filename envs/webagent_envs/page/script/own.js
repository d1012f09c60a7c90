// What else must live among the scripts of a page of ours.

// Dialogs without end: the script that opens them fails.
(() => {
  const AT_MOST = 40, WITHIN = 1000; // milliseconds
  const recent = [];
  for (const name of ['alert', 'confirm', 'prompt']) {
    window[name] = new Proxy(window[name], {apply: (target, self, given) => {
      const now = performance.now();
      while (recent.length && recent[0] < now - WITHIN) recent.shift();
      if (recent.push(now) > AT_MOST) throw new Error('too many dialogs');
      return Reflect.apply(target, self, given);
    }});
  }
})();

// A clipboard of its own: what the page copies by script is told to the other script by events, and what it reads comes
// from there; see copy.js.
(() => {
  if (!window.Clipboard) return;
  const wrapped = (name, apply) => {
    Clipboard.prototype[name] = new Proxy(Clipboard.prototype[name], {apply: (target, self, given) => apply(...given)});
  };
  const tell = (detail) => void document.dispatchEvent(new CustomEvent('webagent-copy', {detail}));
  wrapped('writeText', async (text) => tell(String(text)));
  wrapped('write', async (items) => {
    for (const item of items) if (item.types.includes('text/plain')) tell(await (await item.getType('text/plain')).text());
  });
  wrapped('readText', async () => {
    let text = '';
    document.addEventListener('webagent-pasted', (event) => (text = event.detail), {once: true});
    document.dispatchEvent(new CustomEvent('webagent-paste'));
    return text;
  });
})();
//# sourceURL=webagent-own.js
