Object.defineProperty(window, HANDLE, {
  value: {clock, observe, act, settle, step, ready, until, keep, renew, advance, nodeOf, refOf},
  enumerable: false,
});
