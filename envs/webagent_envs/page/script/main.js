Object.defineProperty(window, HANDLE, {
  value: {clock, observe, act, settle, step, ready, until, keep, renew, advance, nodeOf, refOf, count, through, dragged},
  enumerable: false,
});
