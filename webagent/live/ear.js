// Called again and again: begins to record the first time, and gives what was recorded since, as base64 of 16-bit
// samples at 16 kHz. In a world of its own, so that the page does not see it.
() => {
  const begin = () => {
    const ear = { pieces: [], error: "", waiting: true };
    const media = navigator.mediaDevices;
    if (!media) {
      ear.error = "its address is not secure";
      return ear;
    }
    media
      .getUserMedia({ audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false } })
      .then((stream) => {
        const context = new AudioContext({ sampleRate: 16000 });
        // a script processor, not a worklet: a worklet's script would be subject to the page's content policy
        const tap = context.createScriptProcessor(2048, 1, 1);
        tap.onaudioprocess = ({ inputBuffer }) => {
          const samples = inputBuffer.getChannelData(0);
          ear.pieces.push(Int16Array.from(samples, (x) => Math.max(-32768, Math.min(32767, 32767 * x))));
        };
        context.createMediaStreamSource(stream).connect(tap);
        tap.connect(context.destination);
        context.resume();
        ear.waiting = false;
      })
      .catch((error) => {
        ear.error = `${error.name}: ${error.message}`;
      });
    return ear;
  };
  const ear = (globalThis.webagentEar ??= begin());
  let text = "";
  for (const piece of ear.pieces.splice(0)) {
    const bytes = new Uint8Array(piece.buffer);
    for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return { sound: btoa(text), error: ear.error, waiting: ear.waiting };
}
