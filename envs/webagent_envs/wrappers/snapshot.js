// The document as it is in the page, text and hidden parts too, by the refs of the in-page script: for each element
// [ref, tag, attributes, children] (a shadow root's children come first), a string for each piece of text, and
// [url, title, scroll x, scroll y, root element] for the document of a frame. `ignored`: ids to leave out. `images` are
// the refs of elements that a style sheet turns into pictures, as Chrome's accessibility tree tells them.
(ignored) => {
  const {refOf} = window.__webagent__;
  const images = [];

  const attributesOf = (element) => {
    const found = {};
    for (const {name, value} of element.attributes) found[name] = value;
    if (typeof element.value === 'string' && element.type !== 'file') found.value = element.value;
    if (typeof element.checked === 'boolean') {
      if (element.checked) found.checked = '';
      else delete found.checked;
    }
    return found;
  };

  const inner = (frame) => {
    try {
      return frame.contentDocument;
    } catch {
      return null; // of another origin
    }
  };

  const walk = (element) => {
    const children = [];
    for (const root of [element.shadowRoot, element]) {
      for (let child = root && root.firstChild; child; child = child.nextSibling) {
        if (child.nodeType === 3 && child.data.trim()) children.push(child.data);
        if (child.nodeType === 1 && !ignored.includes(child.id)) children.push(walk(child));
      }
    }
    const node = [refOf(element), element.localName, attributesOf(element), children];
    if (!element.firstChild && getComputedStyle(element).content.startsWith('url(')) images.push(node[0]);
    const held = /^i?frame$/.test(element.localName) && inner(element);
    if (held && held.documentElement) node.push(whole(held));
    return node;
  };

  const whole = (doc) => [doc.URL, doc.title, doc.defaultView.scrollX, doc.defaultView.scrollY, walk(doc.documentElement)];

  const task = typeof WOB_DONE_GLOBAL === 'undefined' ? null : {
    REWARD_GLOBAL: WOB_REWARD_GLOBAL, RAW_REWARD_GLOBAL: WOB_RAW_REWARD_GLOBAL, REWARD_REASON: WOB_REWARD_REASON,
    DONE_GLOBAL: WOB_DONE_GLOBAL, EPISODE_ID: WOB_EPISODE_ID, TASK_READY: WOB_TASK_READY,
  };
  return {document: whole(document), images, task};
}
