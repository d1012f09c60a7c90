Object.defineProperty(window, HANDLE, {
  value: {clock, observe, act, settle, step, ready, until, resumed, keep, renew, advance, nodeOf, refOf},
  enumerable: false,
});
