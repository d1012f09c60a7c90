Object.defineProperty(window, HANDLE, {
  value: {clock, observe, act, settle, step, ready, until, resumed, keep, renewed, advance, nodeOf, refOf, listen, count, through, dragged},
  enumerable: false,
});
