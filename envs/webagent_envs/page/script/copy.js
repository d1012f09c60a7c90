// The clipboard of a page of ours. All pages of a browser, and often the person at the machine, share one: what is copied
// is therefore kept here and by the environment, and the browser's own stays empty.

let clip = '';
let fresh = false; // something was copied since the last look

function copied(text) {
  clip = text;
  fresh = true;
}

function selectedText(view) {
  let focus = view.document.activeElement;
  while (focus && rootOf(focus)) focus = rootOf(focus).activeElement;
  if (focus && isField(focus)) return focus.type === 'password' ? '' : focus.value.slice(focus.selectionStart, focus.selectionEnd);
  return view.getSelection().toString();
}

// After the page's own listeners have had the event: what they put in, or else what is selected.
function onCopy(event) {
  if (!event.isTrusted) return;
  const data = event.clipboardData;
  if (event.defaultPrevented) {
    copied(data.getData('text/plain'));
    data.clearData();
    return;
  }
  event.preventDefault();
  const view = this, text = selectedText(view);
  if (!text) return;
  copied(text);
  if (event.type === 'cut') view.document.execCommand('delete');
}

// Before the page's own listeners have it: they are given one of ours, with our text.
function onPaste(event) {
  if (!event.isTrusted) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  const view = this, target = event.composedPath()[0];
  const clipboardData = new view.DataTransfer();
  clipboardData.setData('text/plain', clip);
  const init = {clipboardData, bubbles: true, cancelable: true, composed: true};
  if (!target.dispatchEvent(new view.ClipboardEvent('paste', init)) || !clip) return;
  const begin = {inputType: 'insertFromPaste', data: clip, bubbles: true, cancelable: true, composed: true};
  if (target.dispatchEvent(new view.InputEvent('beforeinput', begin))) view.document.execCommand('insertText', false, clip);
}

// The last to be added is the last to be called.
function onCopyBegins(event) {
  this.removeEventListener(event.type, onCopy);
  this.addEventListener(event.type, onCopy);
}

function ownClipboard(view) {
  for (const type of ['copy', 'cut']) view.addEventListener(type, onCopyBegins, true);
  view.addEventListener('paste', onPaste, true);
  const {document: doc} = view;
  doc.addEventListener('webagent-copy', (event) => copied(String(event.detail)));
  doc.addEventListener('webagent-paste', () => doc.dispatchEvent(new view.CustomEvent('webagent-pasted', {detail: clip})));
}
