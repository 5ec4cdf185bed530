// Everything that goes between the page and the program from now on, and what the page holds. Run in the real window, by its
// WebDriver; the program itself knows nothing of it.
const heard = { out: [], in: [], socket: [] };
const text = (value) => {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder("latin1").decode(value);
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
};

// To the program: a fetch of a scheme of Tauri's own, or a message where that is not to be had.
const fetch = window.fetch;
window.fetch = (address, options = {}) => {
  heard.out.push([String(address), text(options.body), ...new Headers(options.headers).values()].join(" "));
  return fetch(address, options);
};

// From the program: answers, events and channels all end at a callback of this table.
const { callbacks } = window.__TAURI_INTERNALS__;
const found = callbacks.get.bind(callbacks);
callbacks.get = (id) => {
  const callback = found(id);
  if (callback === undefined) return undefined;
  return (data) => {
    heard.in.push(text(data));
    return callback(data);
  };
};

// To recognisers. Frames of audio are not kept.
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
  constructor(address, protocols) {
    super(address, protocols);
    heard.socket.push(String(address));
    this.addEventListener("message", ({ data }) => {
      if (typeof data === "string") heard.socket.push(data);
    });
  }
  send(data) {
    if (typeof data === "string") heard.socket.push(data);
    super.send(data);
  }
};

async function databases() {
  const names = (await window.indexedDB.databases()).map(({ name }) => name);
  const read = (name) =>
    new Promise((done) => {
      const opening = window.indexedDB.open(name);
      opening.onerror = () => done([]);
      opening.onsuccess = () => {
        const base = opening.result;
        const stores = [...base.objectStoreNames];
        if (stores.length === 0) return done([name]);
        const reading = base.transaction(stores);
        const all = stores.map((store) => reading.objectStore(store).getAll());
        reading.oncomplete = () => done([name, ...stores, ...all.map(({ result }) => result)]);
      };
    });
  return Promise.all(names.map(read));
}

async function page() {
  const fields = [...document.querySelectorAll("input, textarea, select")].map(({ value }) => value);
  const held = [localStorage, sessionStorage].map((store) => JSON.stringify({ ...store }));
  const own = Object.getOwnPropertyNames(window).map((name) => {
    try {
      return typeof window[name] === "string" ? window[name] : "";
    } catch {
      return "";
    }
  });
  return [
    document.documentElement.outerHTML,
    ...fields,
    ...held,
    document.cookie,
    location.href,
    JSON.stringify(await databases()),
    ...own,
  ].join("\n");
}

window.__sottoTold = { heard, page };
