// What must live among the scripts of a page, live ones too. Closed shadow roots are made open, so that what a person
// sees in them can be seen; to the page they stay closed. All of it goes again when a person's page is left (leaving.py),
// but for what keeps such roots closed where the page has made any.
((own) => {
  const closed = new WeakSet();
  const undo = [];
  let any = false;
  const wrapped = (work, apply) => new Proxy(work, {apply});
  const hide = (owner, name, shown) => {
    const known = Object.getOwnPropertyDescriptor(owner, name);
    const get = wrapped(known.get, (target, self) => (closed.has(self) ? shown : Reflect.apply(target, self, [])));
    Object.defineProperty(owner, name, {...known, get});
    undo.push(() => any || Object.getOwnPropertyDescriptor(owner, name).get !== get || Object.defineProperty(owner, name, known));
  };
  const {attachShadow} = Element.prototype;
  const opening = Element.prototype.attachShadow = wrapped(attachShadow, (target, host, given) => {
    if (!given[0] || given[0].mode !== 'closed') return Reflect.apply(target, host, given);
    const root = Reflect.apply(target, host, [{...given[0], mode: 'open'}]);
    any = true;
    closed.add(host);
    closed.add(root);
    return root;
  });
  hide(Element.prototype, 'shadowRoot', null);
  hide(ShadowRoot.prototype, 'mode', 'closed');
  if (!own) document.addEventListener('webagent-leave', () => {
    for (const one of undo) one();
    if (Element.prototype.attachShadow === opening) Element.prototype.attachShadow = attachShadow;
  }, {once: true});
})
