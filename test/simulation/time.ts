interface Timer {
  at: number;
  order: number;
  run: () => void;
  isWorlds: boolean;
}

/** Time that passes only when it is told to: the platform's timers wait for it too. */
export class VirtualTime {
  now: number = Date.UTC(2030, 0, 1);
  readonly #timers = new Map<number, Timer>();
  #heap: Timer[] = [];
  #order = 0;
  #underWay = 0;

  /** Takes the place of the platform's timers, of the clock that nobody sets, and of its chance, until what it gives is called. */
  install(random: () => number): () => void {
    const { setTimeout, clearTimeout } = globalThis;
    const { random: ownRandom } = Math;
    const { now: ownNow } = performance;
    globalThis.setTimeout = ((run: () => void, delay = 0) => this.#add(run, delay, false)) as typeof setTimeout;
    globalThis.clearTimeout = ((id: number | undefined) => {
      if (id !== undefined) this.#timers.delete(id);
    }) as typeof clearTimeout;
    Math.random = random;
    performance.now = () => this.now;
    return () => {
      globalThis.setTimeout = setTimeout;
      globalThis.clearTimeout = clearTimeout;
      Math.random = ownRandom;
      performance.now = ownNow;
    };
  }

  /** Something that happens in the world by itself. */
  later(delay: number, run: () => void): void {
    this.#add(run, delay, true);
  }

  /** Something that takes real time, such as what a disk does: the world's time stands still meanwhile. */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    this.#underWay++;
    try {
      return await work;
    } finally {
      this.#underWay--;
    }
  }

  /** How many timers there are that are not the world's own. */
  get timersLeft(): number {
    return [...this.#timers.values()].filter(({ isWorlds }) => !isWorlds).length;
  }

  /** Lets time pass; everything that can go on does so before the next thing happens. */
  async pass(duration: number): Promise<void> {
    const until = this.now + duration;
    await this.#settled();
    for (let next = this.#next(); next && next.at <= until; next = this.#next()) {
      this.#pop();
      this.now = Math.max(this.now, next.at);
      this.#timers.delete(next.order);
      next.run();
      await this.#settled();
    }
    this.now = until;
  }

  /** Lets every promise that can go on do so. */
  async #settled(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.#underWay > 0);
  }

  #add(run: () => void, delay: number, isWorlds: boolean): number {
    this.#order++;
    const timer = { at: this.now + Math.max(1, Math.ceil(delay)), order: this.#order, run, isWorlds };
    this.#timers.set(timer.order, timer);
    this.#push(timer);
    return timer.order;
  }

  #next(): Timer | undefined {
    while (this.#heap[0] && !this.#timers.has(this.#heap[0].order)) this.#pop();
    return this.#heap[0];
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(timer);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(timer, heap[parent] as Timer)) break;
      heap[place] = heap[parent] as Timer;
      place = parent;
    }
    heap[place] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Timer;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right && isBefore(right, heap[child] as Timer)) child++;
      if (!isBefore(heap[child] as Timer, last)) break;
      heap[place] = heap[child] as Timer;
      place = child;
    }
    heap[place] = last;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}

/** Chance that a seed repeats (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
