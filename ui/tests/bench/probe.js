// What is measured in a page, in Chromium and in WebKit alike. Times in milliseconds.
globalThis.sottoBench = {
  /** From the press to the words on the screen. */
  open(title) {
    return new Promise((resolve) => {
      const items = [...document.querySelectorAll("[data-testid=library-item]")];
      const item = items.find((one) => one.textContent.includes(title)) ?? items[0];
      const since = performance.now();
      item.click();
      const look = () => {
        if (document.querySelector("[data-testid=reading-text] [data-testid=turn]") === null)
          requestAnimationFrame(look);
        else requestAnimationFrame(() => resolve(performance.now() - since));
      };
      look();
    });
  },

  /** Scrolls by `step` pixels a frame. Gives what the page did in each, and when each came after the one before. */
  scroll(frames, step) {
    return new Promise((resolve) => {
      const list = document.querySelector("[data-testid=reading-text]");
      const [work, apart] = [[], []];
      const { port1, port2 } = new MessageChannel();
      let [began, last, blank] = [0, null, 0];
      // It comes when the frame is through, with its layout and its paint.
      port2.onmessage = () => {
        work.push(performance.now() - began);
        const { top, bottom } = list.getBoundingClientRect();
        const busy = [...list.querySelectorAll("[aria-busy]")].map((one) => one.getBoundingClientRect());
        if (busy.some((one) => one.bottom > top && one.top < bottom)) blank += 1;
        if (work.length < frames) requestAnimationFrame(frame);
        else resolve({ work, apart, blank, height: list.scrollHeight });
      };
      const frame = (now) => {
        if (last !== null) apart.push(now - last);
        [last, began] = [now, performance.now()];
        list.scrollTop += step;
        port1.postMessage(null);
      };
      requestAnimationFrame(frame);
    });
  },

  /** Here and there, as somebody who drags the scroll bar. */
  async wander(places) {
    const list = document.querySelector("[data-testid=reading-text]");
    for (let i = 0; i < places; i += 1) {
      list.scrollTop = list.scrollHeight * (((i * 37) % places) / places);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    list.scrollTop = 0;
    return places;
  },
};
