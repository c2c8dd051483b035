/**
 * The demo's members and their tokens, held in this page's memory only.
 *
 * The tokens live ten minutes. Each is handed out no older than five, so a request
 * never leaves with one about to lapse.
 */

const CAST_URL = '/demo/cast';
const FRESH_FOR_MS = 5 * 60 * 1000;

export class Cast {
  #members = new Map();
  #askedAt = -Infinity;
  #asking = null;

  async members() {
    if (Date.now() - this.#askedAt > FRESH_FOR_MS) {
      // Two requests at once share one question.
      this.#asking ??= this.#ask().finally(() => {
        this.#asking = null;
      });
      await this.#asking;
    }
    return [...this.#members.values()];
  }

  async authorization(handle) {
    await this.members();
    const member = this.#members.get(handle);
    if (!member) throw new Error(`The demo no longer has a member called ${handle}. Reload the page.`);
    return `Bearer ${member.token}`;
  }

  /** The server refused a token, perhaps after a restart: ask again before the next request. */
  forget() {
    this.#askedAt = -Infinity;
  }

  async #ask() {
    const askedAt = Date.now();
    const response = await fetch(CAST_URL, { cache: 'no-store', headers: { accept: 'application/json' } });
    if (!response.ok) throw new Error(`The demo's members could not be fetched (HTTP ${response.status}).`);
    const { members } = await response.json();
    this.#members = new Map(members.map((member) => [member.handle, member]));
    this.#askedAt = askedAt;
  }
}
