Object.defineProperty(window, HANDLE, {
  value: {clock, observe, act, settle, step, ready, until, advance, nodeOf, refOf},
  enumerable: false,
});
