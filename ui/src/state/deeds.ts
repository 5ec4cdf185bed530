/** What the user did to one recording and may take back, the newest first. */
export interface Deed {
  /** False: it could not be, and may be tried again. */
  takeBack: () => Promise<boolean>;
}

export class Deeds {
  readonly #done: Deed[] = [];

  did(deed: Deed): void {
    this.#done.push(deed);
  }

  /** Takes the newest one back. */
  async undo(): Promise<void> {
    const deed = this.#done.at(-1);
    if (deed !== undefined) await this.takeBack(deed);
  }

  /** Once; a second wish for the same is none. */
  async takeBack(deed: Deed): Promise<void> {
    const at = this.#done.indexOf(deed);
    if (at < 0) return;
    this.#done.splice(at, 1);
    if (!(await deed.takeBack())) this.#done.splice(at, 0, deed);
  }
}
