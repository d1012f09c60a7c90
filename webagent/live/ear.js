// The microphone of the browser, for as long as it is wanted: tells what it hears as base64 of 16-bit samples at 16 kHz.
// It runs in a world of its own, so that the page does not see it.
(() => {
'use strict';
if (window.parent !== window || globalThis.webagentEar) return;
const RATE = 16000;
const PIECE = 2048; // samples

const tell = (message) => globalThis.webagentTell(JSON.stringify(message));
let stream = null, context = null;
let wanted = false;

function textOf(samples) {
  const bytes = new Uint8Array(Int16Array.from(samples, (x) => Math.max(-32768, Math.min(32767, 32767 * x))).buffer);
  return btoa(String.fromCharCode(...bytes));
}

async function open() {
  if (!navigator.mediaDevices) return tell({error: 'its address is not secure'});
  try {
    const given = await navigator.mediaDevices.getUserMedia({audio: {channelCount: 1, echoCancellation: false, noiseSuppression: false}});
    if (!wanted || stream) return given.getTracks().forEach((track) => track.stop());
    stream = given;
    context = new AudioContext({sampleRate: RATE});
    // A script processor, not a worklet: a worklet's script would be subject to the page's content policy.
    const tap = context.createScriptProcessor(PIECE, 1, 1);
    tap.onaudioprocess = ({inputBuffer}) => tell({sound: textOf(inputBuffer.getChannelData(0))});
    context.createMediaStreamSource(stream).connect(tap);
    tap.connect(context.destination);
    context.resume();
  } catch (error) {
    tell({error: `${error.name}: ${error.message}`});
  }
}

function shut() {
  if (stream) stream.getTracks().forEach((track) => track.stop());
  if (context) context.close();
  stream = context = null;
}

globalThis.webagentEar = {
  turn(on) {
    if (on === wanted) return;
    wanted = on;
    if (on) open();
    else shut();
  },
};
if (__OPEN__) globalThis.webagentEar.turn(true);
})();
//# sourceURL=webagent-ear.js
