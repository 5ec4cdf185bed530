// What a plain web page has to do for the same work: the microphone, 50 ms of 16 kHz at a time, to the recogniser's socket; the
// text of turns onto the page. Nothing is kept, drawn or healed. The address is put in by who serves this.
const SHOWN = 2_000;

async function record() {
  const wanted = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted });
  const context = new AudioContext({ sampleRate: 16_000 });
  await context.audioWorklet.addModule("/frames.js");
  const frames = new AudioWorkletNode(context, "frames", { numberOfOutputs: 0 });
  const socket = new WebSocket("SOCKET_ADDRESS");
  socket.binaryType = "arraybuffer";
  const [final, partial] = [document.getElementById("final"), document.getElementById("partial")];
  socket.onmessage = ({ data }) => {
    const turn = JSON.parse(data);
    if (turn.type !== "Turn") return;
    partial.textContent = turn.end_of_turn ? "" : turn.transcript;
    if (turn.end_of_turn) final.textContent = `${final.textContent} ${turn.transcript}`.slice(-SHOWN);
  };
  socket.onclose = ({ code, reason }) => complain(`the socket was closed: ${code} ${reason}`);
  frames.port.onmessage = ({ data }) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
  };
  context.createMediaStreamSource(stream).connect(frames);
}

function complain(text) {
  fetch("/failed", { method: "POST", body: text });
}

record().catch((error) => complain(String(error)));
