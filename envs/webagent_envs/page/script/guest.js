// What must live among the scripts of a page, live ones too. Closed shadow roots are made open, so that what a person
// sees in them can be seen; to the page they stay closed.
(() => {
  const closed = new WeakSet();
  const wrapped = (work, apply) => new Proxy(work, {apply});
  const hide = (owner, name, shown) => {
    const known = Object.getOwnPropertyDescriptor(owner, name);
    const get = wrapped(known.get, (target, self) => (closed.has(self) ? shown : Reflect.apply(target, self, [])));
    Object.defineProperty(owner, name, {...known, get});
  };
  Element.prototype.attachShadow = wrapped(Element.prototype.attachShadow, (target, host, given) => {
    if (!given[0] || given[0].mode !== 'closed') return Reflect.apply(target, host, given);
    const root = Reflect.apply(target, host, [{...given[0], mode: 'open'}]);
    closed.add(host);
    closed.add(root);
    return root;
  });
  hide(Element.prototype, 'shadowRoot', null);
  hide(ShadowRoot.prototype, 'mode', 'closed');
})();
//# sourceURL=webagent-guest.js
