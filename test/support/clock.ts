/** A clock that stands still until it is told. */
export interface TestClock {
  (): number;
  /** Moves it on by a number of milliseconds, or back. */
  move(by: number): void;
}

export const seconds = 1000;
export const minutes: number = 60 * seconds;
export const hours: number = 60 * minutes;
export const days: number = 24 * hours;

export function testClock(now: number = Date.UTC(2030, 0, 1)): TestClock {
  let time = now;
  return Object.assign(() => time, {
    move(by: number) {
      time += by;
    },
  });
}
